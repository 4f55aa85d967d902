"""Listing pages made from a description of what is wrong with them, and what an audit must then find."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.audit import Rule, Severity
from registry.passport import Claim, Method, Reading, Value

DAY = date(2026, 11, 1)

LICENCES = {
    "Apache-2.0": ("Apache-2.0", "apache-2.0", "Apache License 2.0", "Apache License, Version 2.0", "Apache 2.0"),
    "MIT": ("MIT", "mit", "MIT License"),
    "Gemma": ("Gemma", "gemma", "Gemma Terms of Use"),
}
"""Licences with their spellings; the last of each is one that cards use in a sentence."""

FLAG_METHODS = {"auto-round": "autoround", "gptq": "gptq_marlin", "awq": "awq"}
"""Methods as a configuration names them, and as a command does."""

MIXTURES = (
    "This is a multimodal mixture-of-experts model supporting text, vision, and audio inputs.",
    "It is a multimodal MoE model (Gemma4ForConditionalGeneration) with:",
    "A sparse Mixture of Experts transformer.",
)
DENSE = ("It is a dense multimodal model.", "This is not a mixture-of-experts model.")

SNIPPET = """from openai import OpenAI
client = OpenAI(base_url="http://localhost:8000/v1", api_key="EMPTY")
response = client.chat.completions.create(
model="{model}",
messages=[
{{
"role": "user",
"content": [
{{"type": "text", "text": "Describe what you see."}},
],
}}
],
max_tokens=512,
{argument})
{end}"""
GOOD_ENDS = (
    "print(response.choices[0].message.content)",
    "answer = response.choices[0].message\nprint(answer.content)",
    "print([choice.message.content for choice in response.choices])",
    "print(response.choices[0].message.reasoning_content)",
)
BROKEN_ENDS = (
    "print(response.choices.message.content)",
    "print(response.choices[0].text)",
    'print(response["choices"])',
    "print(response.message.content)",
    "answer = response.choices\nprint(answer.message)",
    "print(response.choices[0].message.content",
    "for piece in response.choices:\n    print(piece.delta)",
)


@dataclass(frozen=True, kw_only=True)
class Download:
    """The quick command that downloads: its program, and how it spells the repository."""

    program: str
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The command that serves."""

    docker: bool
    doubled: bool
    method: str | None
    equals_sign: bool
    max_model_len: int | None
    served_name: str | None


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """The Python that asks the server: how it ends, whether it has a wrong argument, which model it names."""

    end: str
    wrong_argument: bool
    other_model: bool


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A page about one quantized model: what is true, what the page prints of it, and what is known beside the page.

    None is a thing that the page does not print.
    """

    owner: str
    name: str
    partial: int | None
    base: str
    true_parameters: int
    true_context: int
    true_bytes: int
    true_mixture: bool
    true_method: str
    upstream_licence: str
    evidence: bool

    listed_licence: str | None
    report_licence: str | None
    card_licence: str | None
    licence_unknown: bool
    mixture_sentence: str | None
    parameters: float | None
    context: int | None
    vram: float | None
    report_vram: float | None
    tower_sentence: str | None
    tower_row: str | None
    samples: int | None
    iterations: int | None
    ollama: str | None
    gguf: bool
    download: Download | None
    serving: Serving | None
    snippet: Snippet | None
    bibtex_exact: bool | None
    title: str | None
    tagged_base: str | None
    row_base: str | None
    shows_variants: bool
    semantic: int | None
    order: tuple[int, ...]
    one_line: bool
    ornament: str

    @property
    def repo(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def pretty(self) -> str:
        return self.name.replace("-", " ").title()


def page_text(listing: Listing) -> str:
    """The page as plain text, its sections in the listing's order."""
    blocks = [
        _passport_table(listing),
        _threshold(listing),
        _citation(listing),
        _quick_commands(listing),
        _insight(listing),
        _card(listing),
        _notices(listing),
        _report(listing),
    ]
    ordered = [blocks[position] for position in listing.order]
    return "\n".join([listing.pretty, *(line for block in ordered for line in block)])


def _passport_table(listing: Listing) -> list[str]:
    licence = [f"| License | {listing.listed_licence} |"] if listing.listed_licence else []
    registry_id = f"hf-model--{listing.repo.lower().replace('/', '--')}"
    return ["| Entity Passport | |", f"| Registry ID | {registry_id} |", *licence, "| Provider | huggingface |"]


def _threshold(listing: Listing) -> list[str]:
    return ["Compute Threshold", f"~{listing.vram}GB VRAM"] if listing.vram is not None else []


def _citation(listing: Listing) -> list[str]:
    spelling = listing.repo if listing.bibtex_exact else listing.repo.lower()
    url = [] if listing.bibtex_exact is None else [f"howpublished = {{\\url{{https://huggingface.co/{spelling}}}}},"]
    title = [] if listing.title is None else [f"title = {{{listing.title}}},"]
    return ["Cite this model", "@misc{key,", f"author = {{{listing.owner}}},", *title, *url, f"}} {listing.ornament}"]


