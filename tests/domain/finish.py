"""What a sensible manager decides next so that an escalation comes to its end."""

from typing import Any

from domain.decisions import AnyDecision
from domain.ending import unverified
from domain.escalation import Escalation
from domain.vocabulary import ApprovalStatus, RcaStatus, Stage
from tests.domain.world import decision


def next_towards_the_end(escalation: Escalation, decision_id: str) -> AnyDecision | None:
    """The next decision; None when it is time's turn."""
    match escalation.stage:
        case Stage.CLOSED:
            return None
        case Stage.IDENTIFY | Stage.REVIEW:
            kind, by, fields = "accept", "mara", {"reason": "It is ours."}
        case Stage.COMMUNICATE | Stage.ESCALATE:
            kind, by, fields = "declare_resolved", "theo", {"what_was_done": "Mended."}
        case _ if escalation.resolution is not None and escalation.resolution.confirmed_at is None:
            kind, by, fields = "confirm", "rita", {"text": "It works."}
        case _:
            return _of_what_is_owed(escalation, decision_id)
    return decision(kind, by, decision_id=decision_id, **fields)


def _of_what_is_owed(escalation: Escalation, decision_id: str) -> AnyDecision | None:
    for customer in unverified(escalation):
        return decision("verify_customer", "anna", decision_id=decision_id, customer=customer)
    for approval in escalation.approvals.values():
        if approval.status is ApprovalStatus.PENDING:
            by = next(one for one in (*approval.asked, "eva", "mara") if one != approval.asked_by)
            fields: dict[str, Any] = {"approval": approval.id, "comment": "No."}
            return decision("refuse", by, decision_id=decision_id, **fields)
    for action in escalation.preventive_actions.values():
        if action.done_at is None:
            return decision("complete_preventive_action", "ben", decision_id=decision_id, action=action.id)
    return _of_the_analysis(escalation, decision_id)


def _of_the_analysis(escalation: Escalation, decision_id: str) -> AnyDecision | None:
    version = {"root_cause": "A switch.", "customer_version": "We replaced it."}
    has_version = bool(escalation.rca and escalation.rca.customer_version)
    match escalation.rca.status if escalation.rca else None:
        case RcaStatus.OWED | RcaStatus.RETURNED:
            return decision("submit_rca", "cora", decision_id=decision_id, **version)
        case RcaStatus.SUBMITTED:
            writer = escalation.rca.writer if escalation.rca else None
            approver = "mara" if writer != "mara" else "eva"
            if has_version:
                return decision("approve_rca", approver, decision_id=decision_id)
            return decision("return_rca", "mara", decision_id=decision_id, reason="Write for customers.")
        case RcaStatus.APPROVED if escalation.close_at is None and not has_version:
            # It was approved under a policy by which customers do not read it.
            return decision("submit_rca", "cora", decision_id=decision_id, **version)
        case RcaStatus.APPROVED if escalation.close_at is None:
            return decision("share_rca", "mara", decision_id=decision_id)
        case _:
            return None
