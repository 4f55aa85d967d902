"""A repository on the Hub at one commit: its listing, its small files, and the headers of its weights by HTTP ranges.

Never the weights: of each of their files the first eight bytes are asked for, then exactly the header those announce.
It makes no claims but those of the listing itself.
"""

import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from huggingface_hub import ModelInfo, hf_hub_url
from huggingface_hub.file_download import REGEX_COMMIT_HASH

from registry.errors import RegistryError, SourceMissing, SourceUnreadable
from registry.hub_address import on_hub, owner_of
from registry.passport import Claim, Reading
from registry.record import File
from registry.sources.config_file import parse_config
from registry.sources.hub_requests import Hub, ask, ask_part
from registry.sources.safetensors_header import LENGTH_BYTES, Header, header_length, parse_header
from registry.sources.safetensors_index import INDEX, SINGLE, shard_names
from registry.sources.snapshot import CARD, CONFIG, Snapshot

SOURCE = "Hugging Face Hub"

LONGEST_LISTING = 32_000_000
LONGEST_FILES = {CONFIG: 4_000_000, CARD: 2_000_000, INDEX: 32_000_000}
"""Bytes that are read at most: anybody may ask for the passport of anything."""

MOST_WEIGHT_FILES = 400
LONGEST_HEADERS = 32_000_000
"""Bytes of all headers of one checkpoint together."""

READERS = 8
"""Headers asked for at a time."""

OPENED = "2022-03-02"
"""The day the Hub began to note when repositories were made: older ones carry it too."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What the Hub says of a repository, and the ETag of its saying so. `subject` is the exact name."""

    subject: str
    info: ModelInfo
    etag: str | None


@dataclass(frozen=True, kw_only=True)
class Repository:
    listing: Listing
    snapshot: Snapshot


def read_repository(hub: Hub, repo_id: str, revision: str | None = None) -> Repository:
    """A repository at a commit, branch or tag; None is its main branch.

    Raises:
        SourceMissing, SourceRefused, SourceAway: it cannot be had.
        SourceUnreadable: a file it has is damaged, or too long.
    """
    listing = read_listing(hub, repo_id, revision)
    assert listing is not None
    commit, files = listing.info.sha, _files(listing.info)
    if commit is None or not REGEX_COMMIT_HASH.fullmatch(commit):
        raise SourceUnreadable(f"{hub.endpoint} names no commit of {repo_id}.")
    reader = _Reader(hub, listing.subject, commit, {file.path for file in files})
    config = reader.text(CONFIG)
    snapshot = Snapshot(
        subject=listing.subject,
        commit=commit,
        files=files,
        config=parse_config(config) if config is not None else {},
        card=reader.text(CARD),
        headers=reader.headers(),
    )
    return Repository(listing=listing, snapshot=snapshot)


def read_listing(hub: Hub, repo_id: str, revision: str | None = None, *, etag: str | None = None) -> Listing | None:
    """What the Hub says of a repository; None when nothing has changed since `etag`.

    Raises:
        SourceMissing, SourceRefused, SourceAway: it cannot be had.
        SourceUnreadable: it is no listing.
    """
    if not on_hub(repo_id, revision or "main"):
        raise SourceMissing(f"“{repo_id}” cannot be a repository of the Hub: write owner/name, or owner/name@revision.")
    at = f"/revision/{quote(revision, safe='')}" if revision else ""
    url = f"{hub.endpoint}/api/models/{repo_id}{at}?blobs=true"
    about = f"{repo_id}@{revision}" if revision else repo_id
    answer = ask(hub, url, about=about, longest=LONGEST_LISTING, etag=etag)
    if answer.body is None:
        return None
    try:
        info = ModelInfo(**json.loads(answer.body))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SourceUnreadable(f"{hub.endpoint} does not list {repo_id} as the Hub does.") from error
    exact = info.id if isinstance(info.id, str) and on_hub(info.id, "main") else repo_id
    return Listing(subject=exact, info=info, etag=answer.etag)


def listing_claims(listing: Listing, reading: Reading) -> tuple[Claim, ...]:
    """Whose it is, where, since when, and how the Hub files it. Figures that change daily are for engagement.py."""
    info = listing.info
    made = info.created_at.date().isoformat() if info.created_at else None
    found: list[tuple[str, Any]] = [
        ("repo_id", listing.subject),
        ("author", owner_of(listing.subject)),
        ("published", made if made and made > OPENED else None),
        ("pipeline_tag", info.pipeline_tag),
        ("tags", tuple(str(tag) for tag in info.tags or ()) or None),
    ]
    return tuple(
        reading.claim(field, value, method="declared", source=SOURCE) for field, value in found if value is not None
    )


class _Reader:
    """Reads the files of one commit."""

    def __init__(self, hub: Hub, repo_id: str, commit: str, names: set[str]) -> None:
        self._hub, self._repo_id, self._commit, self._names = hub, repo_id, commit, names

    def text(self, name: str) -> str | None:
        """A small file; None where the listing does not have it."""
        if name not in self._names:
            return None
        answer = ask(self._hub, self._url(name), about=self._about(name), longest=LONGEST_FILES[name])
        return (answer.body or b"").decode("utf-8", errors="replace")

    def headers(self) -> tuple[Header, ...]:
        """The headers of the weights in use: leftovers that no index names are no part of the checkpoint."""
        index = self.text(INDEX)
        names = shard_names(index) if index is not None else (SINGLE,) if SINGLE in self._names else ()
        if absent := [name for name in names if name not in self._names]:
            raise SourceUnreadable(f"{self._repo_id} lacks weights that its index names: {', '.join(absent[:3])}.")
        if len(names) > MOST_WEIGHT_FILES:
            raise SourceUnreadable(f"{self._repo_id} has {len(names):,} weight files, too many to look into.")
        with ThreadPoolExecutor(READERS) as pool:
            try:
                lengths = list(pool.map(self._length, names))
                if sum(lengths) > LONGEST_HEADERS:
                    raise SourceUnreadable(f"The headers of {self._repo_id} are too long: {sum(lengths):,} bytes.")
                return tuple(pool.map(self._header, names, lengths))
            except RegistryError:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _length(self, name: str) -> int:
        return header_length(self._part(name, 0, LENGTH_BYTES), name)

    def _header(self, name: str, length: int) -> Header:
        return parse_header(self._part(name, LENGTH_BYTES, length), name)

    def _part(self, name: str, begin: int, length: int) -> bytes:
        return ask_part(self._hub, self._url(name), begin=begin, length=length, about=self._about(name))

    def _url(self, name: str) -> str:
        return hf_hub_url(self._repo_id, name, revision=self._commit, endpoint=self._hub.endpoint)

    def _about(self, name: str) -> str:
        return f"{name} of {self._repo_id}"


def _files(info: ModelInfo) -> tuple[File, ...]:
    """Each path once. A listing may come from anybody: what no database keeps is left out or unknown."""
    siblings: Sequence[Any] = info.siblings or ()
    files = {str(sibling.rfilename).encode(errors="replace").decode(): sibling for sibling in siblings}
    return tuple(File(path=path, size=_size(each.size), sha256=_sha256(each.lfs)) for path, each in files.items())


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and 0 <= value < 2**63 else None


def _sha256(stored: Any) -> str | None:  # noqa: ANN401 - whatever the listing has
    digest = getattr(stored, "sha256", None)
    return digest if isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest) else None
