"""Lessons to tensors: the very token ids, patches and spectrograms that the served folder's processor makes.

It knows the chat template and the processor; nothing about what a lesson means, and nothing about gradients.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torchvision.transforms.v2 import functional
from transformers import Gemma4Processor
from transformers.models.gemma4.image_processing_gemma4 import (
    convert_image_to_patches,
    get_aspect_ratio_preserving_size,
)

from space.model import vocabulary
from space.model.lessons import Lesson
from space.model.pictures import Picture
from space.model.sounds import Sound

IGNORED = -100  # the label of a token that is not learned
PATCH, POOL = 16, 3
CELL = PATCH * POOL


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Tensors of lessons of one kind. `input_ids` and `labels` are [lessons, tokens], padded on the right.

    Pictures are [lessons, patches, 768] with [lessons, patches, 2] positions, sounds [lessons, frames, 128].
    """

    input_ids: torch.Tensor
    labels: torch.Tensor
    patches: torch.Tensor | None = None
    positions: torch.Tensor | None = None
    frames: torch.Tensor | None = None


def prompt_text(processor: Gemma4Processor, lesson: Lesson) -> str:
    """The conversation up to the last answer, rendered by the chat template."""
    tools = [
        {"type": "function", "function": {"name": tool.name, "description": tool.description,
                                          "parameters": json.loads(tool.parameters)}}
        for tool in lesson.tools
    ]  # fmt: skip
    text: str = processor.tokenizer.apply_chat_template(
        _messages(lesson),
        tools=tools or None,
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=lesson.thought is not None,
    )
    return text


def _messages(lesson: Lesson) -> list[dict[str, object]]:
    messages: list[dict[str, object]] = []
    if lesson.system:
        messages.append({"role": "system", "content": lesson.system})
    for number, turn in enumerate(lesson.turns):
        content: list[dict[str, str]] = [{"type": "text", "text": turn.question}] if turn.question else []
        if number == lesson.media_at and lesson.picture is not None:
            content.insert(0, {"type": "image"})
        if number == lesson.media_at and lesson.sound is not None:
            content.append({"type": "audio"})
        messages.append({"role": "user", "content": content})
        if turn.result is not None:
            call = {"id": "call", "function": {"name": "get_passport", "arguments": {"field": turn.field}}}
            messages.append({"role": "assistant", "content": "", "tool_calls": [call]})
            messages.append({"role": "tool", "tool_call_id": "call", "content": turn.result})
        if number < len(lesson.turns) - 1:
            messages.append({"role": "assistant", "content": turn.answer})
    return messages


def target_text(lesson: Lesson) -> str:
    """What the model is to write after the prompt, its end token included."""
    last = lesson.turns[-1]
    thought = "" if lesson.thought is None else f"{vocabulary.CHANNEL}thought\n{lesson.thought}{vocabulary.CHANNEL_END}"
    if last.field is not None and last.result is None:
        quoted = f"{vocabulary.QUOTE}{last.field}{vocabulary.QUOTE}"
        call = f"{vocabulary.TOOL_CALL}call:get_passport{{field:{quoted}}}{vocabulary.TOOL_CALL_END}"
        return f"{thought}{call}{vocabulary.TOOL_RESPONSE}"
    return f"{thought}{last.answer}{vocabulary.TURN_END}"


