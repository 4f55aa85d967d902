"""A model is on the Hub, in a folder, or nowhere that anybody found: each is told from its claims and its name."""

import pytest

from registry.citations import citations
from registry.commands import commands
from registry.resolve import Resolution
from registry.whereabouts import page_of, whereabouts
from tests.registry.decided import decided

FOLDER = decided("my/model", ("repo_id", None, "files"), ("licence", "mit"), revision=None)
NOWHERE = decided("some/name", ("repo_id", None, "reported"), revision=None)


@pytest.mark.parametrize(
    ("resolution", "place"),
    [
        (decided("owner/name", revision=None), "hub"),
        (decided("name", revision=None), "folder"),
        (FOLDER, "folder"),
        (NOWHERE, "nowhere"),
        (decided("owner/name", ("repo_id", None, "reported"), ("repo_id", "owner/name"), revision=None), "hub"),
    ],
)
def test_the_name_tells_unless_a_source_says_what_it_found(resolution: Resolution, place: str) -> None:
    assert whereabouts(resolution) == place
    assert (page_of(resolution) is None) is (place != "hub")


def test_a_folder_with_an_owners_name_gets_neither_author_nor_address() -> None:
    work = citations(FOLDER)[0].work
    assert (work.title, work.authors, work.url, work.publisher) == ("my/model", (), None, None)


def test_what_was_not_found_is_neither_cited_nor_run() -> None:
    assert citations(NOWHERE) == ()
    offered = commands(NOWHERE)
    assert all(command.text is None for command in offered)
    assert "was found on the Hub" in (offered[0].reason or "")


def test_a_base_known_by_relation_alone_is_cited_and_a_named_one_counts_before_it() -> None:
    def keys(resolution: Resolution) -> list[str]:
        return [cited.work.key for cited in citations(resolution, (), "maker/base") if cited.role == "base"]

    assert keys(decided("owner/name")) == ["maker_nd_base"]
    assert keys(decided("owner/name", ("base_model", "other/base"))) == ["other_nd_base"]
