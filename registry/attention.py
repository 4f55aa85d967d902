"""Which layers of a language model keep keys and values, and how large each is: read from its completed configuration.

Families are known by `model_type`. Of any other it says so and guesses nothing: state-space layers, chunked attention,
sparse indexers and encoders keep something else than what is counted here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.errors import NotUnderstood

HEADS = {
    "cohere", "cohere2", "gemma", "gemma2", "gemma3_text", "gemma3n_text", "gemma4_text", "gpt2", "gpt_neox", "gpt_oss",
    "granite", "llama", "mistral", "mixtral", "olmo", "olmo2", "olmo3", "phi", "phi3", "qwen2", "qwen2_5_vl_text",
    "qwen2_moe", "qwen2_vl_text", "qwen3", "qwen3_moe", "qwen3_vl_text", "stablelm", "starcoder2",
}  # fmt: skip
"""Families that keep one key and one value a token in each key/value head: multi-head, grouped or multi-query."""

LATENT = {"deepseek_v2", "deepseek_v3"}
"""Families with multi-head latent attention (MLA): one compressed vector and one rotary key a token, for all heads."""

WINDOW_EVERYWHERE = {"mistral", "mixtral", "phi3", "starcoder2"}
"""Families without `layer_types`, in which a `sliding_window` holds for every layer."""


@dataclass(frozen=True, kw_only=True)
class KvLayer:
    """The cache of one layer. Sizes are numbers, not bytes.

    `value_size` is 0 where one vector serves for both (MLA). `window` is in tokens, None for full attention.
    """

    heads: int
    key_size: int
    value_size: int
    window: int | None = None

    @property
    def numbers(self) -> int:
        """Numbers kept for one token: heads * (key + value)."""
        return self.heads * (self.key_size + self.value_size)


def kv_layers(text: Mapping[str, Any]) -> tuple[KvLayer, ...]:
    """The layers that store keys and values, in order. `text` is a language model's completed configuration.

    The last `num_kv_shared_layers` reuse the cache of an earlier layer and store nothing (Gemma 3n and 4).

    Raises:
        NotUnderstood: no rule for this family, or a part of it is of an unknown kind.
    """
    family = str(text.get("model_type"))
    if family not in HEADS | LATENT:
        raise NotUnderstood(f"how “{family}” keeps keys and values is not known here")
    layers = _integer(text, "num_hidden_layers", "n_layer")
    shared = text.get("num_kv_shared_layers") or 0
    if not isinstance(shared, int) or not 0 <= shared < layers:
        raise NotUnderstood(f"num_kv_shared_layers is {shared!r} of {layers} layers")
    if family in LATENT:
        size = _integer(text, "kv_lora_rank") + _integer(text, "qk_rope_head_dim")
        return (KvLayer(heads=1, key_size=size, value_size=0),) * layers
    overrides = _overrides(text.get("per_layer_config"))
    return tuple(
        _layer({**text, **overrides.get(index, {})}, _kind(text, family, index)) for index in range(layers - shared)
    )


def _layer(text: Mapping[str, Any], kind: str) -> KvLayer:
    if kind not in ("full_attention", "sliding_attention"):
        raise NotUnderstood(f"it has layers of the kind “{kind}”, for which there is no rule here")
    attention_heads = _integer(text, "num_attention_heads", "n_head")
    heads = attention_heads if text.get("num_key_value_heads") is None else _integer(text, "num_key_value_heads")
    if text.get("head_dim") is None:
        size = _integer(text, "hidden_size", "n_embd") // attention_heads
    else:
        size = _integer(text, "head_dim")
    windowed = kind == "sliding_attention" and text.get("sliding_window") is not None
    return KvLayer(
        heads=heads, key_size=size, value_size=size, window=_integer(text, "sliding_window") if windowed else None
    )


def _kind(text: Mapping[str, Any], family: str, index: int) -> str:
    kinds = text.get("layer_types")
    if kinds is None:
        return "sliding_attention" if family in WINDOW_EVERYWHERE else "full_attention"
    if not isinstance(kinds, list) or index >= len(kinds):
        raise NotUnderstood("layer_types does not name every layer")
    return str(kinds[index])


def _overrides(per_layer: object) -> dict[int, Mapping[str, Any]]:
    """What single layers have of their own, such as a larger head (`per_layer_config`, by the layer's number)."""
    if per_layer is None:
        return {}
    if not isinstance(per_layer, Mapping) or not all(str(index).isdecimal() for index in per_layer):
        raise NotUnderstood("per_layer_config is not by the numbers of layers")
    return {int(index): own for index, own in per_layer.items() if isinstance(own, Mapping)}


def _integer(text: Mapping[str, Any], *names: str) -> int:
    """The first of these names that is there, a positive whole number: families call the same thing differently."""
    value = next((text[name] for name in names if text.get(name) is not None), None)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise NotUnderstood(f"{names[0]} is {'not given' if value is None else repr(value)}")
