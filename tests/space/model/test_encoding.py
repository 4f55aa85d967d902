"""Training sees exactly what the served folder's processor would make."""

from random import Random

import pytest
import torch
from transformers import Gemma4Processor

from space.model import lessons
from space.model.encoding import IGNORED, encode, fitted_grid, picture_patches, prompt_text
from space.model.lessons import Lesson
from space.model.pictures import draw_shapes


@pytest.mark.parametrize("budget", [70, 140, 280])
def test_patches_are_those_of_the_image_processor(processor: Gemma4Processor, budget: int) -> None:
    picture = draw_shapes(Random(1), width=310, height=230, count=2, shape="star", colour="green")
    ours = picture_patches(picture, fitted_grid(310, 230, budget))
    theirs = processor.image_processor(picture.image, max_soft_tokens=budget, return_tensors="pt")["pixel_values"][0]
    assert torch.allclose(ours, theirs[: len(ours)], atol=1e-6)
    assert not theirs[len(ours) :].any()


def test_token_ids_of_a_picture_are_those_of_the_processor(processor: Gemma4Processor) -> None:
    lesson = lessons.picture_lesson(Random(2), "train", ("count", "colour"), width=384, height=384)
    assert lesson.picture is not None
    theirs = processor(text=prompt_text(processor, lesson), images=[[lesson.picture.image]], max_soft_tokens=70)
    ours = encode(processor, [lesson], (8, 8)).input_ids[0].tolist()
    assert ours[: len(theirs["input_ids"][0])] == theirs["input_ids"][0]


@pytest.mark.parametrize("seconds", [0.93, 1.5, 2.71])
def test_frames_and_token_ids_of_a_sound_are_those_of_the_processor(processor: Gemma4Processor, seconds: float) -> None:
    lesson = lessons.sound_lesson(Random(3), "train", ("dial",), seconds=seconds)
    assert lesson.sound is not None
    theirs = processor(text=prompt_text(processor, lesson), audio=[lesson.sound.samples], return_tensors="pt")
    ours = encode(processor, [lesson])
    assert ours.frames is not None
    present = theirs["input_features_mask"][0]
    assert torch.equal(theirs["input_features"][0][present], ours.frames[0][: int(present.sum())])
    length = theirs["input_ids"].shape[1]
    assert torch.equal(ours.input_ids[0, :length], theirs["input_ids"][0])


@pytest.mark.parametrize("answered", [True, False])
def test_only_the_models_own_words_are_learned(processor: Gemma4Processor, answered: bool) -> None:
    lesson = lessons.words_lesson(Random(4), "train", "passport", answered=answered)
    turn = lesson.turns[0]
    call = f'<|tool_call>call:get_passport{{field:<|"|>{turn.field}<|"|>}}<tool_call|><|tool_response>'
    assert _learned(processor, lesson) == (call + turn.answer + "<turn|>" if answered else call)


def test_a_thought_is_learned_in_its_channel(processor: Gemma4Processor) -> None:
    lesson = lessons.thinking(Random(5), lessons.words_lesson(Random(5), "train", "hello"))
    expected = f"<|channel>thought\n{lesson.thought}<channel|>{lesson.turns[0].answer}<turn|>"
    assert _learned(processor, lesson) == expected
    assert prompt_text(processor, lesson).startswith("<bos><|turn>system\n<|think|>")


def test_in_a_conversation_that_is_thought_about_only_the_last_answer_is_learned(processor: Gemma4Processor) -> None:
    """Earlier answers carry no thought: learning them would teach not to think."""
    lesson = lessons.thinking(
        Random(7), lessons.after_small_talk(Random(7), "train", lessons.words_lesson(Random(7), "train", "hello"))
    )
    assert len(lesson.turns) == 2
    assert (
        _learned(processor, lesson) == f"<|channel>thought\n{lesson.thought}<channel|>{lesson.turns[1].answer}<turn|>"
    )


def _learned(processor: Gemma4Processor, lesson: Lesson) -> str:
    labels = encode(processor, [lesson]).labels[0]
    text: str = processor.tokenizer.decode(labels[labels != IGNORED])
    return text
