"""Model cards and the README's accuracy table: from measurements alone, valid for the Hub, and up to date in git."""

import argparse
import json
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from safetensors.torch import save_file

from space.errors import CheckpointError
from space.model.cards import card

CONFIG = {
    "text_config": {
        "num_hidden_layers": 4,
        "hidden_size": 256,
        "num_attention_heads": 4,
        "num_kv_shared_layers": 2,
        "vocab_size": 1024,
        "max_position_embeddings": 8192,
    },
    "vision_config": {"num_hidden_layers": 3, "hidden_size": 128},
    "audio_config": {"num_hidden_layers": 2, "hidden_size": 128},
}


@pytest.fixture
def pocket(tmp_path: Path) -> Path:
    for variant in card.VARIANTS:
        (tmp_path / variant).mkdir()
        quantized = {} if variant == "bf16" else {"quantization_config": {"autoround_version": "0.16.1"}}
        (tmp_path / variant / "config.json").write_text(json.dumps(CONFIG | quantized))
    save_file({"weight": torch.zeros(1000, 2500)}, tmp_path / "bf16/model.safetensors")
    (tmp_path / "training").mkdir()
    logged = {"step": 3299, "seconds_per_step": 1.0}
    (tmp_path / "training" / "log.jsonl").write_text(json.dumps(logged) + "\n")
    (tmp_path / "results").mkdir()
    for variant, right in (("bf16", 490), ("autoround", 485)):
        measured = {"colour at 70": {"task": "colour", "budget": 70, "right": right, "samples": 500}}
        (tmp_path / f"results/{variant}.json").write_text(json.dumps(measured))
    return tmp_path


def test_table_has_a_row_a_task_and_names_what_was_not_measured(pocket: Path) -> None:
    assert card.table(card.read_accuracy(pocket / "results")).splitlines() == [
        "| task | samples | BF16 | AutoRound | GPTQ |",
        "|---|--:|--:|--:|--:|",
        "| colour at 70 | 500 | 98.0 % | 97.0 % | not measured |",
    ]


def test_without_any_results_the_table_says_so(tmp_path: Path) -> None:
    assert card.table(card.read_accuracy(tmp_path)) == "The accuracy of this version is not measured yet."


def test_the_card_tells_how_long_training_was(pocket: Path) -> None:
    told = " ".join(card.cards(pocket)[pocket / "bf16/README.md"].split())
    assert "3,300 steps in 55 minutes" in told


def test_cards_are_valid_for_the_hub_and_claim_no_base_model(pocket: Path) -> None:
    written = card.cards(pocket)
    assert [path.parent.name for path in written] == ["bf16", "autoround", "gptq"]
    for path, text in written.items():
        data = ModelCard(text).data
        assert data.get("license") == "apache-2.0"
        assert data.get("library_name") == "transformers"
        assert data.get("pipeline_tag") == "image-text-to-text"
        assert "trained-from-scratch" in data.get("tags")
        assert ("4-bit" in data.get("tags")) == (path.parent.name != "bf16")
        assert data.get("base_model") is None  # neither Gemma nor a repository that does not exist
        assert "| colour at 70 | 500 | 98.0 % | 97.0 % | not measured |" in text
    assert "2.5 million parameters" in written[pocket / "bf16/README.md"]
    assert "auto-round 0.16.1" in written[pocket / "gptq/README.md"]


def test_readme_is_filled_between_its_marks_and_nowhere_else() -> None:
    readme = f"before\n{card.BEGIN}\nold\n{card.END}\nafter\n"
    filled = card.fill(readme, "| new \\1 |")
    assert filled == f"before\n{card.BEGIN}\n| new \\1 |\n{card.END}\nafter\n"
    assert card.fill(filled, "| new \\1 |") == filled
    with pytest.raises(CheckpointError, match="exactly once"):
        card.fill("no marks", "table")


def test_command_writes_the_cards_and_the_readme(pocket: Path) -> None:
    readme = pocket / "README.md"
    readme.write_text(f"{card.BEGIN}{card.END}")
    assert card.run(argparse.Namespace(pocket=pocket, readme=readme)) == 0
    assert "98.0 %" in readme.read_text()
    assert "98.0 %" in (pocket / "gptq/README.md").read_text()
    readme.write_text("no marks")
    with pytest.raises(CheckpointError, match="exactly once"):
        card.run(argparse.Namespace(pocket=pocket, readme=readme))


def test_cards_and_readme_in_git_are_what_the_command_writes() -> None:
    written = card.cards(card.POCKET)
    assert len(written) == len(card.VARIANTS), "a pocket checkpoint is missing"
    readme = card.README.read_text(encoding="utf-8")
    stale = [path for path, text in written.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert not stale, "run `python -m space.model cards`"
    assert card.fill(readme, card.table(card.read_accuracy(card.POCKET / "results"))) == readme, (
        "run `python -m space.model cards`"
    )
