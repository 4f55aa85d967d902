"""A checkpoint as far as its small files and the headers of its weights tell: the value, and how a folder gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.errors import SourceUnreadable
from registry.record import File
from registry.sources.config_file import read_config
from registry.sources.safetensors_header import Header, read_header
from registry.sources.safetensors_index import INDEX, SINGLE, weight_paths

CONFIG = "config.json"
CARD = "README.md"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One revision of a checkpoint. `config` is empty and `card` None where there is none; `headers` are those of the
    weights in use, none where there are no safetensors. `commit` is None for a folder.
    """

    subject: str
    commit: str | None
    files: tuple[File, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    card: str | None = None
    headers: tuple[Header, ...] = ()

    @property
    def size(self) -> int | None:
        """Bytes of all files; None where one of them is not known."""
        sizes = [file.size for file in self.files]
        return None if not sizes or None in sizes else sum(size for size in sizes if size is not None)


def folder_snapshot(folder: Path, subject: str) -> Snapshot:
    """A folder as it is now.

    Raises:
        SourceUnreadable: it holds no checkpoint, one of its files is damaged, or its index names absent weights.
    """
    has_weights = any((folder / name).is_file() for name in (INDEX, SINGLE))
    if not has_weights and not (folder / CONFIG).is_file():
        raise SourceUnreadable(f"{folder.absolute().name} holds no checkpoint: neither {CONFIG} nor {SINGLE} is there.")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Snapshot(
        subject=subject,
        commit=None,
        files=tuple(File(path=path.relative_to(folder).as_posix(), size=path.stat().st_size) for path in files),
        config=read_config(folder / CONFIG) if (folder / CONFIG).is_file() else {},
        card=(folder / CARD).read_text(encoding="utf-8", errors="replace") if (folder / CARD).is_file() else None,
        headers=tuple(read_header(path) for path in weight_paths(folder)) if has_weights else (),
    )
