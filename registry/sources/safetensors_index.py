"""Which files hold a checkpoint's weights: `model.safetensors.index.json`, or `model.safetensors` where there is none.

It reads names only: neither whether those files exist nor what is in them.
"""

import json
from pathlib import Path

from registry.errors import SourceUnreadable

INDEX = "model.safetensors.index.json"
SINGLE = "model.safetensors"


def shard_names(index: str) -> tuple[str, ...]:
    """The files an index names, sorted, each once.

    A repository may carry other shards, left over from an earlier upload: they are no part of the checkpoint.

    Raises:
        SourceUnreadable: the text is no index, or names a file outside the folder.
    """
    try:
        weight_map = json.loads(index)["weight_map"]
        names = {str(name) for name in weight_map.values()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SourceUnreadable(f"{INDEX} is damaged: it has no readable weight_map.") from error
    if not names:
        raise SourceUnreadable(f"{INDEX} names no weights at all.")
    for name in names:
        if "/" in name or "\\" in name or not name.endswith(".safetensors"):
            raise SourceUnreadable(f"{INDEX} names “{name}”, which is not a safetensors file of the same folder.")
    return tuple(sorted(names))


def weight_paths(folder: Path) -> tuple[Path, ...]:
    """The weight files of a folder, whether they exist or not.

    Raises:
        SourceUnreadable: the folder's index is damaged.
    """
    index = folder / INDEX
    if not index.is_file():
        return (folder / SINGLE,)
    try:
        text = index.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnreadable(f"{INDEX} cannot be read: {error}.") from error
    return tuple(folder / name for name in shard_names(text))