def _quick_commands(listing: Listing) -> list[str]:
    commands = [f"ollama run {listing.ollama}"] if listing.ollama else []
    if listing.download:
        spelling = listing.repo if listing.download.exact else listing.repo.lower()
        commands.append(f"{listing.download.program} download {spelling}")
    commands.append("pip install -U transformers")
    lines = [" ".join(commands)] if listing.one_line else commands
    return [f"{listing.ornament}Quick Commands", *lines[:-1], f"{lines[-1]} {listing.ornament} Nexus Index V2.0"]


def _insight(listing: Listing) -> list[str]:
    if listing.semantic is None:
        return []
    return [f"{listing.ornament} Index Insight", f"FNI V2.0 for it: Semantic (S:{listing.semantic}), Quality (Q:65)."]


def _card(listing: Listing) -> list[str]:
    sibling = f"| GPTQ | tool | {listing.repo}-Other |"
    variants = [
        "| Variant | Method | Repo |",
        "|---|---|---|",
        f"| {listing.true_method} | tool | {listing.repo} |",
        sibling,
    ]
    rows = {
        "Base model": listing.row_base,
        "Calibration samples": listing.samples,
        "Non-LM modules": f"Kept at {listing.tower_row} (vision, audio)" if listing.tower_row else None,
        "AutoRound mode": f"iters={listing.iterations}" if listing.iterations is not None else None,
    }
    recipe = [f"| {label} | {value} |" for label, value in rows.items() if value is not None]
    blocks = [
        variants if listing.shows_variants else [],
        ["| Parameter | Value |", "|---|---|", *recipe] if recipe else [],
        [listing.mixture_sentence] if listing.mixture_sentence else [],
        [f"The vision and audio towers are kept at full precision ({listing.tower_sentence})."]
        if listing.tower_sentence
        else [],
        _serving(listing.repo, listing.serving) if listing.serving else [],
        [*_snippet(listing), "The model was then exported and pushed."] if listing.snippet else [],
        [f"This model is subject to the {listing.card_licence}."] if listing.card_licence else [],
    ]
    turn = listing.order[0] % len(blocks)
    moved = [*blocks[turn:], *blocks[:turn]]
    text = [line for block in moved if block for line in (*block, "Some text between the parts.")]
    return [f"{listing.ornament} Technical Deep Dive", "A heading of its own", "An introduction.", *text]


def _serving(repo: str, serving: Serving) -> list[str]:
    joint = "=" if serving.equals_sign else " "
    flags = [
        f"--quantization{joint}{serving.method}" if serving.method else None,
        f"--max-model-len{joint}{serving.max_model_len}" if serving.max_model_len else None,
        f"--served-model-name{joint}{serving.served_name}" if serving.served_name else None,
        "--enable-prefix-caching",
    ]
    start = ["docker run --gpus all --rm \\", "vllm/vllm-openai:latest \\"] if serving.docker else []
    entry = [] if serving.docker and not serving.doubled else ["vllm serve \\"]
    model = f"{'--model ' if serving.docker and not serving.doubled else ''}{repo} \\"
    given = [flag for flag in flags if flag]
    return [*start, *entry, model, *(f"{flag} \\" for flag in given[:-1]), given[-1]]


def _snippet(listing: Listing) -> list[str]:
    snippet, serving = listing.snippet, listing.serving
    assert snippet is not None
    model = serving.served_name if serving and serving.served_name else listing.repo
    text = SNIPPET.format(
        model="another/model" if snippet.other_model else model,
        argument="max_token=5,\n" if snippet.wrong_argument else "",
        end=snippet.end,
    )
    return text.splitlines()


def _notices(listing: Listing) -> list[str]:
    unknown = ["- License Unknown: Verify licensing terms before commercial use."] if listing.licence_unknown else []
    return [
        f"View Original Source {listing.ornament} Limitations & Considerations",
        "- VRAM requirements are estimates.",
        *unknown,
    ]


def _report(listing: Listing) -> list[str]:
    tags = ["safetensors", *(["gguf"] if listing.gguf else [])]
    if listing.tagged_base:
        tags += [f"base_model:{listing.tagged_base}", f"base_model:quantized:{listing.tagged_base}"]
    pairs = {
        "author": listing.owner,
        "license": listing.report_licence,
        "tags": ", ".join(tags),
        "architecture": "null",
        "params billions": "null" if listing.parameters is None else f"{listing.parameters:g}",
        "context length": "null" if listing.context is None else f"{listing.context:,}",
        "vram gb": listing.report_vram,
    }
    items = [item for label, value in pairs.items() if value is not None for item in (f"- {label}", f"- {value}")]
    return [f"{listing.ornament} Technical Specs", *items]


