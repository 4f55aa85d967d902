"""Values of the record."""

from registry.record import records_of, registry_id
from tests.registry.claims import MODEL, record, said


def test_a_registry_id_is_lower_case_with_hyphens_for_slashes_and_colons() -> None:
    assert registry_id("Vishva007/gemma:4") == "hf-model--vishva007--gemma--4"


def test_claims_on_several_models_become_a_record_each() -> None:
    own, base = said("context", 1, revision="aa"), said("licence", "mit", subject="maker/model")
    other = said("licence", "gemma")
    assert records_of([own, base, other]) == (
        record(own, other, subject=MODEL, revision="aa"),
        record(base, subject="maker/model"),
    )
