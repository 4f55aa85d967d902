"""The Hub a command asks: which one, and as whom."""

import argparse

from registry.hub_address import HUB
from registry.sources.hub_requests import Hub


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--endpoint", default=HUB, metavar="URL", help=f"another Hub than {HUB}")


def hub(given: argparse.Namespace) -> Hub:
    """With the token that `hf auth login` keeps, where there is one; none is sent to another Hub than the usual."""
    from huggingface_hub import get_token

    return Hub(endpoint=given.endpoint.rstrip("/"), token=get_token() if given.endpoint == HUB else None)
