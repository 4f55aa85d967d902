"""The flags of `vllm serve`, checked by vLLM's own parser and rules before anything is started on them."""

from argparse import Namespace
from typing import NoReturn

from pydantic import ValidationError
from vllm.entrypoints.launchers.cli_args import make_arg_parser, validate_parsed_serve_args
from vllm.entrypoints.launchers.launcher import validate_api_server_args
from vllm.utils.argparse_utils import FlexibleArgumentParser

# What vLLM raises for flags it will not start on, here and when it makes its configuration of them.
REFUSALS = (ValueError, KeyError, TypeError, OSError, NotImplementedError)


class FlagRefused(ValueError):
    """vLLM's parser does not accept a flag."""


class ServeArgumentParser(FlexibleArgumentParser):
    """vLLM's parser of `vllm serve`, which raises instead of ending the process, and takes whole names only."""

    def __init__(self) -> None:
        super().__init__(add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Called by argparse for a flag that cannot be used."""
        raise FlagRefused(message)


def parse_flags(argv: list[str]) -> Namespace:
    """Flags as vLLM understands them. Raises `FlagRefused` with vLLM's sentence."""
    args: Namespace = make_arg_parser(ServeArgumentParser()).parse_args(argv)
    if args.model_tag is not None:  # `vllm serve` takes a model in this place; here it would be passed over in silence
        raise FlagRefused(f"unrecognized arguments: {args.model_tag}")
    try:
        validate_parsed_serve_args(args)
        validate_api_server_args(args)
    except REFUSALS as error:
        raise FlagRefused(reason(error)) from error
    return args


def reason(error: Exception) -> str:
    """One of `REFUSALS` in vLLM's own words, without the counting, inputs and links that pydantic wraps it in."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        field = " ".join(str(part).replace("_", " ") for part in first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        return f"{field}: {words}" if field else words
    return str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
