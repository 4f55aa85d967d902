"""What a checkpoint says about sampling from it."""

from pathlib import Path

import pytest

from space.checkpoint.defaults import Defaults, read_defaults
from tests.checkpoint_files import write_checkpoint


@pytest.mark.parametrize(
    ("generation", "expected"),
    [
        (
            b'{"do_sample": true, "temperature": 0.7, "top_p": 0.95, "top_k": 64}',
            Defaults(temperature=0.7, top_p=0.95, top_k=64),
        ),
        (b'{"do_sample": false}', Defaults(temperature=0.0)),
        (None, Defaults()),
    ],
)
def test_sampling_is_the_checkpoints_own(tmp_path: Path, generation: bytes | None, expected: Defaults) -> None:
    assert read_defaults(write_checkpoint(tmp_path, generation_config__json=generation)) == expected


def test_the_image_budget_is_the_vision_towers(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path, config__json=b'{"vision_config": {"default_output_length": 70}}')
    assert read_defaults(folder).image_budget == 70


def test_a_server_elsewhere_is_asked_for_no_budget_of_ours() -> None:
    assert read_defaults(None) == Defaults(image_budget=None)
