"""The bytes of one file, from the Hub into the cache: resumed where they stopped, cancellable, checked by their hash.

huggingface_hub 2.4.0 resumes a cut connection within one call, but gives each call a partial file of its own and
deletes it on failure: a process stopped inside a shard of several gigabytes would begin it again. Here the partial file
is named by the content it will have and is kept. It does not know which files are needed, nor the sentences for errors.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import httpx2
from huggingface_hub import get_session, hf_raise_for_status

from space.errors import CheckpointError, HubUnavailable

ATTEMPTS = 4
"""Connections in a row that may bring no byte before the fetch gives up."""

PAUSE_SECONDS = 1.0
TIMEOUT_SECONDS = 10.0
PIECE = 1 << 20


class Stopped(Exception):
    """The fetch was stopped on purpose. What has arrived is kept."""


@dataclass(frozen=True, kw_only=True)
class RemoteFile:
    """A file as the Hub lists it: `sha256` for one in large-file storage, else git's own hash of it, `blob_id`."""

    name: str
    size: int
    blob_id: str
    sha256: str | None = None

    @property
    def etag(self) -> str:
        """What the cache calls this content."""
        return self.sha256 or self.blob_id


def partial_path(blob: Path) -> Path:
    """Where a blob's bytes are kept until all have arrived; huggingface_hub's cache commands know the ending."""
    return blob.with_name(f"{blob.name}.incomplete")


def size_of(path: Path) -> int:
    """Bytes of a file, 0 when there is none."""
    return path.stat().st_size if path.exists() else 0


def download(
    file: RemoteFile,
    *,
    url: str,
    headers: Mapping[str, str],
    blob: Path,
    received: Callable[[int], None],
    stopped: Event,
) -> None:
    """Bring `file` to `blob`. `received` is told how many bytes came (negative: how many were thrown away).

    Raises:
        Stopped: `stopped` was set.
        CheckpointError: what arrived is not what the Hub lists.
        httpx2.HTTPError, huggingface_hub.errors.HfHubHTTPError, OSError: the Hub, the connection or the disk failed.
    """
    partial = partial_path(blob)
    fruitless = 0
    while not partial.exists() or partial.stat().st_size < file.size:
        before = size_of(partial)
        try:
            _append(partial, url, headers, received, stopped)
            cut = None
        except httpx2.TransportError as error:
            cut = error
        fruitless = 0 if size_of(partial) > before else fruitless + 1
        if size_of(partial) < file.size and fruitless == ATTEMPTS:
            too_short = f"{file.name} ends too early on the Hub. Set MODEL_REVISION to another commit."
            raise cut or CheckpointError(too_short)
        if cut is not None and stopped.wait(PAUSE_SECONDS):
            raise Stopped
    _check(partial, file, received, stopped)
    partial.replace(blob)


def _append(
    partial: Path, url: str, headers: Mapping[str, str], received: Callable[[int], None], stopped: Event
) -> None:
    """One connection's worth of bytes, added to what is there."""
    start = size_of(partial)
    asked = {**headers, "Accept-Encoding": "identity"}
    if start:
        asked["Range"] = f"bytes={start}-"
    with get_session().stream("GET", url, headers=asked, timeout=TIMEOUT_SECONDS) as response:
        if response.status_code == httpx2.codes.RANGE_NOT_SATISFIABLE:
            return  # The Hub's file ends where ours does, before the size it lists.
        hf_raise_for_status(response)
        resumed = response.status_code == 206
        if start and not resumed:
            received(-start)
        with partial.open("ab" if resumed else "wb") as sink:
            for piece in response.iter_bytes():
                sink.write(piece)
                received(len(piece))
                if stopped.is_set():
                    raise Stopped


def _check(partial: Path, file: RemoteFile, received: Callable[[int], None], stopped: Event) -> None:
    """Compare the bytes with the hash the Hub lists: a resumed file, a proxy or a disk may have changed them."""
    size = partial.stat().st_size
    digest = hashlib.sha256() if file.sha256 else hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    with partial.open("rb") as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            if stopped.is_set():
                raise Stopped
    if size != file.size or digest.hexdigest() != file.etag:
        partial.unlink()
        received(-size)
        raise HubUnavailable(
            f"{file.name} arrived damaged ({size:,} of {file.size:,} bytes, or with another content than the Hub "
            "lists) and was removed, to be fetched anew."
        )
