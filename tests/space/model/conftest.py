"""The pocket's processor, learned once: three seconds that several tests share."""

import pytest
from transformers import Gemma4Processor

from space.model.folder import pocket_processor
from space.model.train import new_tokenizer


@pytest.fixture(scope="session")
def processor() -> Gemma4Processor:
    return pocket_processor(new_tokenizer(0))