def evidence_claims(listing: Listing) -> tuple[Claim, ...]:
    """What files, configuration and the base's own card say, when the description has any."""
    if not listing.evidence:
        return ()
    own = Reading(subject=listing.repo, revision=None, as_of=DAY)
    known: tuple[tuple[str, Value, Method], ...] = (
        ("parameters", listing.true_parameters, "files"),
        ("tensor_bytes", listing.true_bytes, "files"),
        ("context", listing.true_context, "configuration"),
        ("mixture_of_experts", listing.true_mixture, "configuration"),
        ("quantization.method", listing.true_method, "configuration"),
    )
    base = Reading(subject=listing.base, revision=None, as_of=DAY)
    return (
        *(own.claim(field, value, method=method, source="its own files") for field, value, method in known),
        base.claim("licence", listing.upstream_licence, method="declared", source="README.md"),
    )


def expected(listing: Listing) -> Counter[tuple[Rule, Severity]]:
    """The findings that a right audit has on this page, from the description alone."""
    return Counter([*_wrong_facts(listing), *_wrong_recipe(listing), *_wrong_commands(listing), *_wrong_names(listing)])


def _wrong_facts(listing: Listing) -> Iterable[tuple[Rule, Severity]]:
    spelt = [listing.listed_licence, listing.report_licence, listing.card_licence]
    named = [name for name, words in LICENCES.items() for word in spelt if word in words]
    upstream = [name for name, words in LICENCES.items() if listing.evidence and listing.upstream_licence in words]
    if named and (len({*named, *upstream}) > 1 or listing.licence_unknown):
        yield "licence", "doubtful"
    said = {MIXTURES: True, DENSE: False}
    called = next((is_so for words, is_so in said.items() if listing.mixture_sentence in words), None)
    if listing.evidence and called is not None and called != listing.true_mixture:
        yield "mixture of experts", "wrong"
    if listing.parameters is not None:
        printed = round(listing.parameters * 1e9)
        if listing.evidence and abs(printed - listing.true_parameters) > listing.true_parameters / 10:
            yield "parameters", "wrong"
        if not listing.evidence and printed == listing.partial:
            yield "parameters", "doubtful"
    if listing.evidence and listing.context is not None and listing.context != listing.true_context:
        yield "context", "wrong"
    figures = [figure for figure in (listing.vram, listing.report_vram) if figure is not None]
    if listing.evidence and any(figure * 2**30 < listing.true_bytes for figure in figures):
        yield "memory", "wrong"
    if len(set(figures)) > 1:
        yield "disagreement", "doubtful"
    if listing.semantic == 50:
        yield "constant score", "doubtful"


def _wrong_recipe(listing: Listing) -> Iterable[tuple[Rule, Severity]]:
    if listing.tower_row and listing.tower_sentence and listing.tower_row != listing.tower_sentence:
        yield "tower dtype", "doubtful"
    if listing.samples and listing.iterations == 0:
        yield "calibration", "wrong"


def _wrong_commands(listing: Listing) -> Iterable[tuple[Rule, Severity]]:
    if listing.ollama and "llama3" not in listing.ollama and not listing.gguf:
        yield "unusable command", "wrong"
    if listing.download and listing.download.program == "huggingface-cli":
        yield "retired command", "wrong"
    serving = listing.serving
    if serving and serving.method and (listing.evidence or listing.shows_variants):
        same = serving.method == FLAG_METHODS[listing.true_method]
        yield ("needless flag", "needless") if same else ("wrong flag", "wrong" if listing.evidence else "doubtful")
    if serving and serving.max_model_len:
        if listing.evidence and serving.max_model_len > listing.true_context:
            yield "context flag", "wrong"
        if not listing.evidence and listing.context is not None and serving.max_model_len > listing.context:
            yield "context", "doubtful"
    if serving and serving.docker and serving.doubled:
        yield "doubled entrypoint", "wrong"
    if listing.snippet and (listing.snippet.end in BROKEN_ENDS or listing.snippet.wrong_argument):
        yield "broken snippet", "wrong"
    can_parse = listing.snippet and listing.snippet.end.count("(") == listing.snippet.end.count(")")
    names_one = serving and (serving.served_name or not serving.docker or serving.doubled)
    if listing.snippet and listing.snippet.other_model and can_parse and names_one:
        yield "model name", "wrong"


def _wrong_names(listing: Listing) -> Iterable[tuple[Rule, Severity]]:
    if listing.bibtex_exact is False or (listing.download and not listing.download.exact):
        yield "repository id", "wrong"
    known_base = listing.base if listing.evidence else listing.row_base
    same_base = {spelling for spelling in (listing.tagged_base, listing.row_base) if spelling}
    if known_base and any(other != known_base and other.lower() == known_base.lower() for other in same_base):
        yield "repository id", "wrong"
    if len({spelling.lower() for spelling in same_base}) > 1:
        yield "base model", "doubtful"
    if listing.title and listing.title.endswith(" Model"):
        yield "title", "wrong"
