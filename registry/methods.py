"""Names of quantization methods, formats and number types: when two of them may well mean one checkpoint. Pure.

A method rounds weights, a format stores them, and one word often stands for both: AutoRound writes GPTQ's format too,
and llm-compressor stores what GPTQ or AWQ rounded as compressed-tensors. Such a pair is no contradiction.
"""

import re

from registry.passport import Value

SAME = {
    "inc": "autoround",
    **dict.fromkeys(("autogptq", "gptqmarlin", "gptqmodel", "gptqbitblas"), "gptq"),
    **dict.fromkeys(("autoawq", "awqmarlin"), "awq"),
    **dict.fromkeys(("modeloptfp4", "modeloptfp8"), "modelopt"),
    "bnb": "bitsandbytes",
}
"""Other names of a method, as tools and people write them: small letters and digits only."""

STORED_AS = {
    "autoround": {"gptq", "awq", "compressedtensors"},
    "gptq": {"compressedtensors"},
    "awq": {"compressedtensors"},
    "rtn": {"compressedtensors", "gptq", "awq", "autoround"},
    "smoothquant": {"compressedtensors"},
    "qat": {"compressedtensors", "gptq", "torchao"},
    "fp8": {"compressedtensors", "modelopt"},
    "nvfp4": {"compressedtensors", "modelopt"},
    "llmcompressor": {"compressedtensors"},
}
"""In which formats of others a method's weights are stored."""

SAME_DTYPE = {"bfloat16": "bf16", "float16": "fp16", "f16": "fp16", "half": "fp16", "float32": "fp32", "f32": "fp32"}


def method_name(name: Value) -> str:
    """One spelling for one method of quantization."""
    plain = re.sub(r"[^a-z0-9]", "", str(name).lower())
    return SAME.get(plain, plain)


def methods_fit(one: Value, other: Value) -> bool:
    """Whether both can be true of one checkpoint: the same, or a method and a format that stores it."""
    first, second = method_name(one), method_name(other)
    return first == second or second in STORED_AS.get(first, ()) or first in STORED_AS.get(second, ())


def schemes_fit(one: Value, other: Value) -> bool:
    """W4A16 and INT4 fit, W4A16 and W8A16 do not; where the bits of one cannot be told, nothing is said against it."""
    pairs = zip(_bits(one), _bits(other), strict=True)
    return all(first is None or second is None or first == second for first, second in pairs)


def dtypes_fit(one: Value, other: Value) -> bool:
    """bfloat16 is BF16, and 16 bits are either of the two 16-bit types."""
    first, second = _dtype(one), _dtype(other)
    sixteen = {"bf16", "fp16"}
    return first == second or (first == "16bit" and second in sixteen) or (second == "16bit" and first in sixteen)


def _dtype(name: Value) -> str:
    plain = re.sub(r"[^a-z0-9]", "", str(name).lower())
    return SAME_DTYPE.get(plain, plain)


def _bits(scheme: Value) -> tuple[str | None, str | None]:
    """Bits of weights and of activations, each None where the scheme does not tell."""
    plain = re.sub(r"[^a-z0-9]", "", str(scheme).lower())
    both = re.search(r"w(\d+)a(\d+)", plain)
    if both:
        return both[1], both[2]
    weights = re.search(r"(?:int|fp|uint|mxfp|nvfp|q|bf|float|w)(\d+)|(\d+)bit", plain)
    activations = re.search(r"a(\d+)", plain)
    return (weights[1] or weights[2]) if weights else None, activations[1] if activations else None
