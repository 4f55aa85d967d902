from dataclasses import replace

import pytest

from space.answer import Answer, Lookup, Reply
from space.conversation import Attachment, Message, ToolCall
from space.errors import TurnRefused
from space.events import Finished, Timings, Usage
from space.ui import translate
from space.ui.translate import Said, View

PICTURE = Attachment(kind="image", media_type="image/png", data=b"picture", name="cat.png")


def text_view(role: str, text: str, **metadata: str) -> View:
    return {"role": role, "content": [{"type": "text", "text": text}], "metadata": metadata}


def file_block(path: str) -> View:
    return {"type": "file", "file": {"path": path, "orig_name": "cat.png"}}


def finished(reason: str = "stop", output_tokens: int = 3) -> Finished:
    usage = Usage(prompt_tokens=1290, text_tokens=10, image_tokens=1280, audio_tokens=0, output_tokens=output_tokens)
    timings = Timings(time_to_first_token=0.5, decode=0.2, decoded=output_tokens - 1)
    return Finished(reason=reason, usage=usage, timings=timings)  # type: ignore[arg-type]


def test_the_page_and_the_api_give_one_history() -> None:
    from_page = [
        {"role": "user", "content": [file_block("/up/a/cat.png"), {"type": "text", "text": "What is it?"}]},
        text_view("assistant", "A cat."),
    ]
    from_api = [
        {"role": "user", "content": {"path": "/up/a/cat.png"}},
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": "A cat."},
    ]
    expected = [Said(role="user", text="What is it?", paths=("/up/a/cat.png",)), Said(role="assistant", text="A cat.")]
    assert translate.read_history(from_page) == translate.read_history(from_api) == expected


def test_thoughts_and_the_pages_own_words_never_reach_a_prompt() -> None:
    history = [
        text_view("user", "Hello"),
        text_view("assistant", "hmm", title="Thoughts", status="done"),
        text_view("assistant", "Hi"),
        translate.note_view("12 tokens in"),
        translate.expired_view("cat.png"),
        translate.waiting_view(),
    ]
    assert [side.text for side in translate.read_history(history)] == ["Hello", "Hi"]


@pytest.mark.parametrize("history", ["hello", [1], [{"role": "system", "content": "x"}], [{"content": "x"}]])
def test_what_is_no_history_is_refused(history: object) -> None:
    with pytest.raises(TurnRefused):
        translate.read_history(history)


def test_an_attachment_nobody_knows_is_left_out() -> None:
    sides = [Said(role="user", text="What is it?", paths=("/up/a/cat.png", "/etc/passwd"))]
    known = {"/up/a/cat.png": PICTURE}
    assert translate.messages(sides, known.get) == [Message(role="user", text="What is it?", attachments=(PICTURE,))]


def test_a_foreign_path_and_a_component_are_not_shown_again() -> None:
    history = [
        {"role": "user", "content": [file_block("/etc/passwd"), {"type": "text", "text": "look"}]},
        {"role": "user", "content": [{"type": "component", "component": "html", "value": "<b>"}]},
    ]
    shown = translate.kept(history, lambda path: None)
    assert "/etc/passwd" not in str(shown)
    assert [view["metadata"].get("id") for view in shown] == [translate.EXPIRED, None]
    assert shown[1]["content"] == [{"type": "text", "text": "look"}]


def test_thoughts_are_a_message_of_their_own() -> None:
    views = translate.answer_views(Answer(replies=(Reply(text="Three.", thoughts="I count."),)), [1.24])
    assert [view["content"][0]["text"] for view in views] == ["I count.", "Three."]
    assert views[0]["metadata"] == {"title": "Thoughts", "status": "done", "duration": 1.2}
    assert "title" not in views[1]["metadata"]


def test_thoughts_are_pending_until_the_answer_begins() -> None:
    (view,) = translate.answer_views(Answer(replies=(Reply(thoughts="I count"),)), [None])
    assert view["metadata"]["status"] == "pending"


def test_the_usage_line_names_every_figure() -> None:
    line = translate.usage_line(finished(), empty=False)
    assert line == "1,290 tokens in (10 text, 1,280 image) · 3 out · first token after 0.50 s · 10.0 tokens/s"


def test_what_a_server_did_not_count_is_called_unknown() -> None:
    uncounted = Usage(prompt_tokens=300, text_tokens=None, image_tokens=None, audio_tokens=None, output_tokens=None)
    timings = Timings(time_to_first_token=0.5, decode=0.2, decoded=None)
    line = translate.usage_line(Finished(reason="stop", usage=uncounted, timings=timings), empty=False)
    assert line == "300 tokens in (kinds unknown) · out unknown · first token after 0.50 s"
    unknown = replace(uncounted, prompt_tokens=None)
    line = translate.usage_line(Finished(reason="stop", usage=unknown, timings=timings), empty=False)
    assert line.startswith("tokens in unknown · ")


