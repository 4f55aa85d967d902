"""The served checkpoint as far as memory goes: its configuration, and the headers of its tensors without any data."""

import json
import struct
from pathlib import Path
from typing import Any

DATA = Path(__file__).with_name("data")
ITEM_BYTES = {"BF16": 2, "F16": 2, "I32": 4}


def served_config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads((DATA / "gemma_4_e2b_w4a16_config.json").read_text(encoding="utf-8"))
    return config


def write_served_headers(folder: Path) -> Path:
    """A folder with config.json and one safetensors file that ends after its header."""
    header: dict[str, Any] = {}
    end = 0
    for row in json.loads((DATA / "gemma_4_e2b_w4a16_tensors.json").read_text(encoding="utf-8")):
        for layer in row.get("layers", [""]):
            size = ITEM_BYTES[row["dtype"]]
            for side in row["shape"]:
                size *= side
            name = row["name"].replace("*", str(layer))
            header[name] = {"dtype": row["dtype"], "shape": row["shape"], "data_offsets": [end, end + size]}
            end += size
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text)
    (folder / "config.json").write_text(json.dumps(served_config()), encoding="utf-8")
    return folder
