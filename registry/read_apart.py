"""Reads a repository in a process of its own, so that whatever it holds costs its reader a bounded time and memory.

`python -m registry.read_apart ENDPOINT owner/name[@revision]` prints the record as JSON; or the sentence why there is
none, and ends with status 1. It uses no token, and reads of the repository what `add` reads: never the weights.
"""

import resource
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from registry.errors import RegistryError, SourceAway, SourceUnreadable
from registry.record import Record
from registry.record_text import record_from, record_text

PROCESSOR_SECONDS = 40
MEMORY = 8 * 2**30
"""Bytes of data. Reading takes a few hundred megabytes; an absurd configuration might take any amount."""

LONGEST_RECORD = 16_000_000
"""Characters. A repository with a hundred thousand files takes less."""

REFUSED = 1


def read_apart(endpoint: str, target: str, *, seconds: float) -> Record:
    """The passport of `owner/name` or `owner/name@revision`, read by another process. Blocks; meant for a thread.

    Raises:
        SourceUnreadable: it cannot be had or read; the message says why.
        SourceAway: it took longer than `seconds`.
    """
    command = [sys.executable, "-m", __name__, endpoint, target]
    root = Path(__file__).resolve().parent.parent
    try:
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise SourceAway(
            f"{target} was not read within {seconds:.0f} seconds: the Hub is slow, or there is very much to read."
        ) from error
    if done.returncode == REFUSED and done.stdout.strip():
        raise SourceUnreadable(done.stdout.strip())
    if done.returncode != 0 or len(done.stdout) > LONGEST_RECORD:
        raise SourceUnreadable(f"{target} takes more time or memory to read than is given to one repository.")
    return record_from(done.stdout)


def main(arguments: Sequence[str]) -> int:
    """What the other process does."""
    from registry.add import hub_record
    from registry.sources.hub_requests import Hub

    endpoint, target = arguments
    repo_id, _, revision = target.partition("@")
    try:
        record = hub_record(Hub(endpoint=endpoint), repo_id, revision or None, datetime.now(UTC).date())
    except RegistryError as error:
        sys.stdout.write(str(error))
        return REFUSED
    sys.stdout.write(record_text(record))
    return 0


def limit() -> None:
    """For this process, for good."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


if __name__ == "__main__":
    limit()
    sys.exit(main(sys.argv[1:]))
