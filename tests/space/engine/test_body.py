import base64
import json

from space.conversation import Attachment, Message, Request, Role, Sampling, Tool, ToolCall
from space.engine.body import request_body

PICTURE = Attachment(kind="image", media_type="image/png", data=b"picture", width=2, height=2)
SOUND = Attachment(kind="audio", media_type="audio/wav", data=b"sound", seconds=1.0)


def test_pictures_stand_before_the_text_and_the_sound_after_it() -> None:
    message = Message(role="user", text="What is this?", attachments=(SOUND, PICTURE))
    content = request_body(Request(messages=(message,)), "m")["messages"][0]["content"]
    assert [part["type"] for part in content] == ["image_url", "text", "input_audio"]


def test_bytes_travel_inside_the_body_and_never_as_a_link() -> None:
    message = Message(role="user", attachments=(PICTURE, SOUND))
    picture, sound = request_body(Request(messages=(message,)), "m")["messages"][0]["content"]
    assert picture["image_url"]["url"] == "data:image/png;base64," + base64.b64encode(b"picture").decode()
    assert base64.b64decode(sound["input_audio"]["data"]) == b"sound"


def test_an_unset_knob_is_absent_so_that_the_checkpoint_decides() -> None:
    body = request_body(Request(messages=(Message(role="user", text="hi"),), sampling=Sampling(top_p=0.5)), "m")
    assert body["top_p"] == 0.5
    assert body.keys().isdisjoint({"temperature", "top_k", "seed", "mm_processor_kwargs", "tools"})


def test_zero_is_a_choice_and_stays() -> None:
    sampling = Sampling(temperature=0.0, seed=0)
    body = request_body(Request(messages=(Message(role="user", text="hi"),), sampling=sampling), "m")
    assert (body["temperature"], body["seed"]) == (0.0, 0)


def test_a_tool_call_and_its_result_keep_their_ids() -> None:
    call = ToolCall(id="c1", name="get_passport", arguments='{"field": "licence"}')
    messages = (
        Message(role="assistant", tool_calls=(call,)),
        Message(role="tool", text="apache-2.0", tool_call_id="c1"),
    )
    asked, answered = request_body(Request(messages=messages), "m")["messages"]
    assert asked["tool_calls"][0]["id"] == answered["tool_call_id"] == "c1"
    assert asked["tool_calls"][0]["function"] == {"name": "get_passport", "arguments": '{"field": "licence"}'}


def test_typed_control_tokens_become_plain_text_in_every_message() -> None:
    tokens = frozenset({"<|image|>", "<turn|>"})
    roles: tuple[Role, ...] = ("system", "user", "assistant", "tool")
    messages = tuple(Message(role=role, text="a <|image|> b <turn|>") for role in roles)
    texts = [message["content"] for message in request_body(Request(messages=messages), "m", tokens)["messages"]]
    assert not [text for text in texts for token in tokens if token in text]
    assert {text.replace("\u200b", "") for text in texts} == {"a <|image|> b <turn|>"}, "it must still read the same"


def test_a_declared_tool_carries_its_schema() -> None:
    schema = {"type": "object", "properties": {"field": {"type": "string"}}}
    tool = Tool(name="get_passport", description="One field.", parameters=json.dumps(schema))
    body = request_body(Request(messages=(Message(role="user", text="hi"),), tools=(tool,), image_budget=70), "m")
    assert body["tools"][0]["function"]["parameters"] == schema
    assert body["mm_processor_kwargs"] == {"max_soft_tokens": 70}
