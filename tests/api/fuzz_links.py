"""Requests that follow the links of the OpenAPI: what one answer names is what the next request is about."""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from schemathesis import BaseSchema, Response

from tests.api.fuzz import AnyCase, Caller, Findings, prepare, send

STEPS = 8
ONE = settings(
    max_examples=1,
    stateful_step_count=STEPS,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def follow_links(schema: BaseSchema, caller: Caller, findings: Findings, scenarios: int, number: int) -> None:
    """So many scenarios as that caller; the same each time for a number."""
    machine = schema.as_state_machine()

    class Following(machine):  # type: ignore[misc, valid-type]
        def before_call(self, case: AnyCase) -> None:
            prepare(case, caller)

        def call(self, case: AnyCase, **_: Any) -> Response:
            return send(case, caller, findings)

        def validate_response(self, *_: Any, **__: Any) -> None:
            """Has been done."""

    for scenario in range(scenarios):
        seed(number * scenarios + scenario)(Following)
        # What is answered decides what comes next, which Hypothesis takes for a flaw where it compares.
        with suppress(Flaky):
            Following.run(settings=ONE)
