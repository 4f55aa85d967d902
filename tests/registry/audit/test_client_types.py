"""Snippets read against the OpenAI client's own classes."""

import pytest

from registry.audit.client_types import snippet_problem, snippet_requests

CLIENT = 'from openai import OpenAI\nclient = OpenAI(base_url="http://x/v1", api_key="EMPTY")\n'
ASK = 'client.chat.completions.create(model="m", messages=[])'
STREAM = 'client.chat.completions.create(model="m", messages=[], stream=True)'


@pytest.mark.parametrize(
    "end",
    [
        f"print({ASK}.choices[0].message.content)",
        f"r = {ASK}\nprint(r.choices[0].message.tool_calls[0].function.name)",
        f"r = {ASK}\nprint(r.choices[0].message.reasoning_content, r.usage.prompt_tokens, r.model_dump_json())",
        f"for piece in {STREAM}:\n    print(piece.choices[0].delta.content)",
        "print(client.models.list().data[0].id)",
        'print(client.completions.create(model="m", prompt="x").choices[0].text)',
        'print(client.responses.create(model="m", input="x").output_text)',
        'client.chat.completions.create(model="m", messages=[], extra_body={"top_k": 64})',
        "client.chat.completions.create(**options)",
        f"r = {ASK}\nr, other = something()\nr.anything",
        f"r = {ASK}\ndef show(r):\n    return r.anything",
        f"for piece in {STREAM}:\nprint(piece)",
    ],
)
def test_a_right_snippet_passes_and_so_does_what_cannot_be_told(end: str) -> None:
    assert snippet_problem(CLIENT + end) is None


@pytest.mark.parametrize(
    ("end", "part"),
    [
        (f"print({ASK}.choices.message.content)", "is a list"),
        (f"r = {ASK}\nprint(r.choices.message.content)", "`r.choices` is a list"),
        (f"r = {ASK}\nprint(r.choices[0].text)", "has no `text`"),
        (f'r = {ASK}\nprint(r["choices"])', "no list or dictionary"),
        (f"r: object = {ASK}\nprint(r.answer)", "has no `answer`"),
        (f"for piece in {STREAM}:\n    print(piece.choices[0].message)", "has no `message`"),
        ("client.chat.completion.create()", "has no `completion`"),
        ('client.chat.completions.create("m", [])', "too many positional arguments"),
        ('client.chat.completions.create(model="m")', "'messages'"),
        ('client.chat.completions.create(model="m", messages=[], top_k=64)', "'top_k'"),
        ('client.chat.completions.create(model="m", messages=[', "no Python in line 3"),
        ("from openai import Client2", "Client2"),
        ("import asyncio\nasync def f(a):\n    return (await client.models.list()).data.id", "is a list"),
    ],
)
def test_a_broken_snippet_is_named_with_what_breaks_it(end: str, part: str) -> None:
    problem = snippet_problem(CLIENT + end)
    assert problem is not None
    assert part in problem.sentence


def test_a_missing_index_is_put_in_its_place() -> None:
    problem = snippet_problem(f"{CLIENT}answer = {ASK}\nprint(answer.choices.message.content)")
    assert problem is not None
    assert problem.right == "`answer.choices[0].message`"


@pytest.mark.parametrize(
    "source", ["x" * 10_000 + "(", "(" * 5_000, "a." * 20_000 + "b", "\x00", "import openai\n" + "-" * 9_000 + "1"]
)
def test_hostile_code_is_read_without_harm(source: str) -> None:
    snippet_problem(source)
    snippet_requests(source)


def test_other_libraries_are_not_judged_beyond_their_syntax() -> None:
    assert snippet_problem("import transformers\ntransformers.anything().choices.message") is None


def test_the_models_a_snippet_asks_for_are_read() -> None:
    assert snippet_requests(CLIENT + ASK) == ("m",)
    assert snippet_requests("import x\nx(model='m')") == ()
