"""The OpenAI door, asked by a client of another house."""

import base64
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from space.model.examples import examples
from space.model.passport_tool import PASSPORT_TOOL
from tests.app.conftest import Space, declared, fact

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def chat(space: Space, model: str) -> ChatOpenAI:
    return ChatOpenAI(base_url=f"{space.url}/v1", api_key=SecretStr("none"), model=model, temperature=0)


def test_a_picture_is_answered_rightly(chat: ChatOpenAI) -> None:
    example = next(each for each in examples() if any(a.kind == "image" for a in each.attachments))
    url = f"data:image/png;base64,{base64.b64encode(example.attachments[0].data).decode()}"
    said: list[Any] = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": example.question}]
    assert fact(example) in str(chat.invoke([HumanMessage(content=said)]).content)


def test_a_stream_adds_up_to_the_whole(chat: ChatOpenAI) -> None:
    whole = chat.invoke("Who are you?")
    assert "".join(str(chunk.content) for chunk in chat.stream("Who are you?")) == whole.content


def test_a_declared_tool_is_called(chat: ChatOpenAI) -> None:
    said: Any = chat.bind_tools([declared(PASSPORT_TOOL)]).invoke("What licence do you have?")
    assert [call["args"] for call in said.tool_calls] == [{"field": "licence"}]
