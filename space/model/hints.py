"""Help for the towers while they learn: what each soft token looks at. Thrown away after training.

Waiting for the language model's loss to teach a tower to see takes hours; telling each soft token which shape,
glyph or tone is in it takes minutes. It knows the marks of pictures and sounds, not the questions.
"""

import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from space.model.pictures import CAPITALS, COLOURS, REGIONS, SHAPES, Picture
from space.model.sounds import KEYS, MOST_BEEPS, Sound
from space.model.words import DIGIT_WORDS

LABELS = (*SHAPES, *"0123456789", *CAPITALS)
PAINTS = tuple(COLOURS)
TONES = ("", *KEYS, *DIGIT_WORDS, *COLOURS, "tone", "rising", "falling")  # "" is silence
ORDERS = MOST_BEEPS
MOST_COUNTED = 8  # shapes on one collage
SOFT_TOKEN_SECONDS = 0.04


class Hints(nn.Module):
    """Linear readings of soft tokens [tokens, hidden] and their losses against the truth."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.sizes = [1, len(LABELS), len(COLOURS), ORDERS, len(REGIONS), MOST_COUNTED + 1]
        self.sight = nn.Linear(hidden, sum(self.sizes))
        self.hearing = nn.Linear(hidden, 1 + len(TONES) + ORDERS + 1)

    def seen(self, tokens: torch.Tensor, pictures: Sequence[Picture], grid: tuple[int, int]) -> torch.Tensor:
        """Loss of pictures' soft tokens, [pictures, cells, hidden]: a tip? Part of what? Which colour, place, region?

        A tip between cells is shared out among them, so that summing over cells counts. How many tips there are is
        asked of every cell: the language model then reads the count anywhere.
        """
        truths = [_cells(picture, grid) for picture in pictures]
        tip, inside, label, colour, order, region = (torch.stack(part) for part in zip(*truths, strict=True))
        found, kinds, paints, places, regions, counts = self.sight(tokens).float().split(self.sizes, dim=-1)
        missed = functional.binary_cross_entropy_with_logits(found[..., 0], tip, reduction="sum")
        presence = 3 * missed / (len(pictures) + tip.sum())
        identity = _weighted(kinds, label, inside) + 0.5 * _weighted(paints, colour, inside)
        identity = identity + 0.3 * _weighted(regions, region, inside)
        count = torch.tensor([sum(mark.tip is not None for mark in picture.marks) for picture in pictures])
        counted = functional.cross_entropy(counts.flatten(0, 1), count.repeat_interleave(tokens.shape[1]))
        return presence + identity + counted + _weighted(places, order, inside * (label >= len(SHAPES)))

    def heard(self, tokens: torch.Tensor, sounds: Sequence[Sound]) -> torch.Tensor:
        """Loss of sounds' soft tokens, [sounds, tokens, hidden]: which tone? Its middle? Which place, which pitch?"""
        count = tokens.shape[1]
        truths = [_instants(sound, count) for sound in sounds]
        middle, label, order, pitch = (torch.stack(part) for part in zip(*truths, strict=True))
        found, tones, places, heights = self.hearing(tokens).float().split([1, len(TONES), ORDERS, 1], dim=-1)
        presence = functional.binary_cross_entropy_with_logits(found[..., 0], middle, reduction="sum") / len(sounds) / 4
        on = functional.cross_entropy(tones.flatten(0, 1), label.flatten())
        pitched = label >= TONES.index("tone")
        missed = ((heights[..., 0] - pitch).square() * pitched).sum() / pitched.sum().clamp(min=1)
        return presence + on + _weighted(places, order, middle) + missed


def copied(
    input_ids: torch.Tensor, labels: torch.Tensor, looks_back: torch.Tensor, looks_up: torch.Tensor
) -> torch.Tensor:
    """Loss of two attention heads, [lessons, tokens, tokens], that copying needs (induction: Olsson et al., 2022).

    One looks at the token before; the other, while words are copied from the prompt, at the token to be said next.
    """
    before = looks_back.diagonal(offset=-1, dim1=1, dim2=2)
    loss = -before.clamp(min=1e-4).log().mean()
    places = [place for row in range(len(input_ids)) for place in _sources(row, input_ids[row], labels[row])]
    if not places:
        return loss
    rows, tokens, sources = torch.tensor(places).unbind(1)
    return loss - looks_up[rows, tokens, sources].clamp(min=1e-4).log().mean()


