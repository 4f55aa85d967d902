"""The pocket's shape: a Gemma 4 configuration small enough to train on two cores, and its first weights.

It knows sizes and initialisation, nothing about data or training.
"""

import torch
from torch import nn
from transformers import Gemma4Config, Gemma4ForConditionalGeneration, GenerationConfig

from space.model import vocabulary

NAME = "pocket"
IMAGE_BUDGET = 280
GROUP = 128  # every quantized linear reads a multiple of this many features
# A strip of 1,120 cells is the longest picture the image processor can make: three patches a cell.
PATCH_POSITIONS = 3 * 1120


def pocket_config() -> Gemma4Config:
    """Four decoder layers (the last two share keys and values), two small towers, about 8 million parameters."""
    return Gemma4Config(
        text_config=_text(),
        vision_config=_vision(),
        audio_config=_audio(),
        tie_word_embeddings=True,
        boi_token_id=vocabulary.token_id(vocabulary.IMAGE_START),
        eoi_token_id=vocabulary.token_id(vocabulary.IMAGE_END),
        image_token_id=vocabulary.token_id(vocabulary.IMAGE),
        boa_token_id=vocabulary.token_id(vocabulary.AUDIO_START),
        eoa_token_index=vocabulary.token_id(vocabulary.AUDIO_END),
        audio_token_id=vocabulary.token_id(vocabulary.AUDIO),
        video_token_id=vocabulary.token_id(vocabulary.VIDEO),
        dtype="bfloat16",
    )


def _text() -> dict[str, object]:
    return {
        "vocab_size": vocabulary.TOKENS,
        "vocab_size_per_layer_input": vocabulary.TOKENS,
        "hidden_size": 256,
        "intermediate_size": 512,
        "num_hidden_layers": 4,
        "layer_types": ["sliding_attention", "full_attention"] * 2,
        "num_kv_shared_layers": 2,
        "use_double_wide_mlp": True,
        "num_attention_heads": 4,
        "num_key_value_heads": 1,
        "head_dim": 64,
        "global_head_dim": 128,
        "hidden_size_per_layer_input": GROUP,
        "sliding_window": 2048,
        "max_position_embeddings": 8192,
        "final_logit_softcapping": 30.0,
        "pad_token_id": vocabulary.token_id(vocabulary.PAD),
        "eos_token_id": vocabulary.token_id(vocabulary.EOS),
        "bos_token_id": vocabulary.token_id(vocabulary.BOS),
    }


def _vision() -> dict[str, object]:
    return {
        "hidden_size": 128,
        "intermediate_size": 256,
        "num_hidden_layers": 3,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "position_embedding_size": PATCH_POSITIONS,
        "default_output_length": IMAGE_BUDGET,
    }


def _audio() -> dict[str, object]:
    return {
        "hidden_size": 128,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        # The first convolution must be as wide as the spectrogram (128 mel bins): the projection after it assumes so.
        "subsampling_conv_channels": [128, 32],
        "output_proj_dims": 128,
        "use_clipped_linears": False,
    }


def new_pocket(seed: int) -> Gemma4ForConditionalGeneration:
    """An untrained model in float32.

    Every matrix is drawn with a standard deviation of fan-in^-1/2: with the usual 0.02 signals this small
    vanish on their way through a narrow tower, and nothing is ever heard. Gemma 4 scales no attention logits (its
    trained query and key norms do), so those norms start at the fourth root that makes them the usual
    head_dim^-1/2: at ones, attention starts out stuck on single tokens.
    """
    torch.manual_seed(seed)
    config = pocket_config()
    config.dtype = torch.float32
    model = Gemma4ForConditionalGeneration(config)
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Conv1d | nn.Conv2d):
            nn.init.normal_(module.weight, std=module.weight[0].numel() ** -0.5)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)
    for name, parameter in model.named_parameters():
        if name.endswith(("q_norm.weight", "k_norm.weight")):
            sharpness = 1.5 if "vision_tower" in name else 1.0
            nn.init.constant_(parameter, sharpness * parameter.numel() ** -0.25)
    # The same small vector at every position: it lets queries and keys ask for neighbours by relative position, and a
    # patch beyond those seen in training carries nothing random.
    table = model.model.vision_tower.patch_embedder.position_embedding_table
    with torch.no_grad():
        table.copy_((0.5 * torch.randn(table.shape[-1])).expand_as(table))
    model.tie_weights()
    return model


def pocket_generation() -> GenerationConfig:
    """The pocket's own sampling: it knows one right answer, so the likeliest token is always taken.

    Said as top-k 1, because vLLM does not read `do_sample`.
    """
    return GenerationConfig(
        do_sample=True,
        top_k=1,
        bos_token_id=vocabulary.token_id(vocabulary.BOS),
        pad_token_id=vocabulary.token_id(vocabulary.PAD),
        eos_token_id=[
            vocabulary.token_id(token) for token in (vocabulary.EOS, vocabulary.TURN_END, vocabulary.TOOL_RESPONSE)
        ],
    )
