"""Fetching a checkpoint from the Hub into huggingface_hub's cache: what is needed, once, at one commit.

A blocking call, meant for a thread of its own. It reads no environment, loads no model, and judges the files only by
the sizes and hashes the Hub lists. A checkpoint that is in the cache at a pinned commit costs no network at all.
"""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from filelock import FileLock, Timeout
from huggingface_hub import HfApi, constants, get_session, hf_hub_download, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import HFValidationError
from huggingface_hub.file_download import REGEX_COMMIT_HASH, repo_folder_name

from registry.errors import SourceUnreadable
from registry.sources.safetensors_index import INDEX, SINGLE, shard_names
from registry.units import size_in_words
from space.checkpoint import transfer
from space.checkpoint.checkpoint import Checkpoint, HubModel
from space.checkpoint.files import REQUIRED, SMALL
from space.checkpoint.hub_failures import FAILURES, NO_ANSWER, failure
from space.checkpoint.transfer import RemoteFile, Stopped
from space.errors import CheckpointError

DISK_MARGIN = 1 << 30
"""Bytes left free for everything else on the disk: logs, uploads, the engine's compilation cache."""

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Where checkpoints come from. `cache` None is huggingface_hub's own folder, which a Space's preload fills."""

    endpoint: str = "https://huggingface.co"
    token: str | None = field(default=None, repr=False)
    cache: Path | None = None

    @property
    def cache_folder(self) -> Path:
        return self.cache or Path(constants.HF_HUB_CACHE)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Bytes at hand of all the files needed, and the file under way."""

    received: int
    total: int
    file: str

    @property
    def percent(self) -> int:
        """0 … 100; 100 only when everything is there."""
        return 100 * self.received // self.total if self.total else 100


def answers(hub: Hub) -> bool:
    """Whether the Hub can be reached now, within a few seconds."""
    try:
        return get_session().head(hub.endpoint, timeout=3.0).status_code < 500
    except NO_ANSWER:
        return False


def is_at_hand(model: HubModel, hub: Hub) -> bool:
    """Whether a fetch has a chance: the checkpoint is in the cache, or the Hub answers."""
    return cached(model, hub) is not None or answers(hub)


def cached(model: HubModel, hub: Hub) -> Checkpoint | None:
    """The checkpoint from the cache, complete or not at all; no network.

    Weights are fetched last, so that a folder that has all of them has everything its repository offers.
    """
    found = {name: _in_cache(name, model.repo_id, model.revision, hub) for name in (*REQUIRED, INDEX)}
    config, index = found["config.json"], found[INDEX]
    if config is None or any(found[name] is None for name in REQUIRED):
        return None
    weights = _weights_named(index)
    if any(_in_cache(name, model.repo_id, model.revision, hub) is None for name in weights):
        return None
    return Checkpoint(folder=config.parent, repo_id=model.repo_id, revision=config.parent.name)


def fetch(model: HubModel, hub: Hub, *, on_progress: Callable[[Progress], None], stopped: Event) -> Checkpoint:
    """The checkpoint on disk, with the commit it is at.

    A branch or tag is resolved once; when the Hub cannot be reached, what the cache last knew of it will do.
    `on_progress` is called in this thread whenever the whole percentage or the file changes. `stopped` is looked at
    with every piece that arrives, or when a silent Hub's ten seconds are over.

    Raises:
        Stopped: `stopped` was set; what has arrived is kept and the next fetch goes on from there.
        CheckpointError: it cannot be had; the sentence says why and what to do.
    """
    pinned = model.revision is not None and REGEX_COMMIT_HASH.fullmatch(model.revision)
    if pinned and (found := cached(model, hub)):
        return found
    try:
        return _Fetch(model, hub, on_progress, stopped).run()
    except HFValidationError as error:
        raise CheckpointError(f"“{model.repo_id}” is no name of a model. Set MODEL_ID to owner/name.") from error
    except FAILURES as error:
        if isinstance(error, NO_ANSWER) and (found := cached(model, hub)):
            return found
        raise failure(error, model, endpoint=hub.endpoint) from error


