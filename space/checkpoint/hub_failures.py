"""What the Hub's refusals and a broken connection mean to whoever runs the Space: one sentence each, with what to do.

It translates errors of huggingface_hub and of the HTTP client under it; it causes none.
"""

import errno
import re

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
                "or unset MODEL_ID to serve the pocket model."
            )
        case httpx2.TimeoutException():
            return HubUnavailable(f"{endpoint} stopped answering while {repo_id} was fetched. {_GOES_ON}")
        case httpx2.ConnectError():
            return HubUnavailable(
                f"{endpoint} cannot be reached. Check the connection and HF_ENDPOINT, or unset MODEL_ID to serve the "
                "pocket model, which needs no network."
            )
        case httpx2.HTTPError():
            return HubUnavailable(f"The connection to {endpoint} was cut while {repo_id} was fetched. {_GOES_ON}")
        case OSError(errno=errno.ENOSPC):
            return CheckpointError(f"The disk filled up while {repo_id} was fetched. Free some space and start again.")
    return CheckpointError(f"{repo_id} cannot be stored in the cache: {error}. Check that the folder can be written.")


_GOES_ON = "Start again: the download goes on where it stopped."


def _not_found(repo_id: str, endpoint: str) -> str:
    return (
        f"{endpoint} knows no model {repo_id}, or it is private. Check the spelling of MODEL_ID; for a private model "
        "set HF_TOKEN to a token that may read it."
    )


def _by_status(error: HfHubHTTPError, repo_id: str, endpoint: str) -> CheckpointError:
    status = error.response.status_code
    if status == 429:
        return HubUnavailable(f"{endpoint} asks for a pause: too many requests. {_when(error.response)}")
    if status in (401, 403):
        return CheckpointError(
            f"{endpoint} refuses {repo_id} (status {status}): the token is wrong or may not read this model. Set "
            f"HF_TOKEN to a valid token, and accept the licence at {endpoint}/{repo_id} if it asks for that."
        )
    if status == 404:
        return CheckpointError(_not_found(repo_id, endpoint))
    if status >= 500:
        return HubUnavailable(f"{endpoint} is out of order (status {status}). Try again in a few minutes.")
    return CheckpointError(f"{endpoint} refused to serve {repo_id} (status {status}). Check MODEL_ID and HF_ENDPOINT.")


def _when(response: httpx2.Response) -> str:
    """Retry-After is seconds or a date (RFC 9110 §10.2.3); the Hub's own `ratelimit: "api";r=0;t=55` is seconds."""
    after = response.headers.get("Retry-After", "").strip()
    if not after and (limit := re.search(r";\s*t=(\d+)", response.headers.get("ratelimit", ""))):
        after = limit[1]
    if after.isdigit():
        return f"Try again in {after} seconds; HF_TOKEN gives a higher limit."
    if after:
        return f"Try again after {after}; HF_TOKEN gives a higher limit."
    return "Try again in a few minutes; HF_TOKEN gives a higher limit."
