"""Identity: is the repository named as it is, with the title it has, and in the year it was published?"""

import re
from collections.abc import Iterator

from registry.audit.evidence import Evidence
from registry.audit.finding import Finding
from registry.audit.words import joined, places, quoted, shown_by, values
from registry.passport import Claim
from registry.sources.shell_commands import words

OWN_CHOICE = {
    "--served-model-name", "--local-dir", "--cache-dir", "--download-dir", "--output-dir", "--name", "--alias",
    "--lora-modules", "--container-name",
}  # fmt: skip
"""Options whose values are names of the reader's own."""

NOT_EXACT = {"registry_id", "slug", "title"}
"""Fields that a listing writes in its own way on purpose, or whose text is no id."""


def identity_findings(evidence: Evidence) -> Iterator[Finding]:
    yield from _repository_ids(evidence)
    yield from _title(evidence)
    yield from _year(evidence)
    yield from _base(evidence)


def _repository_ids(evidence: Evidence) -> Iterator[Finding]:
    """One finding for each repository whose id is printed with other letters than its own."""
    for exact in dict.fromkeys((evidence.subject, *_base_ids(evidence))):
        mangled = {claim: wrong for claim in evidence.own if (wrong := _misspelt(claim, exact))}
        if mangled:
            printed = joined(quoted(name) for names in mangled.values() for name in names)
            yield Finding(
                rule="repository id",
                severity="wrong",
                fields=tuple(dict.fromkeys(claim.field for claim in mangled)),
                claims=tuple(mangled),
                sentence=f"The repository's id is printed as {printed} ({places(mangled)}).",
                right=f"The id is {quoted(exact)}, exactly.",
            )


def _base_ids(evidence: Evidence) -> list[str]:
    """The base as its own claims spell it, else as the repository itself declares it."""
    subjects = [claim.subject for claim in evidence.base]
    declared = [
        claim.value for claim in evidence.said("base_model") if claim.method in ("files", "configuration", "declared")
    ]
    return [name for name in (subjects or declared) if isinstance(name, str) and "/" in name]


def _misspelt(claim: Claim, exact: str) -> tuple[str, ...]:
    """The words of a claim that mean `exact` and are not it."""
    if claim.field in NOT_EXACT or not isinstance(claim.value, str | tuple):
        return ()
    texts = claim.value if isinstance(claim.value, tuple) else _naming_words(claim.value)
    candidates = {_repository(text) for text in texts}
    return tuple(sorted(name for name in candidates if _flat(name) == _flat(exact) and name != exact))


def _naming_words(text: str) -> tuple[str, ...]:
    """The words of a command or text, without those that name what the reader may name as they like."""
    kept: list[str] = []
    free = False
    for word in words(text):
        if word.startswith("-"):
            name, equals, _ = word.partition("=")
            free = name in OWN_CHOICE and not equals
            if name in OWN_CHOICE:
                continue
        elif free:
            continue
        kept.append(word)
    return tuple(kept)


def _repository(word: str) -> str:
    """The id in a word: without an argument's name, punctuation, scheme, host, tag prefix or revision."""
    word = word.rpartition("=")[2].strip("\"'`,;()[]{}")
    word = re.sub(r"^(?:https?://)?(?:huggingface\.co|hf\.co)/", "", word)
    return word.rpartition(":")[2].partition("@")[0] if ":" in word else word.partition("@")[0]


def _flat(repo_id: str) -> str:
    """Listings turn "/" into "--" and back, and write small letters."""
    return repo_id.lower().replace("--", "/").strip("/")


def _title(evidence: Evidence) -> Iterator[Finding]:
    """Titles that only a listing gives: not the repository's name, and nothing its author wrote."""
    name = evidence.subject.rpartition("/")[2]
    declared = [claim for claim in evidence.said("title") if claim.method not in ("listed", "reported")]
    known = {_letters(text) for text in (name, evidence.subject, *(str(claim.value) for claim in declared))}
    listed = [claim for claim in evidence.said("title") if claim.method == "listed"]
    invented = [claim for claim in listed if _letters(str(claim.value)) not in known]
    if invented:
        headings = f"; its author's heading is {values(declared)}" if declared else ""
        yield Finding(
            rule="title",
            severity="wrong" if declared else "doubtful",
            fields=("title",),
            claims=tuple(invented),
            evidence=tuple(declared),
            sentence=f"The title {values(invented)} ({places(invented)}) is "
            f"{'made up: the repository does not carry it' if declared else 'not the name of the repository'}.",
            right=f"The repository is named {quoted(name)}{headings}.",
        )


def _letters(title: str) -> str:
    """What is compared of a title: its letters and digits, in small ones."""
    return "".join(character for character in title.casefold() if character.isalnum())


def _year(evidence: Evidence) -> Iterator[Finding]:
    """A cited year that is not the year of publication."""
    published = next(iter(evidence.said("published")), None)
    year = re.match(r"\d{4}", str(published.value)) if published else None
    if published is None or year is None:
        return
    # What the author asks to be cited with is the author's to say.
    said = [claim for claim in evidence.said("year") if claim.method in ("listed", "reported")]
    wrong = [claim for claim in said if str(claim.value) != year[0]]
    if wrong:
        yield Finding(
            rule="year",
            severity="wrong",
            fields=("year", "published"),
            claims=tuple(wrong),
            evidence=(published,),
            sentence=f"The citation's year is {joined(str(claim.value) for claim in wrong)}; the repository was "
            f"published in {year[0]}.",
            right=f"{year[0]}, by {shown_by(published)}.",
        )


def _base(evidence: Evidence) -> Iterator[Finding]:
    """Two different base models; one base in two spellings is the other rule's."""
    said = [claim for claim in evidence.said("base_model") if isinstance(claim.value, str)]
    if len({_flat(str(claim.value)) for claim in said}) > 1:
        yield Finding(
            rule="base model",
            severity="doubtful",
            fields=("base_model",),
            claims=tuple(said),
            sentence=f"Different base models are named: {joined(f'{quoted(c.value)} ({c.source})' for c in said)}.",
            right=None,
        )
