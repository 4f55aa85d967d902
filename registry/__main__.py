"""python -m registry: the record of models at the command line."""

import sys

from registry.cli.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
