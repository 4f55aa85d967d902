"""What the Hub's refusals and a broken connection mean to whoever runs the Space: one sentence each, with what to do.

It translates errors of huggingface_hub and of the HTTP client under it; it causes none.
"""

import errno
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
from huggingface_hub.errors import (
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    LocalEntryNotFoundError,
    OfflineModeIsEnabled,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from space.checkpoint.checkpoint import HubModel
from space.errors import CheckpointError, HubUnavailable

FAILURES = (HfHubHTTPError, httpx2.HTTPError, OSError)
"""What a download can raise."""

NO_ANSWER = (httpx2.TransportError, OfflineModeIsEnabled)
"""The Hub was not reached: what is in the cache may still do."""


def failure(error: Exception, model: HubModel, *, endpoint: str) -> CheckpointError:
    """The sentence for `error`, one of `FAILURES`."""
    repo_id, revision = model.repo_id, model.revision or "main"
    match error:
        case GatedRepoError():
            return CheckpointError(
                f"{repo_id} is gated: accept its licence at {endpoint}/{repo_id} with your account, then set HF_TOKEN "
                "to a token of that account that may read it."
            )
        case RevisionNotFoundError():
            return CheckpointError(f"{repo_id} has no revision “{revision}”. Set MODEL_REVISION to one of its commits.")
        case RemoteEntryNotFoundError():
            return CheckpointError(
                f"A file of {repo_id} is missing at revision “{revision}”, though its listing names it. "
                "Set MODEL_REVISION to a complete commit."
            )
        case DisabledRepoError():
            return CheckpointError(f"{repo_id} is disabled on {endpoint}. Set MODEL_ID to another model.")
        case RepositoryNotFoundError():
            return CheckpointError(_not_found(repo_id, endpoint))
        case LocalEntryNotFoundError(__cause__=Exception() as cause):
            return failure(cause, model, endpoint=endpoint)
        case HfHubHTTPError():
            return _by_status(error, repo_id, endpoint)
        case OfflineModeIsEnabled():
            return CheckpointError(
                f"{repo_id} is not complete in the cache and HF_HUB_OFFLINE forbids fetching it. Unset HF_HUB_OFFLINE, "
                "or set MODEL_ID to pocket."
            )
        case httpx2.TimeoutException():
            return HubUnavailable(f"{endpoint} stopped answering while {repo_id} was fetched. {_GOES_ON}")
        case httpx2.ConnectError():
            return HubUnavailable(
                f"{endpoint} cannot be reached. Check the connection and HF_ENDPOINT, or set MODEL_ID to pocket, "
                "which needs no network."
            )
        case httpx2.HTTPError():
            return HubUnavailable(f"The connection to {endpoint} was cut while {repo_id} was fetched. {_GOES_ON}")
        case OSError(errno=errno.ENOSPC):
            return CheckpointError(f"The disk filled up while {repo_id} was fetched. Free some space and start again.")
    return CheckpointError(f"{repo_id} cannot be stored in the cache: {error}. Check that the folder can be written.")


LONGEST_PAUSE_SECONDS = 3600.0
_GOES_ON = "The download goes on where it stopped."


def _not_found(repo_id: str, endpoint: str) -> str:
    return (
        f"{endpoint} knows no model {repo_id}, or it is private. Check the spelling of MODEL_ID; for a private model "
        "set HF_TOKEN to a token that may read it."
    )


def _by_status(error: HfHubHTTPError, repo_id: str, endpoint: str) -> CheckpointError:
    status = error.response.status_code
    if status == 429:
        return HubUnavailable(
            f"{endpoint} asks for a pause: too many requests. HF_TOKEN gives a higher limit.",
            wait_seconds=_asked_pause(error.response),
        )
    if status in (401, 403):
        return CheckpointError(
            f"{endpoint} refuses {repo_id} (status {status}): the token is wrong or may not read this model. Set "
            f"HF_TOKEN to a valid token, and accept the licence at {endpoint}/{repo_id} if it asks for that."
        )
    if status == 404:
        return CheckpointError(_not_found(repo_id, endpoint))
    if status >= 500:
        return HubUnavailable(f"{endpoint} is out of order (status {status}).")
    return CheckpointError(f"{endpoint} refused to serve {repo_id} (status {status}). Check MODEL_ID and HF_ENDPOINT.")


def _asked_pause(response: httpx2.Response) -> float:
    """Seconds, 0 where none are named and an hour at most.

    From Retry-After (RFC 9110 §10.2.3), a number or a date, or the Hub's own `ratelimit: "api";r=0;t=55`.
    """
    after = response.headers.get("Retry-After", "").strip()
    if not after and (limit := re.search(r";\s*t=(\d+)", response.headers.get("ratelimit", ""))):
        after = limit[1]
    if after.isascii() and after.isdigit():
        return min(float(after), LONGEST_PAUSE_SECONDS)
    try:
        left = (parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds()
        return min(max(left, 0.0), LONGEST_PAUSE_SECONDS)
    except (TypeError, ValueError):  # no date, or one without a time zone
        return 0.0