def _sources(row: int, input_ids: torch.Tensor, labels: torch.Tensor) -> list[tuple[int, int, int]]:
    """(row, token, source): where the token after `token` stands in the prompt, after the same token.

    Of several places the one with the longest common past counts.
    """
    ids, said = input_ids.tolist(), (labels >= 0).tolist()
    found = []
    for token in range(1, len(ids) - 1):
        if not said[token + 1] or not said[token]:
            continue
        best, source = 1, 0
        for place in range(2, token):
            if ids[place] != ids[token + 1] or said[place]:
                continue
            past = 0
            while past < place and ids[place - 1 - past] == ids[token - past]:
                past += 1
            if past >= best:
                best, source = past, place
        if source:
            found.append((row, token, source))
    return found


def _weighted(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    losses = functional.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="none")
    return (losses * weight.flatten()).sum() / weight.sum().clamp(min=1e-6)


def _cells(picture: Picture, grid: tuple[int, int]) -> tuple[torch.Tensor, ...]:
    """For each cell: share of a tip, whether something covers its middle, and that thing's label, colour and order.

    Last, the ninth of the picture that the cell is in.
    """
    rows, columns = grid
    tip, inside = torch.zeros(rows, columns), torch.zeros(rows, columns)
    label, colour, order = (torch.zeros(rows, columns, dtype=torch.long) for _ in range(3))
    down, across = torch.arange(rows) + 0.5, torch.arange(columns) + 0.5
    for mark in picture.marks:
        # At least the cell of its centre, however small the thing is.
        tall, wide = max(0.51, 0.85 * mark.reach_y * rows), max(0.51, 0.85 * mark.reach_x * columns)
        covered = ((down - mark.y * rows).abs() <= tall)[:, None] & ((across - mark.x * columns).abs() <= wide)[None]
        inside[covered] = 1
        label[covered] = LABELS.index(mark.label)
        colour[covered] = PAINTS.index(mark.colour)
        order[covered] = mark.order
        if mark.tip is not None:
            tip += (
                _shared(mark.tip[1] * rows - 0.5, rows)[:, None] * _shared(mark.tip[0] * columns - 0.5, columns)[None]
            )
    region = (3 * (3 * down / rows).long()[:, None] + (3 * across / columns).long()[None]).flatten()
    return tip.clamp(max=1).flatten(), inside.flatten(), label.flatten(), colour.flatten(), order.flatten(), region


def _shared(place: float, count: int) -> torch.Tensor:
    """One unit at `place` on a line of cells, shared between the two nearest."""
    place = min(max(place, 0.0), count - 1.0)
    return (1 - (torch.arange(count) - place).abs()).clamp(min=0)


def _instants(sound: Sound, count: int) -> tuple[torch.Tensor, ...]:
    """For each soft token: share of a tone's middle, the tone that is on, its place among the tones, its pitch."""
    middle, pitch = torch.zeros(count), torch.zeros(count)
    label, order = torch.zeros(count, dtype=torch.long), torch.zeros(count, dtype=torch.long)
    for place, event in enumerate(sound.events):
        first, last = event.start / SOFT_TOKEN_SECONDS, min(count - 1, event.end / SOFT_TOKEN_SECONDS)
        on = slice(round(first), max(round(first) + 1, round(last)))
        label[on] = TONES.index(event.label)
        shares = _shared((first + last) / 2, count)
        middle = torch.maximum(middle, shares)
        order[shares > 0] = place
        if event.pitches is not None:
            low, high = (math.log2(hertz / 1000) for hertz in event.pitches)
            pitch[on] = torch.linspace(low, high, len(pitch[on]))
    return middle, label, order, pitch
