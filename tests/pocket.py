"""The pocket's checkpoints, as tests serve them."""

import json
import shutil
from pathlib import Path

POCKET = Path(__file__).parents[1] / "space" / "model" / "pocket"


def endless_pocket(folder: Path) -> Path:
    """A copy of the pocket without the token that ends its turns: an answer goes on until it is stopped."""
    shutil.copytree(POCKET / "autoround", folder)
    generation = json.loads((folder / "generation_config.json").read_text())
    (folder / "generation_config.json").write_text(json.dumps({**generation, "eos_token_id": [1]}))
    return folder
