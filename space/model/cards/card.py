"""The pocket's model cards and the accuracy table in the README, written from measurements.

`python -m space.model cards` puts what `evaluate --json` measured into the cards of the three folders and between the
README's accuracy marks. It measures nothing: a folder without results is shown as not measured.
"""

import argparse
import json
import re
from collections.abc import Mapping
from math import prod
from pathlib import Path
from string import Template
from typing import Any

from space.errors import CheckpointError
from space.model.readback import Tensors

ROOT = Path(__file__).parents[3]
POCKET = ROOT / "space/model/pocket"
README = ROOT / "README.md"

# Folder of a variant → its column in the table.
VARIANTS = {"bf16": "BF16", "autoround": "AutoRound", "gptq": "GPTQ"}
BEGIN, END = "<!-- accuracy:begin -->", "<!-- accuracy:end -->"
NOT_MEASURED = "not measured"

# Variant → task → (right, samples).
Accuracy = Mapping[str, Mapping[str, tuple[int, int]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("pocket", type=Path, nargs="?", default=POCKET, metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--readme", type=Path, default=README, help="default: %(default)s")


def run(args: argparse.Namespace) -> int:
    filled = fill(args.readme.read_text(encoding="utf-8"), table(read_accuracy(args.pocket / "results")))
    for path, text in cards(args.pocket).items():
        path.write_text(text, encoding="utf-8")
        print(path)
    args.readme.write_text(filled, encoding="utf-8")
    return 0


def read_accuracy(results: Path) -> Accuracy:
    """`{variant}.json` files, each the output of `evaluate --json`; a variant without one has no tasks."""
    accuracy: dict[str, dict[str, tuple[int, int]]] = {}
    for variant in VARIANTS:
        path = results / f"{variant}.json"
        tasks = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        accuracy[variant] = {name: (task["right"], task["samples"]) for name, task in tasks.items()}
    return accuracy


def table(accuracy: Accuracy) -> str:
    """A Markdown table: one row a task, one column a variant, in per cent of the samples answered right."""
    tasks = list(dict.fromkeys(task for variant in accuracy.values() for task in variant))
    if not tasks:
        return f"The accuracy of this version is {NOT_MEASURED} yet."
    lines = ["| task | samples | " + " | ".join(VARIANTS.values()) + " |", "|---|--:|" + "--:|" * len(VARIANTS)]
    for task in tasks:
        measured = {variant: accuracy[variant][task] for variant in VARIANTS if task in accuracy[variant]}
        samples = "–".join(str(n) for n in sorted({samples for _, samples in measured.values()}))  # noqa: RUF001
        cells = [_per_cent(*measured[variant]) if variant in measured else NOT_MEASURED for variant in VARIANTS]
        lines.append(f"| {task} | {samples} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _per_cent(right: int, samples: int) -> str:
    return f"{100 * right / samples:.1f} %"


def fill(readme: str, table: str) -> str:
    """The README with `table` between its accuracy marks. Raises CheckpointError when it has none."""
    filled, count = re.subn(
        re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: f"{BEGIN}\n{table}\n{END}", readme, flags=re.DOTALL
    )
    if count != 1:
        raise CheckpointError(f"The README must hold {BEGIN} … {END} exactly once; it does {count} times.")
    return filled


def cards(pocket: Path) -> dict[Path, str]:
    """Path → text of the card of every variant folder that exists. Writes nothing.

    `pocket` holds the checkpoints, what `evaluate` measured (`results`), and the log of their training (`training`).
    """
    if not (pocket / "bf16/config.json").is_file():
        raise CheckpointError(f"{pocket} holds no BF16 checkpoint: the cards describe it and its variants.")
    with Tensors(pocket / "bf16") as tensors:
        parameters = sum(prod(tensors.shape(name)) for name in tensors)
    facts = {
        "accuracy": table(read_accuracy(pocket / "results")),
        "parameters": f"{parameters / 1e6:.1f} million",
        **_training(pocket / "training"),
    }
    return {
        pocket / variant / "README.md": _card(variant, pocket / variant, facts)
        for variant in VARIANTS
        if (pocket / variant / "config.json").is_file()
    }


def _training(folder: Path) -> dict[str, str]:
    """What the log of the training says."""
    last = json.loads((folder / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    steps = last["step"] + 1
    return {"steps": f"{steps:,}", "minutes": f"{steps * last['seconds_per_step'] / 60:.0f}"}


def _card(variant: str, folder: Path, facts: Mapping[str, str]) -> str:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    template = Template(Path(__file__).with_name(f"{variant}.md").read_text(encoding="utf-8"))
    return template.substitute(
        facts,
        architecture=_architecture(config),
        auto_round=config.get("quantization_config", {}).get("autoround_version", ""),
    )


def _architecture(config: Mapping[str, Any]) -> str:
    text, vision, audio = (config[part] for part in ("text_config", "vision_config", "audio_config"))
    rows = {
        "language model": f"{text['num_hidden_layers']} layers of {text['hidden_size']}, "
        f"{text['num_attention_heads']} heads, the last {text['num_kv_shared_layers']} layers share keys and values",
        "vision tower": f"{vision['num_hidden_layers']} layers of {vision['hidden_size']}",
        "audio tower": f"{audio['num_hidden_layers']} layers of {audio['hidden_size']}",
        "vocabulary": f"{text['vocab_size']:,} tokens",
        "context": f"{text['max_position_embeddings']:,} tokens",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {part} | {size} |" for part, size in rows.items())])
