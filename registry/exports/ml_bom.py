"""A passport as a CycloneDX 1.6 ML-BOM: the model as a component, its base as its ancestor, every claim as a property.

The library writes the bill; it has no word for model cards (cyclonedx-python-lib 11.12), so that part is set into its
output by the names of the standard. `check_ml_bom` asks the library whether the whole is valid.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType, Pedigree
from cyclonedx.model.contact import OrganizationalEntity
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from registry.audit import Finding, verdict
from registry.conflicts import how, in_words
from registry.errors import SourceUnreadable
from registry.licence import licence_named
from registry.notices import Notice
from registry.one_line import one_line
from registry.passport import Claim
from registry.record import File, Json
from registry.resolve import Fact, Resolution
from registry.whereabouts import page_of, whereabouts

PREFIX = "model-passport:"
LONGEST = 1_000


def ml_bom(
    resolution: Resolution,
    files: tuple[File, ...] = (),
    findings: Sequence[Finding] = (),
    notices: Sequence[Notice] = (),
    origin: str | None = None,
) -> str:
    """The bill as JSON, with what an audit finds and the notices as limitations of the model. `origin` is the base
    where only relations tell it. The same passport gives the same bill: serial number and date follow from its claims.
    """
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, f"{resolution.subject}@{resolution.revision}"))
    bom.metadata.timestamp = _date(resolution)
    bom.metadata.component = _component(resolution, files, findings, origin)
    bill: dict[str, Json] = json.loads(JsonV1Dot6(bom).output_as_string())
    metadata = bill["metadata"]
    assert isinstance(metadata, dict)
    component = metadata["component"]
    assert isinstance(component, dict)
    component["modelCard"] = _model_card(resolution, findings, notices)
    return json.dumps(bill, indent=2) + "\n"


def check_ml_bom(text: str) -> None:
    """Hold a bill against the standard's schema.

    Raises:
        SourceUnreadable: it breaks it.
    """
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        first = str(error).splitlines()[0]
        raise SourceUnreadable(f"This is no valid CycloneDX 1.6 bill: {first}.")


def _component(
    resolution: Resolution, files: tuple[File, ...], findings: Sequence[Finding], origin: str | None
) -> Component:
    hosted = whereabouts(resolution) == "hub"
    owner, _, name = resolution.subject.rpartition("/") if hosted else ("", "", resolution.subject)
    page = page_of(resolution)
    return Component(
        name=one_line(name) or "unnamed",
        group=one_line(owner) or None,
        version=one_line(resolution.revision) if resolution.revision else None,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"{one_line(resolution.subject)}@{one_line(resolution.revision or '')}",
        supplier=_supplier(resolution),
        licenses=_licences(resolution),
        external_references=[ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(page))]
        if page
        else (),
        hashes=_single_hash(files),
        pedigree=_pedigree(resolution, origin),
        properties=_properties(resolution, files, findings),
    )


def _supplier(resolution: Resolution) -> OrganizationalEntity | None:
    author = resolution.value("author")
    return OrganizationalEntity(name=one_line(str(author))) if isinstance(author, str) and one_line(author) else None


def _licences(resolution: Resolution) -> list[License]:
    value = resolution.value("licence")
    names = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    return [made for made in map(_licence, names) if made is not None]


def _licence(name: str) -> License | None:
    """By its SPDX identifier where it has one."""
    known = licence_named(name)
    plain = known.identifier if known and not known.identifier.startswith("LicenseRef-") else one_line(name)
    return LicenseFactory().make_from_string(plain) if plain and known else _by_name(one_line(name))


def _by_name(name: str) -> License | None:
    return LicenseFactory().make_with_name(name) if name else None


def _single_hash(files: tuple[File, ...]) -> list[HashType]:
    """A hash is of one file: it stands for the model only where the weights are one."""
    weights = [file for file in files if file.path.endswith((".safetensors", ".gguf"))]
    whole = weights[0].sha256 if len(weights) == 1 else None
    return [HashType(alg=HashAlgorithm.SHA_256, content=whole)] if whole else []


def _pedigree(resolution: Resolution, origin: str | None) -> Pedigree | None:
    value = resolution.value("base_model") or origin
    names = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()
    ancestors = [
        Component(name=one_line(name), type=ComponentType.MACHINE_LEARNING_MODEL, bom_ref=f"ancestor {one_line(name)}")
        for name in names
        if one_line(name)
    ]
    return Pedigree(ancestors=ancestors) if ancestors else None


def _properties(resolution: Resolution, files: tuple[File, ...], findings: Sequence[Finding]) -> list[Property]:
    """Every standing claim with what an audit says against it, the shown one first; then files with size and hash."""
    told = [
        (f"{PREFIX}{fact.field.name}", _told(fact, claim, verdict(claim, findings)))
        for fact in resolution.facts
        for claim in (fact.claim, *fact.others)
        if claim is not None and claim.value is not None
    ]
    held = [(f"{PREFIX}file", _file(file)) for file in files]
    kept = dict.fromkeys((*told, *held))
    return [Property(name=one_line(name), value=one_line(value, LONGEST)) for name, value in kept]


def _told(fact: Fact, claim: Claim, against: str | None) -> str:
    objection = f"; an audit calls it {against}" if against else ""
    return f"{in_words(fact.field, claim)} ({how(claim)}: {one_line(claim.source)}{objection})"


def _file(file: File) -> str:
    size = "unknown size" if file.size is None else f"{file.size} bytes"
    return f"{file.path}: {size}, {f'sha256 {file.sha256}' if file.sha256 else 'no hash'}"


def _model_card(resolution: Resolution, findings: Sequence[Finding], notices: Sequence[Notice]) -> dict[str, Json]:
    modalities = resolution.value("modalities")
    task, architecture = resolution.value("pipeline_tag"), resolution.value("architecture")
    parameters: dict[str, Json] = {}
    if task is not None:
        parameters["task"] = one_line(str(task))
    if architecture is not None:
        parameters["modelArchitecture"] = one_line(str(architecture))
    if isinstance(modalities, tuple):
        parameters["inputs"] = [{"format": one_line(name)} for name in modalities]
    metrics: list[Json] = [
        {"type": one_line(fact.field.name.partition(".")[2]), "value": str(fact.value)}
        for fact in resolution.facts
        if fact.field.name.startswith("benchmark.") and fact.value is not None and not fact.inherited
    ]
    told = (*(finding.sentence for finding in findings), *(notice.sentence for notice in notices))
    limits: list[Json] = [one_line(sentence, LONGEST) for sentence in told]
    return {
        **({"modelParameters": parameters} if parameters else {}),
        **({"quantitativeAnalysis": {"performanceMetrics": metrics}} if metrics else {}),
        **({"considerations": {"technicalLimitations": limits}} if limits else {}),
    }


def _date(resolution: Resolution) -> datetime:
    """The day of the newest claim. Without any, the first day computers count from: the bill must have one."""
    days = [claim.as_of for fact in resolution.facts for claim in (fact.claim, *fact.others) if claim and claim.as_of]
    return datetime.combine(max(days), time(), UTC) if days else datetime.fromtimestamp(0, UTC)
