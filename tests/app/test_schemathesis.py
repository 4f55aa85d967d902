"""Requests made up from the door's own OpenAPI document: whatever comes, no answer is a 5xx."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from tests.app.conftest import Space

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def document(space: Space) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{space.url}/v1/openapi.json")


LENGTHS = {"max_tokens", "max_completion_tokens", "max_output_tokens"}

schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_server(case: "Case[Any]") -> None:
    if isinstance(case.body, dict):
        case.body |= dict.fromkeys(LENGTHS & case.body.keys(), 4)
    answer = case.call(timeout=60)
    assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:2000]}"
