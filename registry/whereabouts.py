"""Where the model of a decided passport is: on the Hub, in a folder, or nowhere that anybody found. It asks nobody.

What is nowhere has no address, no command and no citation: they would lead to something else, or to nothing.
"""

from typing import Literal

from registry.hub_address import hub_url, on_hub
from registry.resolve import Resolution

Whereabouts = Literal["hub", "folder", "nowhere"]
"""On the Hub, in a folder of somebody's machine, or looked for on the Hub and not found."""


def whereabouts(resolution: Resolution) -> Whereabouts:
    """Its name tells, unless a source says what it found under it.

    That source claims an unknown `repo_id`: the files themselves where a folder goes by an owner's name, anybody else
    where a repository was looked for in vain.
    """
    fact = resolution.fact("repo_id")
    if fact is not None and fact.claim is not None and fact.value is None:
        return "folder" if fact.claim.method == "files" else "nowhere"
    return "hub" if on_hub(resolution.subject, resolution.revision) else "folder"


def page_of(resolution: Resolution) -> str | None:
    """Its page on the Hub, at its commit where that is known; None where it is not there."""
    return hub_url(resolution.subject, resolution.revision) if whereabouts(resolution) == "hub" else None
