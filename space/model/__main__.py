"""`python -m space.model`: train, evaluate, quantize, cards, stand-in. Each imports only what it needs."""

import argparse
import importlib
import sys

from space.errors import CheckpointError

# What each command does; its module has `add_arguments(parser)` and `run(args)`.
COMMANDS = {
    "train": ("space.model.train", "train the pocket, from nothing or from an earlier one"),
    "evaluate": ("space.model.evaluate", "measure a checkpoint through the engine"),
    "quantize": ("space.model.quantize", "make a W4A16 folder of a BF16 one"),
    "cards": ("space.model.cards.card", "write the model cards and the README's accuracy table"),
    "stand-in": ("space.model.stand_in", "write a full-size checkpoint of random values"),
}


def main(arguments: list[str]) -> int:
    """Run one command; the exit status: 2 and one sentence when it refuses."""
    parser = argparse.ArgumentParser(prog="python -m space.model", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    chosen = arguments[0] if arguments else ""
    for name, (module, help_text) in COMMANDS.items():
        command = commands.add_parser(name, help=help_text)
        if name == chosen:
            loaded = importlib.import_module(module)
            loaded.add_arguments(command)
            command.set_defaults(run=loaded.run)
    args = parser.parse_args(arguments)
    try:
        status: int = args.run(args)
    except CheckpointError as refused:
        print(refused, file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
