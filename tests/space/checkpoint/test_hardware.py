"""What the machine is found to have, read from files and commands of known content."""

from pathlib import Path

import pytest

from space.checkpoint.hardware import Gpu, available_memory, find_gpus, has_suitable_gpu

GIB = 1 << 30


def driver(folder: Path, answer: str, *, status: int = 0) -> str:
    """A command that answers as the driver's own does."""
    command = folder / "nvidia-smi"
    command.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\nexit {status}\n")
    command.chmod(0o755)
    return str(command)


def card(capability: tuple[int, int], gib: int) -> Gpu:
    return Gpu(name="a card", memory=gib * GIB, free=gib * GIB, compute_capability=capability)


def test_cards_are_read_from_the_drivers_command(tmp_path: Path) -> None:
    found = find_gpus(driver(tmp_path, "NVIDIA L4, 23034, 22563, 8.9\nNVIDIA RTX, Ada, 49140, 48000, 8.9"))
    assert found == (
        Gpu(name="NVIDIA L4", memory=23034 << 20, free=22563 << 20, compute_capability=(8, 9)),
        Gpu(name="NVIDIA RTX, Ada", memory=49140 << 20, free=48000 << 20, compute_capability=(8, 9)),
    )


def test_a_card_that_does_not_say_its_memory_is_not_counted(tmp_path: Path) -> None:
    assert find_gpus(driver(tmp_path, "NVIDIA GB10, [N/A], [N/A], 12.1")) == ()


def test_no_driver_is_no_card(tmp_path: Path) -> None:
    assert find_gpus(str(tmp_path / "absent")) == ()
    assert find_gpus(driver(tmp_path, "NVIDIA-SMI has failed", status=9)) == ()


@pytest.mark.parametrize(
    ("gpu", "suitable"),
    [
        (card((7, 5), 16), False),
        (card((8, 0), 40), True),
        (card((8, 6), 8), False),
        (card((8, 9), 24), True),
        (card((12, 0), 32), True),
    ],
    ids=["T4", "A100", "RTX 3050", "L4", "RTX 5090"],
)
def test_ampere_with_room_for_the_weights_is_suitable(gpu: Gpu, suitable: bool) -> None:
    assert has_suitable_gpu([gpu]) is suitable


def test_memory_is_what_the_machine_says(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 16000000 kB\nMemAvailable: 8388608 kB\n")
    assert available_memory(tmp_path, tmp_path / "none") == 8 * GIB


@pytest.mark.parametrize(
    "files",
    [
        {"memory.max": f"{6 * GIB}", "memory.current": f"{5 * GIB}", "memory.stat": f"anon 1\ninactive_file {GIB}"},
        {
            "memory/memory.limit_in_bytes": f"{6 * GIB}",
            "memory/memory.usage_in_bytes": f"{5 * GIB}",
            "memory/memory.stat": f"total_inactive_file {GIB}",
        },
    ],
    ids=["version 2", "version 1"],
)
def test_a_containers_limit_counts_without_its_page_cache(tmp_path: Path, files: dict[str, str]) -> None:
    (tmp_path / "meminfo").write_text("MemAvailable: 8388608 kB\n")
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{content}\n")
    assert available_memory(tmp_path, tmp_path) == 2 * GIB


def test_a_container_without_limit_is_the_machine(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemAvailable: 8388608 kB\n")
    for name, content in (("memory.max", "max"), ("memory.current", "5"), ("memory.stat", "inactive_file 0")):
        (tmp_path / name).write_text(content)
    assert available_memory(tmp_path, tmp_path) == 8 * GIB


def test_this_machine_has_memory() -> None:
    assert available_memory() > 0
