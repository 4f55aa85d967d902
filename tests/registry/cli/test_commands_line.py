"""The commands on the catalogue: what they print for people and for programs, and how they fail."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.catalogue.load import load_catalogue
from registry.cli.main import COMMANDS
from registry.place import default_place
from registry.store import Store
from tests.registry.cli.commands import Commands
from tests.registry.served_checkpoint import served_config, write_served_headers

ROOT = Path(__file__).parents[3]
SERVED = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
SERVED_ID = "hf-model--vishva007--gemma-4-e2b-it-w4a16-autoround"
BASE = "google/gemma-4-E2B-it"
MIB = 2**20
FIGURES = ("weights_bytes", "kv_bytes", "kv_reserved_bytes", "overhead_bytes", "total_bytes")


def test_an_empty_store_is_filled_with_the_catalogue_at_first_use(run: Commands) -> None:
    assert not run.store.exists()
    listed = run("list", "--json")
    assert listed.code == 0
    assert {SERVED, BASE} <= {card["subject"] for card in listed.data}
    assert run("list", "--json").out == listed.out


@pytest.mark.parametrize("command", ["show", "audit", "fni", "cite", "commands"])
def test_a_registry_id_and_the_exact_name_mean_the_same_model(run: Commands, command: str) -> None:
    by_name, by_id = run(command, SERVED, "--json"), run(command, SERVED_ID, "--json")
    assert by_name.code == 0
    assert by_name.out == by_id.out
    json.loads(by_name.out)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(run: Commands, command: str) -> None:
    helped = run(command, "--help")
    assert helped.code == 0
    assert f"python -m registry {command}" in helped.out.partition("examples:")[2]
    assert "--json" in helped.out


@pytest.mark.parametrize("command", ["show", "audit", "vram", "fni", "cite", "commands", "export", "verify", "refresh"])
def test_a_name_nobody_recorded_is_a_sentence_and_exit_code_1(run: Commands, command: str) -> None:
    failed = run(command, "nobody/nothing")
    assert (failed.code, failed.out) == (1, "")
    assert "nobody/nothing" in failed.err
    assert "Traceback" not in failed.err


def test_a_wrong_command_line_is_exit_code_2(run: Commands) -> None:
    assert run("show").code == run("vram", BASE, "--context", "0").code == run("nonsense").code == 2
    assert run("compare", BASE).code == run("compare", *[BASE] * 5).code == 2


def test_bibtex_is_all_that_cite_prints(run: Commands) -> None:
    printed = run("cite", SERVED, "--format", "bibtex")
    assert printed.out.startswith("@misc{")
    assert printed.out.rstrip().endswith("}")
    assert printed.err == ""
    entries = [line for line in printed.out.splitlines() if line and not line.startswith((" ", "}"))]
    assert all(line.startswith("@") for line in entries)


@pytest.mark.parametrize("name", [SERVED, SERVED_ID])
def test_vram_of_the_served_checkpoint_is_exact_in_weights_and_cache(run: Commands, name: str) -> None:
    needed = run("vram", name, "--context", "8192", "--json").data
    assert (needed["weights_bytes"], needed["kv_bytes"]) == (7_450_398_662, 54 * MIB)
    assert all(type(needed[figure]) is int for figure in FIGURES)
    assert needed["total_bytes"] == sum(
        needed[figure] for figure in FIGURES if figure not in ("kv_bytes", "total_bytes")
    )


def test_the_parts_of_the_served_weights_are_told_apart_and_add_up(run: Commands) -> None:
    needed = run("vram", SERVED, "--json").data
    parts = {(part["component"], part["dtype"]): part["bytes"] for part in needed["parts"]}
    assert sum(parts.values()) == needed["weights_bytes"] == 7_450_398_662
    assert parts["ple", "BF16"] == 4_725_146_112
    assert parts["language_layers", "I32"] == 938_806_272
    assert "938,806,272 bytes" in run("vram", SERVED).out


def test_memory_is_shown_as_computed_and_the_listing_s_figure_is_set_aside_as_wrong(run: Commands) -> None:
    (fact,) = [fact for fact in run("show", SERVED, "--json").data["facts"] if fact["field"] == "vram"]
    assert (fact["value"], fact["conditions"]["context"]) == (9_294_188_486, "8192")
    assert [other["value"] for other in fact["others"]] == [2_800_000_000, 2_800_000_000]
    assert fact["audit"] == {"claim": None, "others": ["wrong", "wrong"]}
    shown = run("show", SERVED).out
    assert "an estimate from the files" in next(line for line in shown.splitlines() if line.startswith("GPU memory"))
    assert "GPU memory needed: 2,800,000,000 bytes, 2.80 GB (2.61 GiB) (printed in a listing" in shown
    (said, *_) = run("vram", SERVED, "--json").data["others_say"]
    assert (said["claim"]["value"], said["audit"]) == (2_800_000_000, "wrong")


def test_a_card_vllm_does_not_run_the_model_on_does_not_fit_though_it_has_room(run: Commands) -> None:
    cards = {card["name"]: card for card in run("vram", SERVED, "--json").data["gpus"]}
    turing, ada = cards["NVIDIA T4 16 GB"], cards["NVIDIA L4 24 GB"]
    assert (turing["room"], turing["fits"], turing["longest"]) == (True, False, 0)
    assert "Turing" in turing["refused"]
    assert (ada["room"], ada["fits"], ada["refused"]) == (True, True, None)
    line = next(line for line in run("vram", SERVED).out.splitlines() if line.startswith("NVIDIA T4"))
    assert "no: Turing, not run by vLLM" in line


def test_vram_takes_a_folder_or_a_configuration_and_counts_requests(run: Commands, tmp_path: Path) -> None:
    folder = write_served_headers(tmp_path)
    read = run("vram", str(folder), "--context", "8192", "--json").data
    assert (read["weights_bytes"], read["kv_bytes"]) == (7_450_398_662, 54 * MIB)
    assert run("vram", str(folder / "config.json"), "--context", "8192", "--json").data["kv_bytes"] == 54 * MIB
    many = run("vram", str(folder), "--context", "8192", "--concurrency", "4", "--kv-dtype", "fp8", "--json").data
    assert many["kv_bytes"] == 4 * 27 * MIB


def test_the_listing_s_own_estimate_stands_beside_ours(run: Commands) -> None:
    needed = run("vram", SERVED, "--json").data
    assert needed["listing_formula_gb"] == 2.8
    assert "what the listing's own formula makes" in run("vram", SERVED).out


def test_audit_is_a_list_that_names_what_is_wrong_on_the_listing(run: Commands) -> None:
    findings = run("audit", SERVED, "--json").data
    assert {
        "licence", "mixture of experts", "parameters", "context", "memory", "tower dtype", "calibration",
        "unusable command", "needless flag", "broken snippet", "repository id",
    } <= {finding["rule"] for finding in findings}  # fmt: skip
    assert all(finding["sentence"] for finding in findings)


def test_compare_marks_what_differs_and_not_what_is_unknown(run: Commands) -> None:
    rows = {row["field"]: row for row in run("compare", SERVED, BASE, "--json").data["fields"]}
    assert rows["scheme"]["differ"]
    assert not rows["context"]["differ"]
    assert not rows["quantization.method"]["differ"]


def test_compare_marks_what_does_not_hold(run: Commands) -> None:
    rows = {row["field"]: row for row in run("compare", SERVED, BASE, "--json").data["fields"]}
    assert [cell["doubt"] for cell in rows["mixture_of_experts"]["values"]] == ["wrong", None]
    assert "yes (does not hold)" in run("compare", SERVED, BASE).out


def test_search_ranks_by_meaning_and_keeps_to_its_limits(run: Commands) -> None:
    assert run("search", "gemma", "autoround", "--json").data
    small = run("search", "--at-most", "1", "--json").data
    assert small
    assert all(card["size"] <= 10**9 for card in small)
    assert run("search", "--fits", "nonsense").code == 1
    assert "No model matches" in run("search", "zzzz").out


def test_a_command_that_does_not_exist_is_refused_with_the_reason(run: Commands) -> None:
    assert run("commands", SERVED, "--tool", "vllm").out.startswith("pip install")
    refused = run("commands", SERVED, "--tool", "ollama")
    assert refused.code == 1
    assert "GGUF" in refused.err


def test_show_puts_what_the_audit_found_first_and_a_field_shows_its_history(run: Commands) -> None:
    shown = run("show", SERVED).out
    assert shown.index("In short") < shown.index("What the audit found") < shown.index("Evidence")
    assert len(run("show", SERVED, "--json").data["findings"]) == len(run("audit", SERVED, "--json").data) == 16
    (experts,) = (line for line in shown.splitlines() if line.startswith("Mixture of experts "))
    assert experts.endswith("wrong")
    facts = {fact["field"]: fact for fact in run("show", SERVED, "--json").data["facts"] if not fact["conditions"]}
    assert facts["tensor_bytes"]["value"] == 7_450_398_662
    assert facts["licence"]["upstream"]["value"] == "apache-2.0"
    assert "declared by the author" in run("show", SERVED, "--field", "licence").out


def test_a_folder_is_shown_and_added_from_its_own_files(run: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    write_served_headers(folder)
    assert run("show", str(folder), "--json").data["subject"] == folder.name
    added = run("add", str(folder), "--name", "my/model", "--json").data
    assert added["subject"] == "my/model"
    assert run("show", "my/model", "--json").code == 0
    assert run("verify", "my/model", "--folder", str(folder)).code == 0
    (folder / "config.json").write_text(json.dumps({**served_config(), "architectures": ["Other"]}), encoding="utf-8")
    drifted = run("verify", "my/model", "--folder", str(folder), "--json")
    assert drifted.code == 3
    assert {
        "subject": "my/model",
        "what": "architecture",
        "kept": "Gemma4ForConditionalGeneration",
        "derived": "Other",
        "source": f"the files in {folder}",
    } in (drifted.data["drift"])


def test_the_catalogue_is_verified_without_drift(run: Commands) -> None:
    verified = run("verify", "--json")
    assert verified.data["drift"] == []
    assert verified.code == 0


def test_the_store_lies_among_the_user_s_data() -> None:
    assert default_place({"XDG_DATA_HOME": "/data"}) == Path("/data/model-passports/registry.db")
    assert default_place({"XDG_DATA_HOME": "relative"}) == default_place({})
    assert default_place({}).is_relative_to(Path.home())


def test_a_store_that_cannot_be_made_is_a_sentence(run: Commands, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    failed = run("list")
    assert failed.code == 1
    assert "--store" in failed.err


def test_list_imports_nothing_heavy_and_ends_quietly_when_nobody_reads(tmp_path: Path) -> None:
    script = (
        "import sys; from registry.cli.main import main; code = main(['list', '--store', sys.argv[1]]);"
        "heavy = {'torch', 'transformers', 'numpy', 'openai', 'huggingface_hub.hf_api'} & set(sys.modules);"
        "sys.stderr.write(' '.join(sorted(heavy))); sys.exit(code)"
    )
    # The first use of all loads the catalogue and audits it, for which snippets are held against the client.
    with Store.open(tmp_path / "registry.db") as store:
        load_catalogue(store)
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "registry.db")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert SERVED in done.stdout
