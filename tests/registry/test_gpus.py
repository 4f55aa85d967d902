"""The table of cards."""

from registry.gpus import gpu_named, gpus, not_run


def test_every_card_has_its_memory_and_a_source() -> None:
    assert len({card.name for card in gpus()}) == len(gpus()) > 20
    for card in gpus():
        assert 2**33 <= card.memory <= 2**39
        assert card.source.startswith("https://")


def test_cards_come_the_smallest_first() -> None:
    memories = [card.memory for card in gpus()]
    assert memories == sorted(memories)


def test_memory_is_within_a_tenth_of_the_printed_figure() -> None:
    for card in gpus():
        printed = int(card.name.split()[-2]) * 2**30
        assert 0.9 <= card.memory / printed <= 1.02, card.name


def test_a_card_is_found_by_words_of_its_name() -> None:
    card = gpu_named("l4")
    assert card is not None
    assert card.name == "NVIDIA L4 24 GB"
    assert gpu_named("h100") is not None
    assert gpu_named("A100") is None, "two cards have this name: it must be 40 or 80 GB"
    assert gpu_named("abacus") is None
    assert gpu_named("") is None


def test_every_card_of_nvidia_has_its_compute_capability_and_no_other_card_has_one() -> None:
    for card in gpus():
        assert (card.capability is not None) == card.name.startswith("NVIDIA"), card.name
    assert {card.capability for card in gpus() if card.family == "Hopper"} == {9.0}


def test_a_card_is_refused_for_its_capability_and_only_for_what_asks_more() -> None:
    refused = {card.name for card in gpus() if not_run(card, "Gemma4ForConditionalGeneration")}
    assert refused == {card.name for card in gpus() if card.family == "Turing"} != set()
    assert not any(not_run(card, architecture) for card in gpus() for architecture in ("LlamaForCausalLM", None))
