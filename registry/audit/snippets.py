"""Snippets: does a page's Python run against the OpenAI client it imports, and ask for a model that is served?

Nothing is executed. Names are looked up in the client's own classes, so that a right snippet passes whatever it uses.
"""

import re
from collections.abc import Iterable, Iterator

from registry.audit.client_types import snippet_problem, snippet_requests
from registry.audit.evidence import Evidence
from registry.audit.finding import Finding
from registry.audit.words import joined, quoted
from registry.passport import Claim
from registry.sources.shell_commands import flag, served_model, words

DEFAULT_PORT = "8000"
"""Where `vllm serve` listens unless told otherwise."""


def snippet_findings(evidence: Evidence) -> Iterator[Finding]:
    for claim in evidence.said("snippet.python"):
        problem = snippet_problem(str(claim.value))
        if problem is not None:
            yield Finding(
                rule="broken snippet",
                severity="wrong",
                fields=("snippet.python",),
                claims=(claim,),
                sentence=f"The Python snippet fails: {problem.sentence}",
                right=problem.right,
            )
    yield from _model_names(evidence)


def _model_names(evidence: Evidence) -> Iterator[Finding]:
    """A snippet that asks for a model under a name which no command on the page gives it."""
    commands = evidence.said("command.vllm", "command.docker")
    served = {name for claim in commands for name in _served_names(str(claim.value))}
    for claim in evidence.said("snippet.python") if served else ():
        asks = _asks_such_a_server(str(claim.value), commands)
        missing = [name for name in snippet_requests(str(claim.value)) if asks and name not in served]
        if missing:
            yield Finding(
                rule="model name",
                severity="wrong",
                fields=("snippet.python",),
                claims=(claim,),
                evidence=commands,
                sentence=f"The snippet asks for {joined(quoted(name) for name in missing)}, but the commands serve "
                f"{joined(quoted(name) for name in sorted(served))}.",
                right=None,
            )


def _asks_such_a_server(snippet: str, commands: Iterable[Claim]) -> bool:
    """Whether a snippet asks a server of this machine at a port of these commands, which may also serve adapters."""
    local = re.search(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)", snippet)
    texts = [str(claim.value) for claim in commands]
    if local is None or any("--lora-modules" in text for text in texts):
        return False
    return local[1] == DEFAULT_PORT or any(re.search(rf"\b{local[1]}\b", text) for text in texts)


def _served_names(command: str) -> tuple[str, ...]:
    """The names a server answers to: those after `--served-model-name`, otherwise the model's own."""
    first = flag(command, "--served-model-name")
    if first is None:
        model = served_model(command)
        return (model,) if model else ()
    parts = words(command)
    start = next(i for i, word in enumerate(parts) if word.partition("=")[0] == "--served-model-name")
    names = [first]
    for word in parts[start + (1 if "=" in parts[start] else 2) :]:
        if word.startswith("-"):
            break
        names.append(word)
    return tuple(names)