def test_a_cut_answer_and_an_empty_one_are_said_to_be() -> None:
    assert "cut off at the limit" in translate.usage_line(finished("length"), empty=False)
    assert "without an answer" in translate.usage_line(finished(output_tokens=1), empty=True)


def test_one_token_has_no_speed() -> None:
    assert "tokens/s" not in translate.usage_line(finished(output_tokens=1), empty=False)


def test_a_name_cannot_bring_markup() -> None:
    assert "<img" not in translate.expired_view("<img src=x>")["content"][0]["text"]


def test_the_last_turn_begins_with_what_the_visitor_said() -> None:
    history = [
        text_view("user", "1"),
        text_view("assistant", "one"),
        translate.expired_view("cat.png"),
        text_view("user", "2"),
        text_view("assistant", "two"),
        translate.note_view("x"),
    ]
    assert translate.last_turn(history) == 2
    assert [view["content"][0]["text"] for view in translate.user_part(history[2:])][1] == "2"
    assert translate.last_turn([]) == 0


def test_memory_keeps_the_text_and_says_that_attachments_expired() -> None:
    views = [
        translate.user_view("What is it?", [{"path": "/up/a/cat.png", "orig_name": "cat.png"}]),
        text_view("assistant", "hmm", title="Thoughts"),
        text_view("assistant", "A cat."),
        translate.note_view("12 tokens in"),
    ]
    memory = translate.remembered(views)
    assert "/up/a" not in str(memory)
    recalled = translate.recalled(memory)
    assert [view["metadata"].get("id", "") for view in recalled] == [translate.EXPIRED, "", "", translate.NOTE]
    assert "cat.png has expired" in recalled[0]["content"][0]["text"]
    assert [side.text for side in translate.read_history(recalled)] == ["What is it?", "A cat."]


@pytest.mark.parametrize(
    "memory", [None, "x", [{"role": "user"}], [{"role": "root", "mark": "", "text": "", "files": []}]]
)
def test_damaged_memory_is_an_empty_conversation(memory: object) -> None:
    assert translate.recalled(memory) == []


def lookup(result: str | None = "apache-2.0", arguments: str = '{"field": "licence"}') -> Lookup:
    return Lookup(call=ToolCall(id="c1", name="get_passport", arguments=arguments), result=result)


def test_thoughts_calls_and_words_stand_in_the_order_they_came() -> None:
    answer = Answer(
        replies=(Reply(thoughts="hm", text="Let me see.", lookups=(lookup(),)), Reply(thoughts="so", text="Apache.")),
        finished=finished(),
    )
    views = translate.answer_views(answer, [1.0, None])
    assert [view["metadata"].get("title") or view["content"][0]["text"] for view in views[:-1]] == [
        "Thoughts",
        "Let me see.",
        "get_passport, field: licence",
        "Thoughts",
        "Apache.",
    ]
    assert views[-1]["metadata"] == {"id": translate.NOTE}


def test_a_call_is_pending_until_it_has_returned() -> None:
    answer = Answer(replies=(Reply(lookups=(lookup(None),), ended=finished()),))
    (view,) = translate.answer_views(answer, [None])
    assert view["metadata"]["status"] == "pending"


def test_neither_a_result_nor_a_title_can_bring_markup() -> None:
    hostile = Lookup(
        call=ToolCall(id="c", name="f", arguments='{"x": "<img src=x> [a](javascript:b) `c` $d$"}'),
        result="</pre><img src=x>",
    )
    (view,) = translate.answer_views(Answer(replies=(Reply(lookups=(hostile,)),)), [None])
    assert "<img" not in view["content"][0]["text"]
    assert view["content"][0]["text"].count("</pre>") == 1
    assert "<img" not in view["metadata"]["title"]
    assert "\\[a\\]\\(" in view["metadata"]["title"]


def test_text_around_a_call_nobody_knows_is_one_reply() -> None:
    history = [
        text_view("user", "hello"),
        text_view("assistant", "Let me see."),
        text_view("assistant", "result", title="f", id="lookup:gone"),
        text_view("assistant", "It is so."),
    ]
    said = translate.messages(translate.read_history(history), lambda path: None)
    assert [(message.role, message.text) for message in said] == [
        ("user", "hello"),
        ("assistant", "Let me see.\nIt is so."),
    ]


def test_tokens_added_up_are_said_to_be() -> None:
    assert translate.usage_line(finished(), replies=2, empty=False).endswith("2 replies added up")