class _Fetch:
    """One fetch under way: the listing it works from and the bytes it has."""

    def __init__(self, model: HubModel, hub: Hub, on_progress: Callable[[Progress], None], stopped: Event) -> None:
        self._repo_id, self._revision, self._hub = model.repo_id, model.revision, hub
        self._on_progress, self._stopped = on_progress, stopped
        self._api = HfApi(endpoint=hub.endpoint, token=hub.token or False)
        self._headers = {"Authorization": f"Bearer {hub.token}"} if hub.token else {}
        self._storage = hub.cache_folder / repo_folder_name(repo_id=model.repo_id, repo_type="model")
        self._locks = hub.cache_folder / ".locks" / self._storage.name
        self._commit = ""
        self._told = (-1, "")

    def run(self) -> Checkpoint:
        listing = self._list()
        for name in REQUIRED:
            if name not in listing:
                raise CheckpointError(
                    f"{self._repo_id} has no {name}, so it is no complete multimodal checkpoint. Set MODEL_ID or "
                    "MODEL_REVISION to one that has it."
                )
        index = self._get(listing[INDEX], lambda _: None) if INDEX in listing else None
        weights = _weights_named(index)
        if absent := [name for name in weights if name not in listing]:
            raise CheckpointError(
                f"{self._repo_id} lacks weights that it needs: {', '.join(absent)}. Set MODEL_REVISION to a complete "
                "commit."
            )
        files = [listing[name] for name in SMALL if name in listing] + [listing[name] for name in weights]
        self._check_disk(files)
        folder = self._get_all(files)
        self._remember_branch()
        return Checkpoint(folder=folder, repo_id=self._repo_id, revision=self._commit)

    def _list(self) -> dict[str, RemoteFile]:
        """One request: the commit, and every file with its size and hash."""
        try:
            info = self._api.model_info(
                self._repo_id, revision=self._revision, files_metadata=True, timeout=TIMEOUT_SECONDS
            )
        except json.JSONDecodeError as error:
            raise CheckpointError(f"{self._hub.endpoint} is no Hub. Check HF_ENDPOINT.") from error
        if info.sha is None or info.siblings is None:
            raise CheckpointError(
                f"{self._hub.endpoint} does not list the files of {self._repo_id}. Check HF_ENDPOINT."
            )
        self._commit = info.sha
        return {
            file.rfilename: RemoteFile(
                name=file.rfilename,
                size=file.size,
                blob_id=file.blob_id,
                sha256=file.lfs.sha256 if file.lfs else None,
            )
            for file in info.siblings
            if file.size is not None and file.blob_id is not None
        }

    def _check_disk(self, files: Iterable[RemoteFile]) -> None:
        missing = sum(file.size - self._at_hand(file) for file in files)
        self._storage.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._storage).free
        if missing and missing + DISK_MARGIN > free:
            raise CheckpointError(
                f"{self._repo_id} needs {size_in_words(missing + DISK_MARGIN)} more on the disk of "
                f"{self._hub.cache_folder} and {size_in_words(free)} are free. Free some space, or set HF_HOME to a "
                "larger disk."
            )

    def _get_all(self, files: list[RemoteFile]) -> Path:
        """The folder with every file in it."""
        total = sum(file.size for file in files)
        at_hand = sum(self._at_hand(file) for file in files)
        folder = self._storage
        for file in files:

            def received(count: int, name: str = file.name) -> None:
                nonlocal at_hand
                at_hand += count
                self._tell(Progress(received=at_hand, total=total, file=name))

            received(0)
            folder = self._get(file, received).parent
        return folder

    def _get(self, file: RemoteFile, received: Callable[[int], None]) -> Path:
        """The file's place in the snapshot; its bytes are fetched unless the cache has them."""
        if found := _in_cache(file.name, self._repo_id, self._commit, self._hub):
            return found
        blob = self._blob(file)
        url = hf_hub_url(self._repo_id, file.name, revision=self._commit, endpoint=self._hub.endpoint)
        blob.parent.mkdir(parents=True, exist_ok=True)
        with self._lock(file):
            if not blob.exists():
                transfer.download(
                    file, url=url, headers=self._headers, blob=blob, received=received, stopped=self._stopped
                )
        return Path(self._link(file.name, self._commit))

    @contextlib.contextmanager
    def _lock(self, file: RemoteFile) -> Iterator[None]:
        """The lock huggingface_hub itself takes on this content: two processes never write one partial file."""
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._locks / f"{file.etag}.lock")
        try:
            lock.acquire(cancel_check=self._stopped.is_set)
        except Timeout as error:
            raise Stopped from error
        try:
            yield
        finally:
            lock.release()

    def _link(self, name: str, revision: str | None) -> str:
        """huggingface_hub finds the bytes in its cache and lays the snapshot's link to them."""
        return hf_hub_download(
            self._repo_id,
            name,
            revision=revision,
            endpoint=self._hub.endpoint,
            token=self._hub.token or False,
            cache_dir=self._hub.cache_folder,
        )

    def _remember_branch(self) -> None:
        """Let the cache note which commit the branch is at, so that a later start without network finds it."""
        if self._revision != self._commit:
            # The checkpoint is complete: a Hub that fails only now must not cost it.
            with contextlib.suppress(*FAILURES):
                self._link("config.json", self._revision)

    def _blob(self, file: RemoteFile) -> Path:
        return self._storage / "blobs" / file.etag

    def _at_hand(self, file: RemoteFile) -> int:
        blob = self._blob(file)
        return transfer.size_of(blob) or transfer.size_of(transfer.partial_path(blob))

    def _tell(self, progress: Progress) -> None:
        if (now := (progress.percent, progress.file)) != self._told:
            self._told = now
            self._on_progress(progress)


def _in_cache(name: str, repo_id: str, revision: str | None, hub: Hub) -> Path | None:
    found = try_to_load_from_cache(repo_id, name, cache_dir=hub.cache_folder, revision=revision)
    return Path(found) if isinstance(found, str) else None


def _weights_named(index: Path | None) -> tuple[str, ...]:
    if index is None:
        return (SINGLE,)
    try:
        return shard_names(index.read_text(encoding="utf-8"))
    except (SourceUnreadable, UnicodeDecodeError) as error:
        raise CheckpointError(f"{error} Set MODEL_REVISION to another commit.") from error
