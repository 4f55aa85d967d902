"""What a visitor may set, as controls on the page and as one checked value. No wiring."""

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.components.api_component import Api

from space.chat import Knobs
from space.checkpoint.defaults import Defaults
from space.errors import TurnRefused
from space.toolbox import Toolbox

BUDGETS = {
    70: "a glance: classify, caption",
    140: "simple scenes",
    280: "everyday pictures",
    560: "charts, signs, many objects",
    1120: "documents, small print",
}
MOST_NEW_TOKENS = 4096
MOST_TOP_K = 256


def knob_controls(defaults: Defaults) -> dict[str, Block]:
    """The controls by the name each has in the API. Every one says what it is for."""
    return {
        "system_prompt": gr.Textbox(
            value="",
            label="System prompt",
            info="Instructions the model reads before the conversation.",
            lines=2,
            max_lines=8,
        ),
        "thinking": gr.Checkbox(label="Thinking", info="Let the model reason before it answers; shown folded."),
        "look_up": gr.Checkbox(
            # Until the page has learned what is served: a first question must not come before the pocket's tool.
            value=True,
            visible=False,
            label="Let the model look things up",
            info="It may ask the registry, at most three times a turn; each call is shown with what it returned.",
        ),
        **_sampling_controls(defaults),
        "max_new_tokens": gr.Slider(
            1,
            MOST_NEW_TOKENS,
            value=defaults.max_new_tokens,
            step=1,
            label="New tokens",
            info="Where an answer is cut off.",
        ),
        "seed": gr.Number(
            value=None,
            precision=0,
            minimum=0,
            label="Seed",
            info="The same seed draws the same tokens; empty is random.",
        ),
        "image_budget": gr.Radio(
            [(f"{budget} · {use}", budget) for budget, use in BUDGETS.items()],
            value=defaults.image_budget,
            label="Image budget",
            info="Soft tokens one picture may take: more see finer detail and take longer.",
        ),
    }


def _sampling_controls(defaults: Defaults) -> dict[str, Block]:
    return {
        "temperature": gr.Slider(
            0.0,
            2.0,
            value=defaults.temperature,
            step=0.05,
            label="Temperature",
            info="0 always takes the likeliest token.",
        ),
        "top_p": gr.Slider(
            0.05,
            1.0,
            value=defaults.top_p,
            step=0.05,
            label="Top-p",
            info="Draw from the likeliest tokens that sum to this.",
        ),
        "top_k": gr.Slider(
            0,
            MOST_TOP_K,
            value=defaults.top_k,
            step=1,
            label="Top-k",
            info="Draw from this many tokens at most; 0 is all.",
        ),
    }


def program_knobs() -> dict[str, Block]:
    """The same for programs, by the same names: empty where the checkpoint has a choice of its own."""
    numbers = ("temperature", "top_p", "top_k", "max_new_tokens", "seed", "image_budget")
    return {
        "system_prompt": gr.Textbox("", label="System prompt", visible=False),
        "thinking": gr.Checkbox(False, label="Thinking", visible=False),
        "look_up": Api(None, {"type": "boolean"}, label="Let the model look things up"),
        **{name: gr.Number(None, label=name, visible=False) for name in numbers},
    }


def knob_defaults(defaults: Defaults, box: Toolbox) -> dict[str, Any]:
    """The values of another checkpoint's own choices, by control name. What is not listed stays as it is."""
    return {
        "look_up": gr.update(value=box.at_first, visible=bool(box.tools)),
        "temperature": defaults.temperature,
        "top_p": defaults.top_p,
        "top_k": defaults.top_k,
        "max_new_tokens": defaults.max_new_tokens,
        "image_budget": defaults.image_budget,
    }


def read_knobs(values: Mapping[str, object]) -> Knobs:
    """Check what the controls, or an API client in their place, have sent. Raises `TurnRefused`."""
    budget = _number(values, "image_budget", min(BUDGETS), max(BUDGETS))
    if budget is not None and int(budget) not in BUDGETS:
        raise TurnRefused(f"The image budget must be one of {', '.join(map(str, BUDGETS))}.")
    top_k = _number(values, "top_k", 0, 2**31)
    seed = _number(values, "seed", 0, 2**63 - 1)
    return Knobs(
        system_prompt=str(values.get("system_prompt") or ""),
        temperature=_number(values, "temperature", 0.0, 2.0),
        top_p=_number(values, "top_p", 1e-6, 1.0),
        top_k=None if top_k is None else int(top_k),
        max_new_tokens=int(_number(values, "max_new_tokens", 1, MOST_NEW_TOKENS) or Knobs.max_new_tokens),
        seed=None if seed is None else int(seed),
        image_budget=None if budget is None else int(budget),
        thinking=bool(values.get("thinking")),
        look_up=None if values.get("look_up") is None else bool(values["look_up"]),
    )


def _number(values: Mapping[str, object], name: str, least: float, most: float) -> float | None:
    value = values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise TurnRefused(f"{name.replace('_', ' ').capitalize()} must be a number from {least:g} to {most:g}.")
    return value
