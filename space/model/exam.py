"""The exam: held-out lessons of each task, as requests, and how an answer is marked.

Seeds and phrasings are never those of training. It knows no engine: what answers is somebody else's business.
"""

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from space.conversation import Attachment, Message, Request, Sampling, ToolCall
from space.model import lessons
from space.model.lessons import Ask, Lesson
from space.model.pictures import Picture
from space.model.sounds import Sound
from space.model.words import Half

HELD_OUT: Half = "held_out"
TOKENS = 96  # more than any right answer needs


@dataclass(frozen=True, kw_only=True)
class Answered:
    """What came back for one request."""

    text: str
    thought: str
    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A kind of question, the image budget it is asked at (None: no picture), and how its lessons are made.

    It is asked once for every `every` samples of an exam: the largest pictures take a second of two cores each.
    `speech` says that its lessons need espeak-ng.
    """

    name: str
    make: Callable[[Random], Lesson]
    budget: int | None = None
    every: int = 1
    speech: bool = False

    def lesson(self, number: int) -> Lesson:
        """Lesson `number` of the exam, the same every time."""
        return self.make(Random(f"exam {self.name} {self.budget} {number}"))


def tasks() -> tuple[Task, ...]:
    """Every task the pocket is measured on."""
    seen: tuple[Ask, ...] = ("colour", "shape", "count")
    sights = [
        Task(name=ask, make=_shown(ask), budget=budget, every=every)
        for budget, every in {70: 1, 280: 1, 140: 5, 560: 10, 1120: 20}.items()
        for ask in seen
    ]
    read: tuple[Ask, ...] = ("number", "word", "where")
    reading = [Task(name=ask, make=_shown(ask), budget=budget) for ask in read for budget in (70, 280)]
    heard: tuple[Ask, ...] = ("dial", "beeps", "pitch", "glide")
    speech = {"spoken digits": _played("spoken_digits"), "spoken colour": _played("spoken_colour")}
    return (
        *sights,
        *reading,
        *(Task(name=ask, make=_played(ask)) for ask in heard),
        *(Task(name=name, make=make, speech=True) for name, make in speech.items()),
        Task(name="refusal", make=lambda random: lessons.words_lesson(random, HELD_OUT, "outside")),
        Task(name="two turns, picture", make=_two_turns_picture, budget=280),
        Task(name="two turns, sound", make=_two_turns_sound),
        Task(name="tool call", make=lambda random: lessons.words_lesson(random, HELD_OUT, "passport", answered=False)),
        Task(name="tool answer", make=lambda random: lessons.words_lesson(random, HELD_OUT, "passport")),
        Task(name="tool call after a picture or sound", make=_then_passport, budget=280, every=2),
        Task(name="thinking", make=_thought, budget=280),
    )


def _sides(random: Random) -> tuple[int, int]:
    """Sizes people have: a long side of 160 to 1,000 pixels, up to twice the short one."""
    long = random.randint(160, 1000)
    short = round(long * random.uniform(0.5, 1.0))
    return (long, short) if random.random() < 0.5 else (short, long)


def _shown(*asks: Ask) -> Callable[[Random], Lesson]:
    def make(random: Random) -> Lesson:
        width, height = _sides(random)
        return lessons.picture_lesson(random, HELD_OUT, asks, width=width, height=height)

    return make


def _played(*asks: Ask) -> Callable[[Random], Lesson]:
    return lambda random: lessons.sound_lesson(random, HELD_OUT, asks, seconds=round(random.uniform(1.2, 3.3), 2))


def _two_turns_picture(random: Random) -> Lesson:
    first, second = random.sample(("count", "colour", "shape"), 2)
    return _shown(first, second)(random)  # type: ignore[arg-type]


def _two_turns_sound(random: Random) -> Lesson:
    return _played("dial", random.choice(("first", "last")))(random)


def _then_passport(random: Random) -> Lesson:
    shown, played = _shown("colour"), _played("dial")
    return lessons.then_passport(random, HELD_OUT, random.choice((shown, played))(random), answered=False)


def _thought(random: Random) -> Lesson:
    kinds: tuple[Callable[[Random], Lesson], ...] = (
        _shown("count"),
        _played("beeps"),
        lambda random: lessons.words_lesson(random, HELD_OUT, "outside"),
    )
    return lessons.thinking(random, random.choice(kinds)(random))


def request(lesson: Lesson, budget: int | None) -> Request:
    """The lesson up to its last answer, asked greedily."""
    messages = [Message(role="system", text=lesson.system)] if lesson.system else []
    for number, turn in enumerate(lesson.turns):
        media = _media(lesson) if number == lesson.media_at else ()
        messages.append(Message(role="user", text=turn.question, attachments=media))
        if turn.result is not None:
            call = ToolCall(id="call", name="get_passport", arguments=json.dumps({"field": turn.field}))
            messages.append(Message(role="assistant", tool_calls=(call,)))
            messages.append(Message(role="tool", text=turn.result, tool_call_id="call"))
        if number < len(lesson.turns) - 1:
            messages.append(Message(role="assistant", text=turn.answer))
    return Request(
        messages=tuple(messages),
        sampling=Sampling(temperature=0.0, max_tokens=TOKENS),
        thinking=lesson.thought is not None,
        tools=lesson.tools,
        image_budget=budget if lesson.picture is not None else None,
    )


def _media(lesson: Lesson) -> tuple[Attachment, ...]:
    pictures = (picture_attachment(lesson.picture),) if lesson.picture is not None else ()
    sounds = (sound_attachment(lesson.sound),) if lesson.sound is not None else ()
    return pictures + sounds


def picture_attachment(picture: Picture) -> Attachment:
    """The picture as a PNG file."""
    file = io.BytesIO()
    picture.image.save(file, "PNG")
    width, height = picture.image.size
    return Attachment(
        kind="image", media_type="image/png", data=file.getvalue(), name="picture.png", width=width, height=height
    )


def sound_attachment(sound: Sound) -> Attachment:
    """The sound as a WAV file."""
    return Attachment(kind="audio", media_type="audio/wav", data=sound.wav(), name="sound.wav", seconds=sound.seconds)


def right(task: Task, lesson: Lesson, answered: Answered) -> bool:
    """Whether the answer is right. "thinking" marks the form alone: a thought, closed, and then an answer."""
    last = lesson.turns[-1]
    if task.name == "thinking":
        return (
            bool(answered.thought.strip())
            and bool(answered.text.strip())
            and "<" not in answered.text + answered.thought
        )
    if last.field is not None and last.result is None:
        return len(answered.calls) == 1 and _calls(answered.calls[0], last.field)
    return holds(answered.text, last.must, last.never)


def _calls(call: ToolCall, field: str) -> bool:
    return call.name == "get_passport" and json.loads(call.arguments) == {"field": field}


def holds(text: str, must: tuple[str, ...], never: tuple[str, ...]) -> bool:
    """Whether `text` has all of `must` and none of `never`, as whole words."""
    return all(_has(text, word) for word in must) and not any(_has(text, word) for word in never)


def _has(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
