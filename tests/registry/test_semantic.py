"""Meaning by word vectors: offline, bounded, and of some use."""

import logging

from registry.semantic import packed, semantic_scores


def test_nearer_texts_score_higher() -> None:
    texts = packed(["tiny multimodal model for speech and audio", "large language model that writes code"])
    speech, code = semantic_scores("small model that hears sound", texts)
    assert speech > code
    assert 0 <= code <= 100


def test_a_text_takes_512_bytes_and_one_without_words_is_near_to_nothing() -> None:
    texts = packed(["", "audio"])
    assert {len(text) for text in texts} == {512}
    assert semantic_scores("audio", texts)[0] == 0
    assert semantic_scores("", texts) == [0, 0]
    assert semantic_scores("audio", []) == []


def test_a_text_is_nearest_to_itself() -> None:
    (score,) = semantic_scores("vision language model", packed(["vision language model"]))
    assert score > 99.9


def test_the_root_logger_is_left_as_it_was() -> None:
    before = (logging.getLogger().level, len(logging.getLogger().handlers))
    packed(["text"])
    assert (logging.getLogger().level, len(logging.getLogger().handlers)) == before
