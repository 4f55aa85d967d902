"""The passport of the model being served, in short: what stands beside the chat."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from space.checkpoint.checkpoint import Checkpoint
from space.ui.pages.templates import render

if TYPE_CHECKING:
    from registry.lookup import Model
    from registry.store import Store

FIELDS = (
    "scheme", "quantization.method", "modalities", "context", "parameters", "tensor_bytes", "bytes_on_disk", "licence",
    "base_model", "architecture",
)  # fmt: skip
"""What a visitor of the chat asks first."""

FRESH_SECONDS = 15.0
"""Every page that is open looks every few seconds, and what the engine measures is recorded once it has loaded."""


@dataclass(kw_only=True)
class Beside:
    """Keeps what it made for a moment. Blocks; called from threads."""

    store: Callable[[], "Store"]
    _made: dict[Checkpoint, tuple[float, str]] = field(default_factory=dict)

    def passport(self, checkpoint: Checkpoint) -> str | None:
        """The short form; None where this very checkpoint is not recorded.

        Raises:
            RegistryAway: the registry is not open.
        """
        made = self._made.get(checkpoint)
        if made and time.monotonic() - made[0] < FRESH_SECONDS:
            return made[1]
        model = _recorded(self.store(), checkpoint)
        if model is None:
            return None
        text = short_form(model)
        self._made = {checkpoint: (time.monotonic(), text)}
        return text


def short_form(model: "Model") -> str:
    """The figures that matter with their evidence, how much is in doubt, the way to the whole, and the citation."""
    from registry.exports.formats import cited
    from space.ui.pages.dossier import ended
    from space.ui.pages.lines import line_of

    decided = model.resolution
    facts = [fact for name in FIELDS for fact in decided.facts if fact.field.name == name]
    return render(
        "beside.html",
        subject=decided.subject,
        revision=decided.revision,
        lines=[line_of(fact, decided.subject, model.findings) for fact in facts],
        findings=model.findings,
        bibtex=ended(cited(model, "bibtex")) if model.works else None,
    )


def _recorded(store: "Store", checkpoint: Checkpoint) -> "Model | None":
    from registry.errors import RegistryError
    from registry.lookup import recorded_model

    try:
        model = recorded_model(store, checkpoint.repo_id, checkpoint.revision)
    except RegistryError:
        return None
    return model if model.resolution.subject == checkpoint.repo_id else None
