"""Where a model's repository is on the Hugging Face Hub, if it can be there. It asks nobody."""

import re
from urllib.parse import quote

HUB = "https://huggingface.co"

_NAME = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)?", re.ASCII)
_REVISION = re.compile(r"\w[\w./-]*", re.ASCII)


def on_hub(subject: str, revision: str | None) -> bool:
    """Whether this can be a Hub repository: owner/name, or a name at a known commit. A local folder is neither."""
    if _NAME.fullmatch(subject) is None or (revision is not None and _REVISION.fullmatch(revision) is None):
        return False
    return "/" in subject or revision is not None


def hub_url(subject: str, revision: str | None) -> str | None:
    """The repository's page, at its commit where that is known; None for what cannot be on the Hub."""
    if not on_hub(subject, revision):
        return None
    page = f"{HUB}/{subject}"
    return page if revision is None else f"{page}/tree/{quote(revision, safe='')}"


def owner_of(subject: str) -> str | None:
    """The account that published it; None where the name has no owner."""
    owner, slash, _ = subject.partition("/")
    return owner if slash and owner else None
