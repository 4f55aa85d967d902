"""A small Hub on 127.0.0.1: a real HTTP server that speaks the API as huggingface_hub 2.4.0 uses it.

It serves model repositories from memory (listing, tree, files with ranges, large files by redirect to a second host
name, as the Hub does with its storage), keeps a list of what was asked, and can be told to fail in the Hub's ways.
"""

import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = (".safetensors", "tokenizer.json")
"""Endings of the files that a repository keeps in large-file storage."""


@dataclass(kw_only=True)
class Repository:
    """Files of one commit. `listed_sizes` lets the listing lie about a size."""

    files: dict[str, bytes]
    commit: str = COMMIT
    branches: tuple[str, ...] = ("main",)
    card: dict[str, Any] = field(default_factory=dict)
    downloads: int = 0
    likes: int = 0
    created: str = "2026-10-01T09:00:00.000Z"
    updated: str = "2026-11-01T12:30:00.000Z"
    listed_sizes: dict[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class Fault:
    """What happens to requests whose path contains `path`, `times` times over (None: always).

    With `status` the request is answered by that status and `headers`; with `cut_after` the connection is closed after
    so many bytes of the body; with `hold` the body waits after its first half until that event is set.
    """

    path: str
    method: str = "GET"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    hold: threading.Event | None = None
    drip: float | None = None
    whole: bool = False
    part: str | None = None
    length: int | None = None
    body: bytes = b"{}"
    times: int | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came. `range` and `token` are None where the header was not sent."""

    method: str
    path: str
    host: str
    range: str | None
    token: str | None


class HubServer:
    """The repositories, the faults, and what was asked. Use `running_hub()` to get one that listens."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.sent = 0
        self._lock = threading.Lock()
        self.connections: set[socket.socket] = set()
        self.server = Listener(self)

    @property
    def port(self) -> int:
        return self.server.server_port

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def storage(self) -> str:
        """Where large files are: the same server by another name, so that a client sees another host."""
        return f"http://localhost:{self.port}"

    def paths(self, method: str | None = None) -> list[str]:
        return [asked.path for asked in self.asked if method in (None, asked.method)]

    def note(self, asked: Asked) -> Fault | None:
        """Write the request down and find the fault meant for it."""
        with self._lock:
            self.asked.append(asked)
            for fault in self.faults:
                if fault.method == asked.method and fault.path in asked.path and fault.times != 0:
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


@contextmanager
def running_hub() -> Iterator[HubServer]:
    hub = HubServer()
    thread = threading.Thread(target=hub.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        for fault in hub.faults:
            if fault.hold is not None:
                fault.hold.set()
        hub.server.shutdown()
        hub.server.server_close()
        for connection in list(hub.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        thread.join()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git_blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def _etag(name: str, content: bytes) -> str:
    return _sha256(content) if name.endswith(LARGE) else _git_blob_id(content)


class HubHandler(BaseHTTPRequestHandler):
    """Answers one connection as the Hub and its storage would."""

    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> HubServer:
        assert isinstance(self.server, Listener)
        return self.server.hub

    def setup(self) -> None:
        super().setup()
        self.hub.connections.add(self.connection)

    def finish(self) -> None:
        self.hub.connections.discard(self.connection)
        with suppress(OSError):  # the client may be gone
            super().finish()

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal: `HubServer.asked` has it."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        token = self.headers.get("Authorization")
        fault = self.hub.note(
            Asked(
                method=self.command,
                path=path,
                host=self.headers.get("Host", ""),
                range=self.headers.get("Range"),
                token=token,
            )
        )
        if fault is not None and fault.status is not None:
            self._send(fault.status, fault.body, headers=fault.headers)
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/(revision|tree)/(.+))?", path):
            self._api(found[1], found[2], found[3] or "main", fault)
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path):
            self._resolve(found[1], found[2], found[3], fault)
        elif found := re.fullmatch(r"/storage/([0-9a-f]{64})", path):
            self._storage(found[1], fault)
        else:
            self._send(200 if path == "/" else 404, b"")

    def _find(self, repo_id: str, revision: str) -> Repository | None:
        """The repository at that revision; None when the refusal has been sent."""
        repository = self.hub.repositories.get(repo_id)
        if repository is None:
            self._send(404, b"{}", headers={"X-Error-Code": "RepoNotFound"})
        elif revision not in (repository.commit, *repository.branches):
            self._send(404, b"{}", headers={"X-Error-Code": "RevisionNotFound"})
        else:
            return repository
        return None

    def _api(self, repo_id: str, what: str | None, revision: str, fault: Fault | None) -> None:
        repository = self._find(repo_id, revision)
        if repository is None:
            return
        entries = [_entry(name, content, repository) for name, content in repository.files.items()]
        answer = json.dumps(entries if what == "tree" else _info(repo_id, repository, entries)).encode()
        etag = f'W/"{_sha256(answer)[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", headers={"ETag": etag})
            return
        self._send(200, answer, headers={"Content-Type": "application/json", "ETag": etag}, fault=fault)

    def _resolve(self, repo_id: str, revision: str, name: str, fault: Fault | None) -> None:
        repository = self._find(repo_id, revision)
        if repository is None:
            return
        headers = {"X-Repo-Commit": repository.commit}
        content = repository.files.get(name)
        if content is None:
            self._send(404, b"", headers={**headers, "X-Error-Code": "EntryNotFound"})
            return
        etag = _etag(name, content)
        headers["ETag"] = f'"{etag}"'
        if name.endswith(LARGE):
            headers |= {"X-Linked-Size": str(len(content)), "X-Linked-Etag": f'"{etag}"'}
            self._send(302, b"", headers={**headers, "Location": f"{self.hub.storage}/storage/{etag}"})
        else:
            self._send_file(content, headers, fault)

    def _storage(self, digest: str, fault: Fault | None) -> None:
        for repository in self.hub.repositories.values():
            for content in repository.files.values():
                if _sha256(content) == digest:
                    self._send_file(content, {"ETag": f'"{digest}"'}, fault)
                    return
        self._send(404, b"")

    def _send_file(self, content: bytes, headers: dict[str, str], fault: Fault | None) -> None:
        heeded = "" if fault is not None and fault.whole else self.headers.get("Range", "")
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", heeded)
        start, last = (int(asked[1]), int(asked[2] or len(content) - 1)) if asked else (0, len(content) - 1)
        if asked and start >= len(content):
            self._send(416, b"", headers={"Content-Range": f"bytes */{len(content)}"})
            return
        part = content[start : last + 1]
        if asked:
            headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(content)}"
            if fault is not None and fault.part is not None:
                headers["Content-Range"] = fault.part
        self._send(206 if asked else 200, part, headers={**headers, "Accept-Ranges": "bytes"}, fault=fault)

    def _send(
        self, status: int, body: bytes, *, headers: dict[str, str] | None = None, fault: Fault | None = None
    ) -> None:
        self.send_response(HTTPStatus(status))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        told = fault.length if fault is not None else None
        self.send_header("Content-Length", str(len(body) if told is None else told))
        self.end_headers()
        if self.command == "HEAD":
            return
        half = len(body) // 2
        if fault is not None and fault.cut_after is not None:
            self.wfile.write(body[: fault.cut_after])
            self.close_connection = True
        elif fault is not None and fault.hold is not None:
            self.wfile.write(body[:half])
            fault.hold.wait()
            self.close_connection = True
        else:
            self._write(body, fault)

    def _write(self, body: bytes, fault: Fault | None) -> None:
        """In pieces, until the client has gone."""
        drip = fault.drip if fault is not None else None
        size = 65_536 if drip is None else 1
        with suppress(OSError):
            for begin in range(0, len(body), size):
                self.hub.sent += self.wfile.write(body[begin : begin + size])
                time.sleep(drip or 0)
        self.close_connection = self.close_connection or (fault is not None and fault.length is not None)


