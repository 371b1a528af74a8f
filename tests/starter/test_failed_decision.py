"""What a caller hears when Temporal says that a decision failed."""

import pytest
from temporalio import exceptions
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from domain.refusals import RefusalCode, Refused
from starter.lives import Gone, why_not


def failed(cause: BaseException) -> WorkflowUpdateFailedError:
    return WorkflowUpdateFailedError(cause)


def test_a_refusal_by_the_rules_keeps_its_code_and_sentence() -> None:
    reason = why_not(failed(ApplicationError("it is closed", "closed", type="Refused")))
    assert isinstance(reason, Refused)
    assert (reason.code, reason.message) == (RefusalCode.CLOSED, "it is closed")


@pytest.mark.parametrize("kind", ["AcceptedUpdateCompletedWorkflow", "NotReady"])
def test_a_life_that_ended_meanwhile_is_gone(kind: str) -> None:
    assert isinstance(why_not(failed(ApplicationError("too late", type=kind))), Gone)


@pytest.mark.parametrize(
    "cause",
    [
        ApplicationError("Workflow Task in failed state", type=""),
        exceptions.TimeoutError(
            "late", type=exceptions.TimeoutType.START_TO_CLOSE, last_heartbeat_details=[]
        ),
    ],
)
def test_a_worker_that_was_too_late_leaves_the_decision_to_the_signal(cause: BaseException) -> None:
    assert why_not(failed(cause)) is None
