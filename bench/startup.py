"""How soon the page answers, and whether the engine's loading holds it up: `python -m bench.startup`.

Starts the Space as a visitor's machine would and asks `/healthz` all the while. Three figures: the page and
`/healthz` over a bare `import gradio` in the same run, the time until the engine is ready, and the longest a
request waited meanwhile.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
GIVE_UP_SECONDS = 300.0


def import_seconds(module: str) -> float:
    """Seconds a fresh Python takes to import `module`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True, cwd=ROOT)
    return time.perf_counter() - started


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether `url` answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def seconds_until(url: str, started: float) -> float:
    """Seconds from `started` until `url` answers with 200."""
    while not answers(url):
        if time.perf_counter() - started > GIVE_UP_SECONDS:
            raise TimeoutError(f"{url} did not answer in {GIVE_UP_SECONDS:.0f} s")
        time.sleep(0.02)
    return time.perf_counter() - started


def waits_until_ready(base: str, started: float) -> list[float]:
    """Seconds each request to `/healthz` waited until `/readyz` says yes."""
    waits: list[float] = []
    while not waits or not answers(f"{base}/readyz"):
        if time.perf_counter() - started > GIVE_UP_SECONDS:
            raise TimeoutError(f"the engine was not ready in {GIVE_UP_SECONDS:.0f} s: start app.py to see its log")
        asked = time.perf_counter()
        if not answers(f"{base}/healthz"):
            raise RuntimeError("the web server stopped answering while the engine loaded")
        waits.append(time.perf_counter() - asked)
        time.sleep(0.02)
    return waits


def main() -> None:
    """Print the figures as JSON, seconds rounded to milliseconds."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    gradio = min(import_seconds("gradio") for _ in range(3))
    env = {**os.environ, "GRADIO_SERVER_PORT": str(port)}
    started = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=quiet, stderr=quiet) as server:
        try:
            health = seconds_until(f"{base}/healthz", started)
            page = seconds_until(f"{base}/", started)
            waits = sorted(waits_until_ready(base, started))
            ready = time.perf_counter() - started
        finally:
            server.terminate()
    figures = {
        "import_gradio": gradio,
        "healthz": health,
        "page": page,
        "page_over_import_gradio": page - gradio,
        "engine_ready": ready,
        "healthz_wait_median_while_loading": waits[len(waits) // 2],
        "healthz_wait_longest_while_loading": waits[-1],
    }
    print(json.dumps({name: round(seconds, 3) for name, seconds in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
