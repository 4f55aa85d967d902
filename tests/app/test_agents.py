"""What agents and a model that looks things up get from the running Space, by clients nobody here wrote."""

import pytest
from gradio_client import Client

from bench import agent_visit
from tests.app.conftest import Space

pytestmark = pytest.mark.engine


async def test_an_agent_reads_the_passport_of_what_is_served(space: Space) -> None:
    async with agent_visit.connected(space.url) as session:
        await session.initialize()
        answer = await session.call_tool("get_passport", {})
    assert "pocket-autoround" in str(answer.content)


@pytest.mark.parametrize("question", ["What licence do you have?", "Which licence does it have?"])
def test_the_pocket_looks_its_licence_up(client: Client, question: str) -> None:
    """`/chat` leaves it to the checkpoint whether it may look things up, and the pocket may."""
    message = {"text": question, "files": []}
    assert "apache-2.0" in client.predict(message, api_name="/chat", temperature=0)
    assert "apache-2.0" not in client.predict(message, api_name="/chat", temperature=0, look_up=False)
