"""Commands: would they run for this very model, and is every flag in them of use? Read, never run.

It knows a few programs: Ollama and llama.cpp, which load GGUF files; vLLM, which reads the method of quantization from
the configuration; its Docker image, which runs `vllm serve` by itself; and the Hub's command, which changed its name.
"""

import re
from collections.abc import Iterable, Iterator

from registry.audit.evidence import PROOF, Evidence
from registry.audit.finding import Finding
from registry.audit.words import joined, places, quoted, shown_by
from registry.methods import method_name
from registry.passport import Claim, Value
from registry.sources.shell_commands import flag, served_model, words

NEEDS_GGUF = ("command.ollama", "command.llama-cli", "command.llama-server")
SERVES = ("command.vllm", "command.docker")

KERNELS = {"moewna16", "ipex", "cpuawq", "cpugptq", "marlin"}
"""Values of vLLM's flag that choose how weights of several formats are computed with."""

LONGER = ("rope", "VLLM_ALLOW_LONG_MAX_MODEL_LEN", "yarn")
"""What a command says that stretches a context beyond the configuration's."""


def command_findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _without_gguf(evidence)
    yield from _quantization_flag(evidence)
    yield from _context_flag(evidence)
    yield from _doubled_entrypoint(evidence)
    yield from _retired(evidence)


def _without_gguf(evidence: Evidence) -> Iterator[Finding]:
    """Commands that load this repository with a program that needs GGUF files, where nothing speaks of any."""
    commands = [claim for claim in evidence.said(*NEEDS_GGUF) if _names_subject(claim, evidence.subject)]
    if commands and not _has_gguf(evidence):
        tools = joined(words(str(claim.value))[0] for claim in commands)
        yield Finding(
            rule="unusable command",
            severity="wrong",
            fields=_fields(commands),
            claims=tuple(commands),
            sentence=f"{_texts(commands)} cannot work: {tools} loads GGUF files, and this repository is not known to "
            "have any.",
            right="No such command exists for this model.",
        )


def _names_subject(claim: Claim, subject: str) -> bool:
    """Whether an argument is the repository, its bare name, or its address; names of other libraries are not judged."""
    own = {subject.lower(), subject.lower().rpartition("/")[2], subject.lower().replace("/", "--")}
    given = (word.lower().partition(":")[0] for word in words(str(claim.value))[1:])
    return any(re.sub(r"^(?:hf\.co|huggingface\.co)/", "", word) in own for word in given)


def _has_gguf(evidence: Evidence) -> bool:
    marks = [evidence.subject, *(str(claim.value) for claim in evidence.said("tags", "quantization.method", "scheme"))]
    return any("gguf" in mark.lower() for mark in marks)


def _quantization_flag(evidence: Evidence) -> Iterator[Finding]:
    """The flag is needless when it names the method that the checkpoint carries, and refused when it names another."""
    truth = evidence.strongest("quantization.method")
    if truth is None or truth.method == "listed":
        return
    asked = {claim: flag(str(claim.value), "--quantization", "-q") for claim in evidence.said(*SERVES)}
    needless = [claim for claim, method in asked.items() if method and method_agrees(method, truth.value)]
    other = [
        claim
        for claim, method in asked.items()
        if method and not method_agrees(method, truth.value) and method_name(method) not in KERNELS
    ]
    right = f"Leave the flag out: vLLM reads the method, {quoted(truth.value)} by {shown_by(truth)}."
    if needless:
        yield Finding(
            rule="needless flag",
            severity="needless",
            fields=_fields(needless),
            claims=tuple(needless),
            evidence=(truth,),
            sentence=f"{_flags(asked[claim] for claim in needless)} is not needed: vLLM takes the method from the "
            "checkpoint's config.json.",
            right=right,
        )
    if other:
        yield Finding(
            rule="wrong flag",
            severity="wrong" if truth.method in PROOF else "doubtful",
            fields=_fields(other),
            claims=tuple(other),
            evidence=(truth,),
            sentence=f"{_flags(asked[claim] for claim in other)} names another method than the checkpoint has: "
            f"{quoted(truth.value)}.",
            right=right,
        )


def method_agrees(asked: Value, true: Value) -> bool:
    """A flag must name the checkpoint's own format: another that could store its weights is refused."""
    return method_name(asked) == method_name(true)


def _flags(methods: Iterable[str | None]) -> str:
    return joined(quoted(f"--quantization {method}") for method in methods)


def _context_flag(evidence: Evidence) -> Iterator[Finding]:
    """vLLM refuses a context longer than the model's: the command is wrong, or a context that is only listed."""
    known = evidence.strongest("context")
    if known is None or not isinstance(known.value, int):
        return
    limit = known.value
    longer = [
        claim
        for claim in evidence.said(*SERVES)
        if _asked_context(str(claim.value)) > limit and not any(word in str(claim.value) for word in LONGER)
    ]
    if not longer:
        return
    asked = joined(f"{_asked_context(str(claim.value)):,}" for claim in longer)
    if known.method == "listed":
        yield Finding(
            rule="context",
            severity="doubtful",
            fields=("context",),
            claims=(known,),
            evidence=tuple(longer),
            sentence=f"The context is listed as {limit:,} tokens, but a command on the page serves {asked}.",
            right=None,
        )
    else:
        yield Finding(
            rule="context flag",
            severity="wrong" if known.method in PROOF else "doubtful",
            fields=_fields(longer),
            claims=tuple(longer),
            evidence=(known,),
            sentence=f"The command asks for a context of {asked} tokens; the model takes {limit:,}.",
            right=f"At most {limit:,} tokens, by {shown_by(known)}.",
        )


def _asked_context(command: str) -> int:
    given = flag(command, "--max-model-len") or ""
    return int(given) if given.isdecimal() and given.isascii() and len(given) < 12 else 0


def _doubled_entrypoint(evidence: Evidence) -> Iterator[Finding]:
    """vLLM's images run `vllm serve` themselves; given it again they stop with "unrecognized arguments"."""
    doubled = [
        claim
        for claim in evidence.said("command.docker")
        if re.search(r"\bvllm/vllm-openai\S*\s+vllm serve\b", str(claim.value))
        and "--entrypoint" not in str(claim.value)
    ]
    if doubled:
        model = served_model(str(doubled[0].value))
        yield Finding(
            rule="doubled entrypoint",
            severity="wrong",
            fields=("command.docker",),
            claims=tuple(doubled),
            sentence="The Docker command says `vllm serve` after the image's name, but the image runs it by itself: it "
            "would run `vllm serve vllm serve …` and stop.",
            right=f"The image's name, then {quoted(model)} and the flags." if model else None,
        )


def _retired(evidence: Evidence) -> Iterator[Finding]:
    """huggingface_hub 1.0 renamed its command; version 2 installs `hf` alone."""
    retired = evidence.said("command.huggingface-cli")
    if retired:
        yield Finding(
            rule="retired command",
            severity="wrong",
            fields=("command.huggingface-cli",),
            claims=retired,
            sentence=f"`huggingface-cli` ({places(retired)}) is gone from current versions of huggingface_hub.",
            right="The command is `hf`, as in `hf download`.",
        )


def _fields(claims: Iterable[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(claim.field for claim in claims))


def _texts(claims: Iterable[Claim]) -> str:
    return joined(quoted(claim.value) for claim in claims)
