"""Asking the Hub for one thing: patient with a Hub that is away or asks for a pause, and its refusals as sentences.

It reads no environment and does not know what the answers mean. A part of a file is asked for as exactly that part, and
an answer with more is not read.
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2
from huggingface_hub import get_session, hf_raise_for_status
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled, RevisionNotFoundError

from registry.errors import RegistryError, SourceAway, SourceMissing, SourceRefused, SourceUnreadable
from registry.hub_address import HUB
from registry.one_line import one_line

ATTEMPTS = 4
LONGEST_PAUSE = 30.0
"""Seconds. A Hub that asks for a longer pause is left alone."""

TIMEOUT = 10.0

LONGEST_ANSWER = 120.0
"""Seconds for one whole answer. A server that sends a byte now and then would keep us for ever."""

LONGEST_REFUSAL = 65_536
"""Bytes of a refusal that are read: its reason stands at its beginning."""

AGAIN = {408, 429, 500, 502, 503, 504}


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Where to ask, and as whom. `pause` is the seconds before a second attempt; each further one is twice as long.

    `sleep` waits for so many seconds; what it answers is whether to give up, as `Event.wait` does.
    """

    endpoint: str = HUB
    token: str | None = field(default=None, repr=False)
    pause: float = 1.0
    sleep: Callable[[float], bool | None] = field(default=time.sleep, repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`body` is None when the Hub says that nothing has changed since the ETag it was asked with."""

    body: bytes | None
    etag: str | None


def ask(hub: Hub, url: str, *, about: str, longest: int, etag: str | None = None) -> Answer:
    """The answer to one GET, of at most `longest` bytes. `about` names what is asked for, for the complaint.

    Raises:
        SourceMissing, SourceRefused: the Hub says no.
        SourceAway: it does not answer, or asks for a longer pause than we make.
        SourceUnreadable: the answer is too long.
    """
    headers = {"If-None-Match": etag} if etag else {}
    return _patiently(hub, url, headers, about=about, longest=longest)


def ask_part(hub: Hub, url: str, *, begin: int, length: int, about: str) -> bytes:
    """Exactly these bytes of a file.

    Raises:
        SourceUnreadable: the file ends before them, or the server does not serve parts of files.
        SourceMissing, SourceRefused, SourceAway: as for `ask`.
    """
    headers = {"Range": f"bytes={begin}-{begin + length - 1}"}
    body = _patiently(hub, url, headers, about=about, longest=length).body or b""
    if len(body) < length:
        raise SourceUnreadable(f"{about} is cut short inside its header.")
    return body


def _patiently(hub: Hub, url: str, headers: Mapping[str, str], *, about: str, longest: int) -> Answer:
    pause = hub.pause
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _get(hub, url, headers, about, longest)
        except (httpx2.TransportError, HfHubHTTPError, OfflineModeIsEnabled) as error:
            asked = _asked_pause(error)
            wait = pause if asked is None else asked
            if attempt == ATTEMPTS or not _may_pass(error) or wait > LONGEST_PAUSE:
                raise _failure(error, hub, about) from error
            if hub.sleep(wait):
                raise _failure(error, hub, about) from error
            pause *= 2
        except httpx2.HTTPError as error:
            why = one_line(str(error), 100).rstrip(".")
            raise SourceUnreadable(f"The answer of {hub.endpoint} about {about} cannot be read: {why}.") from error
    raise AssertionError("the last attempt returns or raises")


def _get(hub: Hub, url: str, headers: Mapping[str, str], about: str, longest: int) -> Answer:
    sent = {**headers, "Accept-Encoding": "identity"}
    if hub.token:
        sent["Authorization"] = f"Bearer {hub.token}"
    with get_session().stream("GET", url, headers=sent, timeout=TIMEOUT) as response:
        etag = response.headers.get("ETag")
        if response.status_code == httpx2.codes.NOT_MODIFIED:
            return Answer(body=None, etag=etag)
        if response.is_error:
            hf_raise_for_status(_refusal(response))
        if "Range" in headers:
            _check_part(response, headers["Range"], hub, about)
        return Answer(body=_body(response, hub, about, longest), etag=etag)


def _body(response: httpx2.Response, hub: Hub, about: str, longest: int) -> bytes:
    until = time.monotonic() + LONGEST_ANSWER
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > longest:
            raise SourceUnreadable(f"{hub.endpoint} sends more of {about} than the {longest:,} bytes that are read.")
        if time.monotonic() > until:
            raise SourceAway(f"{hub.endpoint} sends {about} too slowly.")
    return bytes(body)


def _check_part(response: httpx2.Response, wanted: str, hub: Hub, about: str) -> None:
    """Nothing is read of an answer that is not the part asked for: it might be all the weights, or other bytes."""
    if response.status_code != httpx2.codes.PARTIAL_CONTENT:
        raise SourceUnreadable(f"{hub.endpoint} does not serve parts of {about}, and all of it is too much.")
    begin, _, last = wanted.removeprefix("bytes=").partition("-")
    told = re.fullmatch(r"bytes (\d{1,19})-(\d{1,19})/(?:\d{1,19}|\*)", response.headers.get("Content-Range", ""))
    if told is None or int(told[1]) != int(begin) or int(told[2]) > int(last):
        raise SourceUnreadable(f"{hub.endpoint} sends another part of {about} than the one asked for.")


def _refusal(response: httpx2.Response) -> httpx2.Response:
    """The same with the beginning of its body, which may have no end."""
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > LONGEST_REFUSAL:
            break
    kept = {name: value for name, value in response.headers.items() if not name.lower().startswith(("content-", "tr"))}
    start = bytes(body[:LONGEST_REFUSAL])
    return httpx2.Response(response.status_code, headers=kept, content=start, request=response.request)


def _may_pass(error: Exception) -> bool:
    if isinstance(error, HfHubHTTPError):
        return error.response.status_code in AGAIN
    return isinstance(error, httpx2.TransportError)


def _asked_pause(error: Exception) -> float | None:
    """Seconds, where the Hub names them: Retry-After (RFC 9110 §10.2.3), or its own `ratelimit: "api";r=0;t=55`."""
    if not isinstance(error, HfHubHTTPError) or error.response.status_code not in AGAIN:
        return None
    after = error.response.headers.get("Retry-After", "").strip()
    if not after and error.response.status_code == 429:
        limit = re.search(r";\s*t=(\d+)", error.response.headers.get("ratelimit", ""))
        after = limit[1] if limit else ""
    return float(after) if re.fullmatch(r"\d{1,9}", after) else None


def _failure(error: Exception, hub: Hub, about: str) -> RegistryError:
    if not isinstance(error, HfHubHTTPError):
        return SourceAway(f"{hub.endpoint} does not answer when asked for {about}.")
    status = error.response.status_code
    if isinstance(error, GatedRepoError):
        return SourceRefused(f"{about} is gated: its licence must be accepted at {hub.endpoint} first.")
    if isinstance(error, RevisionNotFoundError):
        return SourceMissing(f"{hub.endpoint} has no such revision of {about}.")
    if status in (401, 403):
        # Without a token the Hub says 401 for what does not exist, too.
        if not hub.token:
            return SourceMissing(f"{hub.endpoint} has no {about}, or does not show it without a token.")
        return SourceRefused(f"{hub.endpoint} refuses {about}: the token is wrong, or may not read it.")
    if status == 404:
        return SourceMissing(f"{hub.endpoint} has no {about}, or it is private.")
    if status == 416:
        return SourceUnreadable(f"{about} is cut short inside its header.")
    if status == 429:
        asked = _asked_pause(error)
        when = f" It may be asked again in {asked:.0f} seconds." if asked is not None else ""
        return SourceAway(f"{hub.endpoint} asks for a pause: too many requests.{when}")
    if status in AGAIN:
        return SourceAway(f"{hub.endpoint} is out of order (status {status}).")
    return SourceUnreadable(f"{hub.endpoint} does not serve {about} (status {status}: {one_line(str(error), 100)}).")
