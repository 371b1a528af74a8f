"""Carries an errand of the core to the outside world, and its answer back."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError

import workflows.passed_through  # noqa: F401
from workflows import options
from workflows.names import workflow_id

with workflow.unsafe.imports_passed_through():
    from activities.notify import NotifyActivities
    from activities.organisation import OrganisationActivities
    from domain.errands import (
        AnyAnswer,
        AnyErrand,
        ErrandFailed,
        EscalationTold,
        FetchPolicy,
        FindPeople,
        PeopleFound,
        ResolveWorkingTime,
        SendNotices,
        TellEscalation,
    )


async def carry_out(errand: AnyErrand) -> AnyAnswer:
    """The answer, or ErrandFailed once trying again has ended. Never raises but for cancellation."""
    try:
        return await _carry_out(errand)
    except FailureError as failure:
        return ErrandFailed(key=errand.key, why=_reason(failure))


async def find_people_at_once(errand: FindPeople) -> PeopleFound | None:
    """The answer within moments, at the cost of one event; None when it needs patience."""
    try:
        return await workflow.execute_local_activity_method(
            OrganisationActivities.find_people, errand, summary=_wanted(errand), **options.LOOK_UP_LOCALLY
        )
    except FailureError:  # a local activity's own error comes without an ActivityError around it
        return None


async def _carry_out(errand: AnyErrand) -> AnyAnswer:
    match errand:
        case FindPeople():
            return await workflow.execute_activity_method(
                OrganisationActivities.find_people, errand, summary=_wanted(errand), **options.LOOK_UP
            )
        case SendNotices():
            return await workflow.execute_activity_method(
                NotifyActivities.send_notices, errand, summary=_addressees(errand), **options.SEND
            )
        case FetchPolicy():
            return await workflow.execute_activity_method(
                OrganisationActivities.fetch_policy, errand, summary=errand.name, **options.FETCH_POLICY
            )
        case ResolveWorkingTime():
            return await workflow.execute_activity_method(
                OrganisationActivities.resolve_working_time,
                errand,
                summary=f"until {errand.until:%Y-%m-%d}",
                **options.RESOLVE_WORKING_TIME,
            )
        case TellEscalation():
            other = workflow.get_external_workflow_handle(workflow_id(errand.escalation_id))
            await other.signal("decide", errand.decision)
            return EscalationTold(key=errand.key)


def _wanted(errand: FindPeople) -> str:
    return f"{errand.purpose} {errand.subject}".strip()


def _addressees(errand: SendNotices) -> str:
    """Ids only, within the 200 bytes that a summary may have."""
    said = ", ".join(f"{notice.template} to {notice.recipient}" for notice in errand.notices)
    return said if len(said) <= 180 else f"{said[:170]}… ({len(errand.notices)})"


def _reason(failure: FailureError) -> str:
    cause = failure.cause if isinstance(failure, ActivityError) and failure.cause else failure
    return str(cause)[:500]