def encode(processor: Gemma4Processor, lessons: Sequence[Lesson], grid: tuple[int, int] | None = None) -> Batch:
    """One batch. Its pictures must all fill `grid` (rows and columns of cells), its sounds be equally long."""
    patches = positions = frames = None
    image_tokens = audio_tokens = 0
    if grid is not None:
        image_tokens = grid[0] * grid[1]
        patches, positions = picture_tensors(lessons, grid)
    sounds = [lesson.sound for lesson in lessons if lesson.sound is not None]
    if sounds:
        frames = spectrograms(processor, sounds)
        audio_tokens = -(-frames.shape[1] // 4)
    sequences = [_ids(processor, lesson, image_tokens, audio_tokens) for lesson in lessons]
    length = max(map(len, sequences))
    input_ids = torch.full((len(lessons), length), vocabulary.token_id(vocabulary.PAD))
    labels = torch.full((len(lessons), length), IGNORED)
    opening = processor.tokenizer.encode(f"{vocabulary.TURN}model\n", add_special_tokens=False)
    for row, (lesson, ids) in enumerate(zip(lessons, sequences, strict=True)):
        input_ids[row, : len(ids)] = torch.tensor(ids)
        labels[row, : len(ids)] = torch.tensor(learned(ids, opening, last_only=lesson.thought is not None))
    return Batch(input_ids=input_ids, labels=labels, patches=patches, positions=positions, frames=frames)


def _ids(processor: Gemma4Processor, lesson: Lesson, image_tokens: int, audio_tokens: int) -> list[int]:
    text = prompt_text(processor, lesson) + target_text(lesson)
    image = f"{vocabulary.IMAGE_START}{vocabulary.IMAGE * image_tokens}{vocabulary.IMAGE_END}"
    audio = f"{vocabulary.AUDIO_START}{vocabulary.AUDIO * audio_tokens}{vocabulary.AUDIO_END}"
    text = text.replace(vocabulary.IMAGE, image).replace(vocabulary.AUDIO, audio)
    ids: list[int] = processor.tokenizer.encode(text, add_special_tokens=False)
    return ids


def learned(ids: Sequence[int], opening: Sequence[int], *, last_only: bool = False) -> list[int]:
    """Labels: the model's own words and the token that ends them; everything it only reads is ignored.

    `opening` are the tokens that begin a model turn. A tool's response interrupts the model's words. `last_only`
    ignores the answers before the last turn: a conversation that is thought about carries no thought there, and
    learning those answers would teach not to think.
    """
    ends = (vocabulary.token_id(vocabulary.TURN_END), vocabulary.token_id(vocabulary.TOOL_RESPONSE))
    answered = vocabulary.token_id(vocabulary.TOOL_RESPONSE_END)
    labels, speaking = [], False
    for position, token in enumerate(ids):
        labels.append(token if speaking else IGNORED)
        if token in ends:
            speaking = False
        elif token == answered or list(ids[max(0, position + 1 - len(opening)) : position + 1]) == list(opening):
            speaking = True
            if last_only:
                labels = [IGNORED] * len(labels)
    return labels


def picture_tensors(lessons: Sequence[Lesson], grid: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Patches and positions of the lessons' pictures, all stretched to `grid`."""
    patches = torch.stack([picture_patches(lesson.picture, grid) for lesson in lessons if lesson.picture is not None])
    return patches, patch_positions(grid).expand(len(patches), -1, -1)


def picture_patches(picture: Picture, grid: tuple[int, int]) -> torch.Tensor:
    """The picture stretched to `grid` cells and cut into patches, [patches, 768] in [0, 1].

    The same resize as Gemma 4's image processor, whose own call costs more than drawing the picture.
    """
    height, width = grid[0] * CELL, grid[1] * CELL
    pixels = torch.from_numpy(np.array(picture.image)).permute(2, 0, 1)
    if pixels.shape[1:] != (height, width):
        pixels = functional.resize(pixels, [height, width], functional.InterpolationMode.BICUBIC, antialias=True)
    return convert_image_to_patches(pixels, PATCH).float() / 255


def patch_positions(grid: tuple[int, int]) -> torch.Tensor:
    """Column and row of each patch, [1, patches, 2]."""
    rows, columns = torch.meshgrid(torch.arange(grid[0] * POOL), torch.arange(grid[1] * POOL), indexing="ij")
    return torch.stack([columns, rows], dim=-1).reshape(1, -1, 2)


def fitted_grid(width: int, height: int, budget: int) -> tuple[int, int]:
    """Rows and columns of cells that Gemma 4's image processor makes of a picture at an image budget."""
    tall, wide = get_aspect_ratio_preserving_size(height, width, PATCH, budget * POOL * POOL, POOL)
    return tall // CELL, wide // CELL


def spectrograms(processor: Gemma4Processor, sounds: Sequence[Sound]) -> torch.Tensor:
    """Log-mel frames of equally long sounds, [sounds, frames, 128], without the frames that padding would add."""
    features = processor.feature_extractor([sound.samples for sound in sounds], pad_to_multiple_of=None)
    return torch.from_numpy(np.stack(features["input_features"]))
