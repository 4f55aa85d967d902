"""The rules of the house about which file may know what. Each failure says how to mend it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = [ROOT / "app.py", *sorted(path for room in ("space", "registry") for path in (ROOT / room).rglob("*.py"))]
EVERY_MODULE = [
    *PRODUCT,
    *sorted(path for folder in ("tests", "bench", ".ci") for path in (ROOT / folder).rglob("*.py")),
]

# From the bottom up: a module imports from its own room and from lower layers only.
LAYERS = (
    ("registry", "space.conversation", "space.errors", "space.special_tokens", "space.whose"),
    ("space.events", "space.admission", "space.settings", "space.checkpoint", "space.media", "space.toolbox"),
    ("space.engine", "space.answer"),
    ("space.chat", "space.model", "space.recording"),
    ("space.examples", "space.allowance", "space.registrar", "space.tools"),
    ("space.temporary",),
    ("space.ui", "space.api"),
    ("app",),
)
LEAVES = ("space.conversation", "space.errors", "space.checkpoint.checkpoint", "registry.errors", "registry.passport")
ONLY_HOME = {"gradio": "space.ui", "vllm": "space.engine"}
NOT_FOR_REGISTRY = ("gradio", "vllm", "space")
READS_ENVIRONMENT = ("space/settings.py", "space/engine/environment.py", "registry/cli/place.py")
MAX_LINES, MAX_FUNCTION_LINES, MAX_APP_LINES = 400, 60, 60


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imports_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, at any depth; `from a import b` gives a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            yield from ((node.lineno, str(word.value)) for word in node.args if isinstance(word, ast.Constant))


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer_of(name: str) -> tuple[int, str] | None:
    """Height and room of one of our modules."""
    return next(
        ((height, room) for height, rooms in enumerate(LAYERS) for room in rooms if is_within(name, room)), None
    )


def show(path: Path, line: int = 1) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def report(faults: list[str], mend: str) -> None:
    assert not faults, "\n".join([*faults, mend])


def test_each_framework_stays_in_its_room() -> None:
    faults = [
        f"{show(path, line)} imports {imported}"
        for path in PRODUCT
        for line, imported in imports_of(path)
        for framework, home in ONLY_HOME.items()
        if is_within(imported, framework) and not is_within(name_of(path), home)
    ]
    report(faults, "Gradio lives in space/ui and vLLM in space/engine: move the code there, pass plain values here.")


def test_registry_knows_nothing_of_the_space() -> None:
    faults = [
        f"{show(path, line)} imports {imported}"
        for path in PRODUCT
        if is_within(name_of(path), "registry")
        for line, imported in imports_of(path)
        if any(is_within(imported, other) for other in NOT_FOR_REGISTRY)
    ]
    report(faults, "The registry works without the Space: let the Space hand it values.")


def test_imports_point_downwards() -> None:
    faults = []
    for path in PRODUCT:
        own = layer_of(name_of(path))
        for line, imported in imports_of(path):
            other = layer_of(imported)
            if own and other and own[1] != other[1] and other[0] >= own[0]:
                faults.append(f"{show(path, line)} imports {imported}, which is not below it")
    report(faults, f"From the bottom up: {' < '.join(', '.join(rooms) for rooms in LAYERS)}.")


def test_every_module_has_a_layer() -> None:
    packages = {"space", "registry"}
    faults = [show(path) for path in PRODUCT if name_of(path) not in packages and layer_of(name_of(path)) is None]
    report(faults, "Say in LAYERS of this test where the new room stands.")


def test_imports_are_absolute() -> None:
    faults = [
        show(path, line) for path in EVERY_MODULE for line, imported in imports_of(path) if imported.startswith(".")
    ]
    report(faults, "Write the full name, so that these rules can read it.")


def test_leaves_import_nothing_of_ours() -> None:
    faults = [
        f"{show(path, line)} imports {imported}"
        for path in PRODUCT
        if name_of(path) in LEAVES
        for line, imported in imports_of(path)
        if imported.split(".")[0] in ("app", "space", "registry")
    ]
    report(faults, "A leaf holds plain values that everybody may import: it cannot import back.")


def mentions_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ("environ", "environb", "getenv", "putenv") and ast.unparse(node.value) == "os"
    return isinstance(node, ast.ImportFrom) and node.module == "os" and any("env" in name.name for name in node.names)


def test_only_settings_reads_the_environment() -> None:
    """app.py hands it over in `Settings.from_env(os.environ)`; the engine sets what its child processes need."""
    faults = []
    for path in PRODUCT:
        tree = tree_of(path)
        handed_over = [
            word
            for node in ast.walk(tree)
            if path.name == "app.py" and isinstance(node, ast.Call) and ast.unparse(node.func) == "Settings.from_env"
            for word in node.args
        ]
        if path.relative_to(ROOT).as_posix() not in READS_ENVIRONMENT:
            faults += [
                show(path, getattr(node, "lineno", 1))
                for node in ast.walk(tree)
                if mentions_environment(node) and node not in handed_over
            ]
    report(faults, "Add a field to Settings in space/settings.py and take its value as an argument.")


def test_modules_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in EVERY_MODULE}
    faults = [f"{show(path)} has {length} lines" for path, length in lengths.items() if length > MAX_LINES]
    report(
        faults, f"A module is one noun and at most {MAX_LINES} lines: find the second noun and give it its own file."
    )


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Its lines without those of functions and classes inside it."""
    lines = set(range(function.lineno, (function.end_lineno or 0) + 1))
    for node in ast.walk(function):
        if node is not function and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            lines -= set(range(node.lineno, (node.end_lineno or 0) + 1))
    return len(lines)


