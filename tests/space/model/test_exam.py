"""The exam asks held-out questions, the same every time, and marks right answers right and wrong ones wrong."""

import json

import pytest

from space.conversation import ToolCall
from space.model.exam import Answered, Task, holds, request, right, tasks

TASKS = tasks()
EVERY_TASK = [
    pytest.param(task, id=f"{task.name} {task.budget}", marks=[pytest.mark.speech] if task.speech else [])
    for task in TASKS
]


def answered(text: str, thought: str = "", *calls: ToolCall) -> Answered:
    return Answered(text=text, thought=thought, calls=calls)


@pytest.mark.parametrize("task", EVERY_TASK)
def test_a_task_asks_the_same_question_every_time(task: Task) -> None:
    first, again = (request(task.lesson(7), task.budget) for _ in range(2))
    assert first == again
    assert request(task.lesson(8), task.budget) != first


@pytest.mark.parametrize("task", EVERY_TASK)
def test_the_right_answer_is_right_and_silence_is_not(task: Task) -> None:
    for number in range(3):
        lesson = task.lesson(number)
        last = lesson.turns[-1]
        call = ToolCall(id="1", name="get_passport", arguments=json.dumps({"field": last.field}))
        calls = (call,) if last.field is not None and last.result is None else ()
        thought = lesson.thought or ""
        assert right(task, lesson, Answered(text=last.answer, thought=thought, calls=calls))
        assert not right(task, lesson, answered(""))


def test_marking_compares_whole_words() -> None:
    assert holds("There are three stars.", ("three",), ("two",))
    assert not holds("The digits are 4071.", ("407",), ())
    assert not holds("They are red, or blue.", ("red",), ("blue",))


def test_the_wrong_field_is_wrong() -> None:
    task = next(task for task in TASKS if task.name == "tool call")
    wrong = ToolCall(id="1", name="get_passport", arguments='{"field": "nothing"}')
    assert not right(task, task.lesson(0), answered("", "", wrong))


def test_tools_and_thinking_are_asked_for_where_the_task_needs_them() -> None:
    by_name = {task.name: task for task in TASKS}
    assert request(by_name["tool call"].lesson(0), None).tools
    assert request(by_name["thinking"].lesson(0), 280).thinking
    assert request(by_name["colour"].lesson(0), 140).image_budget == 140
