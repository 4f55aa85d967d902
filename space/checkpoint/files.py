"""Which files of a repository make a checkpoint that can be served: names only.

A repository holds more than that: obsolete shards, other formats, pictures for its card. They are not fetched.
"""

from registry.sources.safetensors_index import INDEX

REQUIRED = ("config.json", "processor_config.json", "tokenizer.json")
"""Without these a multimodal Gemma 4 cannot be served at all."""

SMALL = (
    *REQUIRED,
    INDEX,
    "README.md",
    "added_tokens.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    "preprocessor_config.json",
    "quantization_config.json",
    "quantize_config.json",
    "special_tokens_map.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "video_preprocessor_config.json",
)
"""Everything but weights that the engine or the passport reads, where the repository has it."""
