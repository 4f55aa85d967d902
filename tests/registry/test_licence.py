"""Licences: names, plain words, and declared beside upstream."""

from registry.licence import licence_named, licences, terms_of
from tests.registry.decided import decided


def test_names_of_one_licence_lead_to_one_identifier() -> None:
    for name in ("apache-2.0", "Apache-2.0", "Apache License 2.0", "apache license, version 2.0"):
        found = licence_named(name)
        assert found is not None, name
        assert found.identifier == "Apache-2.0"
    gemma = licence_named("Gemma")
    assert gemma is not None
    assert gemma.identifier == "LicenseRef-Gemma-Terms-of-Use"
    assert licence_named("a licence nobody knows") is None


def test_every_licence_says_what_it_allows_and_names_are_unique() -> None:
    known = licences()
    assert len({licence.identifier for licence in known}) == len(known)
    assert all(licence.allows and licence.url for licence in known)
    assert all(licence_named(licence.identifier) == licence for licence in known)


def test_gemma_beside_an_apache_base_shows_both_and_what_is_added() -> None:
    base = decided("google/base", ("licence", "apache-2.0"), revision=None)
    terms = terms_of(decided("o/m", ("licence", "gemma"), base=base))
    assert [each.title for each in terms.declared] == ["Gemma Terms of Use"]
    assert [each.title for each in terms.upstream] == ["Apache License 2.0"]
    assert "Gemma Terms of Use" in terms.sentence
    assert "Apache License 2.0" in terms.sentence
    assert any("Prohibited Use Policy" in term for term in terms.adds)
    assert not any("changed files" in term for term in terms.adds), "both ask this"
    assert any("Gemma 4" in scope for scope in terms.scopes)


def test_one_licence_by_two_names_is_no_difference() -> None:
    base = decided("o/base", ("licence", "Apache License 2.0"), revision=None)
    terms = terms_of(decided("o/m", ("licence", "apache-2.0"), base=base))
    assert terms.sentence == "Its author puts it under Apache License 2.0, as its base is."
    assert terms.adds == ()


def test_a_listing_does_not_speak_for_the_author() -> None:
    terms = terms_of(decided("o/m", ("licence", "Gemma", "listed")))
    assert terms.declared == ()
    assert "is recorded here" in terms.sentence
    assert [each.title for each in terms.others] == ["Gemma Terms of Use"]


def test_unknown_licences_are_named_but_not_compared() -> None:
    base = decided("o/base", ("licence", "apache-2.0"), revision=None)
    terms = terms_of(decided("o/m", ("licence", "my own\x1b[31m terms"), base=base))
    assert "“my own[31m terms”" in terms.sentence
    assert terms.adds == ()


def test_several_licences_and_none() -> None:
    assert len(terms_of(decided("o/m", ("licence", ("mit", "apache-2.0")))).declared) == 2
    assert terms_of(decided("o/m", ("licence", "other"))).declared == ()
    assert terms_of(decided("o/m")).sentence == "No licence that its author declares is recorded here."
    assert "declares no licence. Without one" in terms_of(decided("o/m", ("licence", None))).sentence
