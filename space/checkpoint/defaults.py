"""What a checkpoint itself says about how to sample from it and how many soft tokens an image takes."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """The served checkpoint's own choices, shown as the page's starting values.

    A checkpoint without a `generation_config.json` gets vLLM's neutral values (temperature 1, all tokens), and
    one without a stated image budget gets Gemma 4's 280. None leaves the budget to the server.
    """

    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    image_budget: int | None = 280
    max_new_tokens: int = 512


def read_defaults(folder: Path | None) -> Defaults:
    """Read `generation_config.json` and the vision configuration of `config.json` in `folder`.

    Without a folder it is another machine's server that knows: neutral values, and no budget asked for.
    """
    if folder is None:
        return Defaults(image_budget=None)
    generation = _read_json(folder / "generation_config.json")
    vision = _read_json(folder / "config.json").get("vision_config") or {}
    # Greedy checkpoints say so by `do_sample`, which vLLM expresses as temperature 0.
    greedy = generation.get("do_sample") is False
    return Defaults(
        temperature=0.0 if greedy else float(generation.get("temperature", 1.0)),
        top_p=float(generation.get("top_p", 1.0)),
        top_k=int(generation.get("top_k", 0)),
        image_budget=int(vision.get("default_output_length") or 280),
    )


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return content
