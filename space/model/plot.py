"""Draws the losses of a training run."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot

SMOOTHED = 25  # points a running mean covers


def plot_losses(log: Path, picture: Path) -> None:
    """A PNG with one curve for each kind of lessons: running means of the loss over steps."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for kind in sorted({line["kind"] for line in lines}):
        points = [(line["step"], line["loss"] or line["hints"]) for line in lines if line["kind"] == kind]
        steps, losses = zip(*points, strict=True)
        means = [
            sum(part) / len(part) for end in range(1, len(losses) + 1) if (part := losses[max(0, end - SMOOTHED) : end])
        ]
        axes.plot(steps, means, label=kind)
    axes.set(xlabel="step", ylabel="loss of the answer (nats a token)", yscale="log")
    axes.legend()
    figure.tight_layout()
    figure.savefig(picture, dpi=110)
    pyplot.close(figure)
