"""Which routes of vLLM's OpenAI application the Space publishes. An allow-list: whatever else vLLM brings stays shut.

Left out on purpose: everything that changes the server (LoRA, scaling, profiling, sleep, caches), that asks many
answers in one request (batches) or that shows what another visitor asked (stored responses).
"""

from typing import Final

METRICS: Final = ("GET", "/metrics")
DOCUMENT: Final = ("GET", "/v1/openapi.json")

PUBLISHED: Final = frozenset(
    {
        ("GET", "/v1/models"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/v1/completions"),
        ("POST", "/v1/responses"),
        ("POST", "/v1/messages"),
        ("POST", "/v1/messages/count_tokens"),
        ("POST", "/tokenize"),
        ("POST", "/detokenize"),
        DOCUMENT,
        METRICS,
    }
)
"""Method and path. `METRICS` is for its owner: `space.api` opens it only where a setting says so."""