def test_functions_are_short() -> None:
    faults = [
        f"{show(path, node.lineno)} {node.name} has {own_lines(node)} lines"
        for path in EVERY_MODULE
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and own_lines(node) > MAX_FUNCTION_LINES
    ]
    report(faults, f"A function does one thing in at most {MAX_FUNCTION_LINES} lines: name its steps.")


def test_app_only_puts_the_rooms_together() -> None:
    lines = len((ROOT / "app.py").read_text().splitlines())
    assert lines <= MAX_APP_LINES, (
        f"app.py has {lines} lines: logic belongs in a room, {MAX_APP_LINES} are enough here."
    )


def test_modules_say_what_they_are() -> None:
    faults = [show(path) for path in PRODUCT if path.read_text().strip() and not ast.get_docstring(tree_of(path))]
    report(faults, "Open the module with a docstring: what it does, and what it does not know.")


FORBIDDEN = {
    "TO" + "DO": "Finish it.",
    "FIX" + "ME": "Mend it.",
    "unittest" + ".mock": "Use the real thing: the pocket model, a local server, a real browser.",
    "Magic" + "Mock": "Use the real thing: the pocket model, a local server, a real browser.",
    "/wo" + "rk/": "A path of one machine: derive it from the file's own place, or take it as an argument.",
    str(ROOT): "The path of this very checkout: derive it from the file's own place.",
}


def test_no_forbidden_words() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listing.returncode != 0:
        pytest.skip("not a git checkout, so its own files cannot be told from the rest")
    texts = (".py", ".md", ".txt", ".toml", ".css", ".js", ".html", ".cff", ".jinja", ".json")
    paths = [ROOT / name for name in listing.stdout.split("\0") if name.endswith((*texts, "Makefile", ".ci/run"))]
    faults = [
        f"{show(path, number)} has “{word}”. {mend}"
        for path in paths
        if path.is_file() and path.stat().st_size < 1_000_000
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for word, mend in FORBIDDEN.items()
        if word in line
    ]
    report(faults, "These words stay out of the repository.")


def test_the_page_is_up_without_the_model_stack() -> None:
    """Everything that app.py imports, also inside its functions, comes without torch, transformers and vLLM."""
    modules = {name.rpartition(".")[0] for _, name in imports_of(ROOT / "app.py") if is_within(name, "space")}
    code = f"import sys, {', '.join(sorted(modules))}\nprint(*{{'torch', 'transformers', 'vllm'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    heavy = done.stdout.split()
    assert not heavy, f"What app.py imports loads {heavy}: import them inside the function that needs them."
