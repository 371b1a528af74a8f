"""What the log shows of a failure."""

import sys
from typing import Literal

import pytest

from starter.logs import _rendering
from starter.settings import Settings


@pytest.mark.parametrize("written", ["console", "json"])
def test_a_failure_is_logged_without_the_variables_that_it_happened_among(
    written: Literal["console", "json"],
) -> None:
    def fails() -> None:
        key = "esc_" + "secret"
        raise LookupError(f"{len(key)} characters were not found")

    try:
        fails()
    except LookupError:
        event = {"event": "failed", "_record": None, "_from_structlog": True, "exc_info": sys.exc_info()}
    for process in _rendering(Settings(log_format=written)):
        event = process(None, "error", event)  # type: ignore[assignment]
    assert "10 characters were not found" in str(event)
    assert "esc_secret" not in str(event)
