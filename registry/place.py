"""Where the registry is kept on a machine."""

from collections.abc import Mapping
from pathlib import Path


def default_place(environ: Mapping[str, str]) -> Path:
    """`registry.db` in a folder of the user's data: $XDG_DATA_HOME, otherwise ~/.local/share."""
    named = environ.get("XDG_DATA_HOME", "")
    data = Path(named) if Path(named).is_absolute() else Path("~/.local/share").expanduser()
    return data / "model-passports" / "registry.db"