class Listener(ThreadingHTTPServer):
    """A web server on a free port that its handlers reach their hub through."""

    daemon_threads = True

    def __init__(self, hub: HubServer) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.hub = hub


def _entry(name: str, content: bytes, repository: Repository) -> dict[str, Any]:
    """A file as the tree lists it."""
    size = repository.listed_sizes.get(name, len(content))
    entry: dict[str, Any] = {"type": "file", "path": name, "size": size, "oid": _git_blob_id(content)}
    if name.endswith(LARGE):
        entry["lfs"] = {"oid": _sha256(content), "size": size, "pointerSize": 134}
    return entry


def _info(repo_id: str, repository: Repository, entries: list[dict[str, Any]]) -> dict[str, Any]:
    """A model as the API describes it, with the sizes and hashes that `?blobs=True` adds."""
    siblings = []
    for entry in entries:
        sibling = {"rfilename": entry["path"], "size": entry["size"], "blobId": entry["oid"]}
        if "lfs" in entry:
            sibling["lfs"] = {"sha256": entry["lfs"]["oid"], "size": entry["size"], "pointerSize": 134}
        siblings.append(sibling)
    return {
        "id": repo_id,
        "modelId": repo_id,
        "author": repo_id.partition("/")[0],
        "sha": repository.commit,
        "private": False,
        "gated": False,
        "downloads": repository.downloads,
        "likes": repository.likes,
        "createdAt": repository.created,
        "lastModified": repository.updated,
        "tags": [],
        "cardData": repository.card,
        "siblings": siblings,
    }
