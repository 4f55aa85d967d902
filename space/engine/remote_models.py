"""Which of the models a server lists is to be asked. Pure: the answer of `/v1/models` in, one name out."""

from typing import Any

from space.checkpoint.checkpoint import Checkpoint
from space.errors import CheckpointError, EngineDied


def served_model(answer: object, model_id: str | None, checkpoint: Checkpoint) -> str:
    """The listed id that goes by the owner's name for it, or the only one there is.

    vLLM lists adapters beside their base, and gives the folder or repository a model was loaded from as `root`.

    Raises:
        EngineDied: this is no such answer, or nothing is served yet.
        CheckpointError: several are served and none goes by that name.
    """
    listed = [card for card in _cards(answer) if not card.get("parent")]
    if not listed:
        raise EngineDied("The server behind ENGINE_URL serves no model yet.")
    names = {model_id, checkpoint.repo_id, str(checkpoint.folder or model_id)} if model_id else set()
    for card in listed:
        if card["id"] in names or card.get("root") in names:
            return str(card["id"])
    if len(listed) == 1:
        return str(listed[0]["id"])
    served = ", ".join(str(card["id"]) for card in listed)
    raise CheckpointError(f"The server behind ENGINE_URL serves {served}. Set MODEL_ID to one of them.")


def _cards(answer: object) -> list[dict[str, Any]]:
    cards = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(cards, list) or not all(isinstance(card, dict) and "id" in card for card in cards):
        raise EngineDied(
            "What answers behind ENGINE_URL lists no models as an OpenAI-compatible server does. Check the address."
        )
    return cards
