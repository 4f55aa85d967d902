"""Which model is served, decided from values: what was asked for, what the machine has, what is at hand.

It fetches nothing and reads no environment; only the folder that was asked for is looked at.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from space.checkpoint.checkpoint import Checkpoint, HubModel
from space.checkpoint.hardware import Gpu, has_suitable_gpu
from space.errors import CheckpointError

POCKET_FOLDER = Path(__file__).resolve().parent.parent / "model" / "pocket"
POCKET_ID = "pocket"
"""What MODEL_ID says to serve the pocket model even where the default would be another."""

REPO_ID = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


DEFAULT = HubModel(
    repo_id="Vishva007/gemma-4-E2B-it-W4A16-AutoRound", revision="b5c22b35dcc1eb28dc20e801300ec221cd754d71"
)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One entry of the picker: a checkpoint at hand and the name its format goes by."""

    name: str
    checkpoint: Checkpoint


VARIANT_NAMES = {"bf16": "BF16", "autoround": "W4A16 AutoRound", "gptq": "W4A16 GPTQ"}
"""The pocket's folders, in the picker's order."""


def choose(
    model_id: str | None,
    model_revision: str | None,
    *,
    gpus: Iterable[Gpu],
    is_at_hand: Callable[[HubModel], bool],
    pocket: Path = POCKET_FOLDER,
) -> HubModel | Checkpoint:
    """What to serve: what `model_id` names, or by default the real model where it can run and the pocket elsewhere.

    `is_at_hand` says whether the default is in the cache or the Hub can be reached; it is called only on a machine
    with a suitable card and no `model_id`, so that nothing else costs a network call. A `model_revision` alone is one
    of the real model.

    Raises:
        CheckpointError: `model_id` names neither a folder with a checkpoint nor a repository, or `model_revision` is
            given for something that has no revisions.
    """
    if not model_id:
        default = replace(DEFAULT, revision=model_revision or DEFAULT.revision)
        if has_suitable_gpu(gpus) and is_at_hand(default):
            return default
    elif model_id != POCKET_ID and _as_folder(model_id) is None:
        return _repository(model_id, model_revision)
    if model_revision:
        raise CheckpointError(
            f"MODEL_REVISION is “{model_revision}”, and what is served here ({model_id or 'the pocket model'}) has no "
            "revisions. Set MODEL_ID to a repository of the Hub, or unset MODEL_REVISION."
        )
    return _local_or_pocket(model_id, pocket)


def _repository(model_id: str, model_revision: str | None) -> HubModel:
    if not REPO_ID.fullmatch(model_id):
        raise CheckpointError(
            f"MODEL_ID is “{model_id}”, which is neither a folder nor a repository. Set it to owner/name, to the path "
            f"of a folder, or to {POCKET_ID}; or unset it."
        )
    return HubModel(repo_id=model_id, revision=model_revision or None)


def checkpoint_elsewhere(model_id: str | None, unnamed: str, *, pocket: Path = POCKET_FOLDER) -> Checkpoint:
    """What another machine's server runs, as its owner names it: the pocket, a folder that is here too, or a name.

    Nothing is fetched: a name alone has no folder. `unnamed` stands for it until the server is asked.

    Raises:
        CheckpointError: `model_id` names a folder without a checkpoint.
    """
    if model_id is None:
        return Checkpoint(folder=None, repo_id=unnamed, is_remote=True)
    if model_id == POCKET_ID or _as_folder(model_id) is not None:
        return replace(_local_or_pocket(model_id, pocket), is_remote=True)
    return Checkpoint(folder=None, repo_id=model_id, is_remote=True)


def variants(served: Checkpoint) -> tuple[Variant, ...]:
    """The checkpoints a visitor can switch between: the pocket's own formats, or only the one that is served.

    A server elsewhere serves what its owner gave it: nothing can be switched there.
    """
    if not served.is_pocket or served.is_remote or served.folder is None:
        return (Variant(name=served.repo_id, checkpoint=served),)
    pocket = served.folder.parent
    return tuple(
        Variant(name=name, checkpoint=pocket_checkpoint(pocket / folder))
        for folder, name in VARIANT_NAMES.items()
        if (pocket / folder / "config.json").is_file()
    )


def pocket_checkpoint(folder: Path) -> Checkpoint:
    """One format of the pocket; its name says that it is not Gemma."""
    return Checkpoint(folder=folder, repo_id=f"pocket-{folder.name}", is_pocket=True)


def _as_folder(model_id: str) -> Path | None:
    """The folder that `model_id` means to name, or None where it is a name. "pocket" is always the name."""
    if model_id == POCKET_ID:
        return None
    try:
        folder = Path(model_id).expanduser()
        means_a_path = folder.is_absolute() or model_id.startswith((".", "~")) or folder.is_dir()
    except (OSError, RuntimeError) as error:  # a name too long for the file system; the home of nobody known
        raise CheckpointError(f"MODEL_ID is no path that can be followed: {error}. Correct it.") from error
    return folder if means_a_path else None


def _local_or_pocket(model_id: str | None, pocket: Path) -> Checkpoint:
    folder = _as_folder(model_id) if model_id else None
    return _pocket(pocket) if folder is None else _local(folder, pocket)


def _pocket(pocket: Path) -> Checkpoint:
    folder = pocket / "autoround"
    if not (folder / "config.json").is_file():
        raise CheckpointError(
            f"The pocket model is missing from {folder}. Restore that folder from the repository, or set MODEL_ID to "
            "another model."
        )
    return pocket_checkpoint(folder)


def _local(folder: Path, pocket: Path) -> Checkpoint:
    if not (folder / "config.json").is_file():
        raise CheckpointError(f"MODEL_ID names {folder}, which is no folder with a config.json. Correct the path.")
    resolved = folder.resolve()
    if resolved.parent == pocket.resolve() and resolved.name in VARIANT_NAMES:
        return pocket_checkpoint(resolved)
    return Checkpoint(folder=resolved, repo_id=resolved.name)
