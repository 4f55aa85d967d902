"""A dossier as the passport document: what stands before the memory, and what stands after it. Pure."""

from dataclasses import dataclass
from functools import partial

from registry.citations import Format
from registry.commands import Tool
from registry.conflicts import HOW
from registry.licence import Named, Terms
from registry.record import Relation, registry_id
from registry.whereabouts import page_of
from space.ui.pages.dossier import Dossier
from space.ui.pages.lines import MARKS
from space.ui.pages.links import export_link, temporary_export_link
from space.ui.pages.sections import benchmarks, evidence, notices, sections
from space.ui.pages.templates import render

TOOLS: dict[Tool, str] = {
    "vllm": "vLLM, an inference server",
    "docker": "vLLM in Docker",
    "openai": "Python, asking such a server through the OpenAI client",
    "hf": "Download from the Hugging Face Hub",
    "transformers": "Python, with transformers",
    "ollama": "Ollama",
}

FORMATS: dict[Format, str] = {
    "bibtex": "BibTeX",
    "biblatex": "BibLaTeX",
    "csl-json": "CSL-JSON",
    "ris": "RIS",
    "apa": "APA, as text",
    "cff": "CITATION.cff",
}

TIES = {
    "base": "base",
    "quantized_from": "quantized from",
    "sibling": "sibling",
    "finetune": "fine-tuned from",
}
"""What the other model is to this one."""

TIED = {
    "base": "made from it",
    "quantized_from": "quantization of it",
    "sibling": "sibling",
    "finetune": "fine-tune of it",
}
"""The same, where the other model names this one."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """A file a visitor may take along."""

    title: str
    explained: str


EXPORTS = {
    "model-card": Export(title="Model card", explained="README.md with front matter the Hub reads"),
    "cyclonedx": Export(title="ML-BOM", explained="a bill of materials, CycloneDX JSON"),
    "json": Export(title="JSON", explained="every claim with its evidence"),
    "csl-json": Export(title="CSL-JSON", explained="citations, for Zotero and others"),
    "ris": Export(title="RIS", explained="citations, for EndNote and others"),
    "cff": Export(title="CITATION.cff", explained="citations, for a repository"),
}


@dataclass(frozen=True, kw_only=True)
class Tie:
    """Another model and what it is to this one."""

    kind: str
    subject: str
    recorded: bool


def opening(dossier: Dossier) -> str:
    """Identity, summary, what does not hold, and what the model is."""
    decided = dossier.model.resolution
    return render(
        "passport.html",
        subject=decided.subject,
        registry_id=registry_id(decided.subject),
        revision=decided.revision,
        hub=page_of(decided),
        temporary=dossier.temporary,
        compared=_compared(dossier),
        summary=dossier.model.synopsis,
        citable=bool(dossier.texts),
        findings=dossier.findings,
        sections=sections(decided, dossier.findings),
    )


def record(dossier: Dossier) -> str:
    """Licence, benchmarks, cautions, engagement, index, lineage, commands, citations, exports and evidence."""
    decided = dossier.model.resolution
    related = ties(dossier)
    return render(
        "record.html",
        name=dossier.name,
        subject=decided.subject,
        temporary=dossier.temporary,
        terms=dossier.terms,
        other_licences=_other_licences(dossier.terms),
        own_benchmarks=benchmarks(decided, decided.subject),
        base_benchmarks=benchmarks(dossier.base, dossier.base.subject) if dossier.base else (),
        base_subject=dossier.base.subject if dossier.base else None,
        notices=dossier.model.notices,
        printed=notices(decided),
        sections=sections(decided, dossier.findings),
        score=dossier.score,
        listed=dossier.listed,
        ties=related,
        related=[tie.subject for tie in related if tie.recorded],
        commands=dossier.commands,
        tools=TOOLS,
        works=dossier.model.works,
        texts=list(dossier.texts.items()),
        formats=FORMATS,
        exports=list(EXPORTS.items()),
        file_link=partial(temporary_export_link if dossier.temporary else export_link, dossier.name),
        methods=list(HOW.items()),
        marks=MARKS,
        evidence=evidence(decided, dossier.findings),
    )


def ties(dossier: Dossier) -> tuple[Tie, ...]:
    """Every model it is tied to, once."""
    named = [(TIES[relation.kind], relation.target) for relation in _own(dossier)]
    named += [(TIED[relation.kind], subject) for subject, relation in dossier.related]
    first: dict[str, str] = {}
    for kind, subject in named:
        first.setdefault(subject, kind)
    return tuple(
        Tie(kind=kind, subject=subject, recorded=subject in dossier.neighbours) for subject, kind in first.items()
    )


def _compared(dossier: Dossier) -> tuple[str, ...]:
    """The model, and beside it the one it is first compared with: what is recorded of it, or its base."""
    temporary, base = dossier.temporary, dossier.base
    beside = dossier.subject if temporary and temporary.recorded else base.subject if base else None
    return (dossier.name, beside) if beside else (dossier.name,)


def _other_licences(terms: Terms) -> tuple[Named, ...]:
    """What others name beyond the declared and the base's."""
    told = {each.title for each in (*terms.declared, *terms.upstream)}
    return tuple(each for each in terms.others if each.title not in told)


def _own(dossier: Dossier) -> tuple[Relation, ...]:
    """Its own relations, and its base where no relation names it."""
    named = {relation.target for relation in dossier.relations}
    origin = dossier.model.origin
    return (*((Relation(kind="base", target=origin),) if origin and origin not in named else ()), *dossier.relations)
