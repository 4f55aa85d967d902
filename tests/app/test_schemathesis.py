"""Requests made up from the door's own OpenAPI document: whatever comes, no answer is a 5xx."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.schemas import BaseSchema

from space.engine.published import DOCUMENT, METRICS, PUBLISHED
from tests.app.conftest import Space

pytestmark = pytest.mark.engine

LENGTHS = {"max_tokens", "max_completion_tokens", "max_output_tokens"}


@pytest.fixture(scope="module")
def document(space: Space) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{space.url}{DOCUMENT[1]}")


@pytest.mark.parametrize(("method", "path"), sorted(PUBLISHED - {DOCUMENT, METRICS}))
def test_no_request_breaks_the_server(document: BaseSchema, method: str, path: str) -> None:
    operation: Any = document[path][method]

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def each(case: Any) -> None:  # noqa: ANN401
        if isinstance(case.body, dict):
            case.body |= dict.fromkeys(LENGTHS & case.body.keys(), 4)
        answer = case.call(timeout=60)
        assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:2000]}"

    each()
