"""Configurations as their authors published them, with what their files weigh and how many parameters the Hub shows.

Of each config.json only what decides shapes is kept. `stored` is `metadata.total_size` of the repository's own
model.safetensors.index.json, exact, or, where `single`, the size of its one model.safetensors, header included: as
texts and code in public quote these files. Where what they quote is that of another checkpoint of the same shapes,
`stored_of` names it. Copies of config.json that others keep were compared key by key for DeepSeek-V3, Llama 3.1 8B and
3.2 1B, Qwen2.5 0.5B and 7B, Qwen3 8B, and the shapes of Gemma 2 2B and 9B; of the others the total is what speaks for
their shapes.
"""

from dataclasses import dataclass, field
from typing import Any

SIGLIP = {
    "hidden_size": 1152,
    "image_size": 896,
    "intermediate_size": 4304,
    "model_type": "siglip_vision_model",
    "num_attention_heads": 16,
    "num_hidden_layers": 27,
    "patch_size": 14,
    "vision_use_head": False,
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """A repository, its raw configuration, how many parameters it has, and the bytes its files state: None where no
    public text quotes them.
    """

    repo: str
    parameters: int
    stored: int | None = None
    single: bool = False
    stored_of: str | None = None
    config: dict[str, Any] = field(repr=False)


def llama_like(architecture: str, model_type: str, **shapes: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"architectures": [architecture], "model_type": model_type, "torch_dtype": "bfloat16", **shapes}


PUBLISHED = (
    Published(
        repo="meta-llama/Llama-3.1-8B",
        parameters=8_030_261_248,
        stored=16_060_522_496,
        config=llama_like(
            "LlamaForCausalLM", "llama",
            hidden_size=4096, intermediate_size=14336, num_attention_heads=32, num_hidden_layers=32,
            num_key_value_heads=8, vocab_size=128256, max_position_embeddings=131072, tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="meta-llama/Llama-3.2-1B",
        parameters=1_235_814_400,
        stored=2_471_645_608,
        single=True,
        config=llama_like(
            "LlamaForCausalLM", "llama",
            head_dim=64, hidden_size=2048, intermediate_size=8192, num_attention_heads=32, num_hidden_layers=16,
            num_key_value_heads=8, vocab_size=128256, max_position_embeddings=131072, tie_word_embeddings=True,
        ),
    ),
    Published(
        repo="mistralai/Mistral-7B-v0.1",
        parameters=7_241_732_096,
        stored=14_483_464_192,
        stored_of="mistralai/Mistral-7B-Instruct-v0.2",
        config=llama_like(
            "MistralForCausalLM", "mistral",
            hidden_size=4096, intermediate_size=14336, num_attention_heads=32, num_hidden_layers=32,
            num_key_value_heads=8, sliding_window=4096, vocab_size=32000, max_position_embeddings=32768,
            tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="mistralai/Mixtral-8x7B-v0.1",
        parameters=46_702_792_704,
        stored=93_405_585_408,
        config=llama_like(
            "MixtralForCausalLM", "mixtral",
            hidden_size=4096, intermediate_size=14336, num_attention_heads=32, num_experts_per_tok=2,
            num_hidden_layers=32, num_key_value_heads=8, num_local_experts=8, sliding_window=None, vocab_size=32000,
            max_position_embeddings=32768, tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="Qwen/Qwen2.5-7B",
        parameters=7_615_616_512,
        stored=15_231_233_024,
        stored_of="Qwen/Qwen2.5-7B-Instruct",
        config=llama_like(
            "Qwen2ForCausalLM", "qwen2",
            hidden_size=3584, intermediate_size=18944, max_window_layers=28, num_attention_heads=28,
            num_hidden_layers=28, num_key_value_heads=4, sliding_window=131072, use_sliding_window=False,
            vocab_size=152064, max_position_embeddings=131072, tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="Qwen/Qwen2.5-0.5B",
        parameters=494_032_768,
        stored=988_097_824,
        single=True,
        config=llama_like(
            "Qwen2ForCausalLM", "qwen2",
            hidden_size=896, intermediate_size=4864, max_window_layers=24, num_attention_heads=14,
            num_hidden_layers=24, num_key_value_heads=2, sliding_window=32768, use_sliding_window=False,
            vocab_size=151936, max_position_embeddings=32768, tie_word_embeddings=True,
        ),
    ),
    Published(
        repo="Qwen/Qwen3-8B",
        parameters=8_190_735_360,
        stored=16_381_470_720,
        config=llama_like(
            "Qwen3ForCausalLM", "qwen3",
            head_dim=128, hidden_size=4096, intermediate_size=12288, num_attention_heads=32, num_hidden_layers=36,
            num_key_value_heads=8, vocab_size=151936, max_position_embeddings=40960, tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="Qwen/Qwen3-30B-A3B",
        parameters=30_532_122_624,
        stored=61_064_245_248,
        config=llama_like(
            "Qwen3MoeForCausalLM", "qwen3_moe",
            decoder_sparse_step=1, head_dim=128, hidden_size=2048, intermediate_size=6144, mlp_only_layers=[],
            moe_intermediate_size=768, num_attention_heads=32, num_experts=128, num_experts_per_tok=8,
            num_hidden_layers=48, num_key_value_heads=4, vocab_size=151936, max_position_embeddings=40960,
            tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="google/gemma-2-2b",
        parameters=2_614_341_888,
        stored=5_228_683_776,
        stored_of="google/gemma-2-2b-it",
        config=llama_like(
            "Gemma2ForCausalLM", "gemma2",
            head_dim=256, hidden_size=2304, intermediate_size=9216, num_attention_heads=8, num_hidden_layers=26,
            num_key_value_heads=4, sliding_window=4096, vocab_size=256000, max_position_embeddings=8192,
        ),
    ),
    Published(
        repo="google/gemma-2-9b",
        parameters=9_241_705_984,
        stored=18_483_411_968,
        config=llama_like(
            "Gemma2ForCausalLM", "gemma2",
            head_dim=256, hidden_size=3584, intermediate_size=14336, num_attention_heads=16, num_hidden_layers=42,
            num_key_value_heads=8, sliding_window=4096, vocab_size=256000, max_position_embeddings=8192,
        ),
    ),
    Published(
        repo="google/gemma-3-1b-it",
        parameters=999_885_952,
        stored=1_999_811_208,
        single=True,
        config=llama_like(
            "Gemma3ForCausalLM", "gemma3_text",
            head_dim=256, hidden_size=1152, intermediate_size=6912, num_attention_heads=4, num_hidden_layers=26,
            num_key_value_heads=1, sliding_window=512, sliding_window_pattern=6, vocab_size=262144,
            max_position_embeddings=32768,
        ),
    ),
    Published(
        repo="google/gemma-3-4b-it",
        parameters=4_300_079_472,
        stored=8_600_158_944,
        stored_of="google/medgemma-4b-it",
        config={
            "architectures": ["Gemma3ForConditionalGeneration"],
            "mm_tokens_per_image": 256,
            "model_type": "gemma3",
            "text_config": {
                "hidden_size": 2560,
                "intermediate_size": 10240,
                "model_type": "gemma3_text",
                "num_hidden_layers": 34,
                "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
                "sliding_window": 1024,
            },
            "torch_dtype": "bfloat16",
            "vision_config": SIGLIP,
        },
    ),
    Published(
        repo="microsoft/phi-2",
        parameters=2_779_683_840,
        stored=5_559_367_680,
        config={
            "architectures": ["PhiForCausalLM"],
            "hidden_size": 2560,
            "intermediate_size": 10240,
            "max_position_embeddings": 2048,
            "model_type": "phi",
            "num_attention_heads": 32,
            "num_hidden_layers": 32,
            "num_key_value_heads": 32,
            "partial_rotary_factor": 0.4,
            "tie_word_embeddings": False,
            "torch_dtype": "float16",
            "vocab_size": 51200,
        },
    ),
    Published(
        repo="microsoft/Phi-3-mini-4k-instruct",
        parameters=3_821_079_552,
        stored=7_642_159_104,
        config=llama_like(
            "Phi3ForCausalLM", "phi3",
            hidden_size=3072, intermediate_size=8192, num_attention_heads=32, num_hidden_layers=32,
            num_key_value_heads=32, sliding_window=2047, vocab_size=32064, max_position_embeddings=4096,
            tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="openai-community/gpt2",
        parameters=124_439_808,  # without the attention masks some of its files carry
        stored=548_105_171 - 12 * 1024 * 1024 * 4,  # without its attention masks
        single=True,
        config={
            "architectures": ["GPT2LMHeadModel"],
            "model_type": "gpt2",
            "n_ctx": 1024,
            "n_embd": 768,
            "n_head": 12,
            "n_layer": 12,
            "n_positions": 1024,
            "vocab_size": 50257,
        },
    ),
    Published(
        repo="deepseek-ai/DeepSeek-V2-Lite",
        parameters=15_706_484_224,
        stored=31_412_968_448,
        config=llama_like(
            "DeepseekV2ForCausalLM", "deepseek_v2",
            auto_map={"AutoModelForCausalLM": "modeling_deepseek.DeepseekV2ForCausalLM"},
            first_k_dense_replace=1, hidden_size=2048, intermediate_size=10944, kv_lora_rank=512,
            moe_intermediate_size=1408, n_group=1, n_routed_experts=64, n_shared_experts=2, num_attention_heads=16,
            num_experts_per_tok=6, num_hidden_layers=27, num_key_value_heads=16, q_lora_rank=None,
            qk_nope_head_dim=128, qk_rope_head_dim=64, topk_group=1, v_head_dim=128, vocab_size=102400,
            max_position_embeddings=163840, tie_word_embeddings=False,
        ),
    ),
    Published(
        repo="deepseek-ai/DeepSeek-V3",
        parameters=671_000_000_000,  # of its report, arXiv 2412.19437, without the module that predicts a second token
        config=llama_like(
            "DeepseekV3ForCausalLM", "deepseek_v3",
            auto_map={"AutoModelForCausalLM": "modeling_deepseek.DeepseekV3ForCausalLM"},
            first_k_dense_replace=3, hidden_size=7168, intermediate_size=18432, kv_lora_rank=512,
            moe_intermediate_size=2048, n_group=8, n_routed_experts=256, n_shared_experts=1, num_attention_heads=128,
            num_experts_per_tok=8, num_hidden_layers=61, num_key_value_heads=128, q_lora_rank=1536,
            qk_nope_head_dim=128, qk_rope_head_dim=64, topk_group=4, v_head_dim=128, vocab_size=129280,
            max_position_embeddings=163840, tie_word_embeddings=False,
        ),
    ),
)  # fmt: skip


def published(repo: str) -> dict[str, Any]:
    """The raw configuration of one of them."""
    return next(model.config for model in PUBLISHED if model.repo == repo)
