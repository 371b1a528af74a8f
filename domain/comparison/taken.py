"""What was decided, read back from the events that it left; the ledger keeps events, not decisions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from domain import decisions as d
from domain import events as e
from domain.decisions import AnyDecision, Author, DecisionBase
from domain.events import AnyEvent
from domain.vocabulary import ApprovalStatus, CloseReason, Role

Kind = type[DecisionBase]

SAME: Mapping[type[e.EventBase], tuple[Kind, tuple[str, ...]]] = {
    e.Acknowledged: (d.Acknowledge, ("text",)),
    e.Accepted: (d.Accept, ("reason",)),
    e.Returned: (d.ReturnWithGuidance, ("reason", "guidance")),
    e.JoinAsked: (d.Join, ("into", "reason")),
    e.InformationAsked: (d.AskInformation, ("question",)),
    e.SeveritySet: (d.SetSeverity, ("severity", "reason")),
    e.ReportJoined: (d.ReportAgain, ("report", "joined_from")),
    e.Reopened: (d.ReportAgain, ("report",)),
    e.CustomerAnswered: (d.CustomerReplied, ("text",)),
    e.OwnerAssigned: (d.AssignOwner, ("owner", "reason")),
    e.ClimbDecided: (d.Climb, ("reason",)),
    e.DeEscalated: (d.DeEscalate, ("guidance",)),
    e.Snoozed: (d.Snooze, ("until", "reason")),
    e.TaskForceDeployed: (d.DeployTaskForce, ("roles",)),
    e.TaskForceStoodDown: (d.StandDown, ("reason",)),
    e.CancelDecided: (d.Cancel, ("reason",)),
    e.Noted: (d.Note, ("text", "audience")),
    e.UpdateSent: (d.SendUpdate, ("text", "audience")),
    e.Linked: (d.AddLink, ("link",)),
    e.CustomerAdded: (d.AddAffectedCustomer, ("customer",)),
    e.OptionsProposed: (d.ProposeOptions, ("options_id", "options")),
    e.PlanStepCompleted: (d.CompletePlanStep, ("step", "text")),
    e.ResolutionDeclared: (d.DeclareResolved, ("what_was_done",)),
    e.CustomerVerified: (d.VerifyCustomer, ("customer", "text")),
    e.Confirmed: (d.Confirm, ("text",)),
    e.ResolutionRejected: (d.RejectResolution, ("reason",)),
    e.Rated: (d.Rate, ("score", "text")),
    e.RcaRequested: (d.RequestRca, ("reason",)),
    e.RcaSubmitted: (d.SubmitRca, ("root_cause", "customer_version")),
    e.RcaReturned: (d.ReturnRca, ("reason",)),
    e.RcaApproved: (d.ApproveRca, ("comment",)),
    e.RcaShared: (d.ShareRca, ()),
    e.PreventiveActionCompleted: (d.CompletePreventiveAction, ("action", "text")),
}
"""Events that say what was decided in the decision's own fields."""


def _handed_over(event: e.HandedOver, _: "Told") -> tuple[Kind, dict[str, Any]]:
    return d.HandOver, {"team": event.team, "skill": event.skill or None, "reason": event.reason}


def _estimate_set(event: e.EstimateSet, _: "Told") -> tuple[Kind, dict[str, Any]]:
    return d.SetEstimate, {"at": event.estimate, "text": event.text}


def _customer_awaited(event: e.CustomerAwaited, told: "Told") -> tuple[Kind, dict[str, Any]]:
    """How long was to be waited stands in the promise that watches the answer."""
    made = (one.promise for one in told.together if isinstance(one, e.PromiseMade))
    wait = next((one.rule.target for one in made if one.key == event.promise), None)
    return d.WaitForCustomer, {"question": event.question, **({} if wait is None else {"wait": wait})}


def _option_chosen(event: e.OptionChosen, told: "Told") -> tuple[Kind, dict[str, Any]]:
    options = told.options.get(event.options_id, ())
    number = options.index(event.chosen) + 1 if event.chosen in options else 0
    return d.ChooseOption, {"options_id": event.options_id, "option": number}


def _plan_step_added(event: e.PlanStepAdded, _: "Told") -> tuple[Kind, dict[str, Any]]:
    step = event.step
    return d.AddPlanStep, {"step": step.id, "text": step.text, "owner": step.owner, "due": step.due}


def _plan_step_revised(event: e.PlanStepRevised, _: "Told") -> tuple[Kind, dict[str, Any]]:
    step = event.step
    said = {"step": step.id, "text": step.text, "owner": step.owner, "due": step.due}
    return d.RevisePlanStep, {**said, "reason": event.reason}


def _approval_requested(event: e.ApprovalRequested, _: "Told") -> tuple[Kind, dict[str, Any]]:
    one = event.approval
    return d.RequestApproval, {"approval": one.id, "kind": one.kind, "amount": one.amount, "text": one.text}


def _approval_decided(event: e.ApprovalDecided, _: "Told") -> tuple[Kind, dict[str, Any]]:
    kind = d.Approve if event.status is ApprovalStatus.APPROVED else d.Refuse
    return kind, {"approval": event.approval, "comment": event.comment}


def _preventive_action_added(event: e.PreventiveActionAdded, _: "Told") -> tuple[Kind, dict[str, Any]]:
    one = event.action
    said = {"action": one.id, "text": one.text, "owner": one.owner, "due": one.due}
    return d.AddPreventiveAction, said


def _closed(event: e.Closed, _: "Told") -> tuple[Kind, dict[str, Any]]:
    if event.reason is not CloseReason.PARENT_CLOSED:
        return d.Close, {"reason": event.text}
    parent, closed, reason = event.text.partition(" closed: ")
    return d.ParentClosed, {"parent": parent, "reason": reason if closed else event.text}


OWN: Mapping[type[e.EventBase], Callable[[Any, "Told"], tuple[Kind, dict[str, Any]]]] = {
    e.HandedOver: _handed_over,
    e.EstimateSet: _estimate_set,
    e.CustomerAwaited: _customer_awaited,
    e.OptionChosen: _option_chosen,
    e.PlanStepAdded: _plan_step_added,
    e.PlanStepRevised: _plan_step_revised,
    e.ApprovalRequested: _approval_requested,
    e.ApprovalDecided: _approval_decided,
    e.PreventiveActionAdded: _preventive_action_added,
    e.Closed: _closed,
}
"""Events that say it in other words. A move to another policy is in neither table: it is not replayed."""


class Told:
    """The events of one decision, and the options that were ever put to the customer."""

    def __init__(self, together: Sequence[AnyEvent], options: Mapping[str, tuple[str, ...]]) -> None:
        self.together = together
        self.options = options


def taken(together: Sequence[AnyEvent], options: Mapping[str, tuple[str, ...]]) -> AnyDecision | None:
    """The decision that left these events, the first of which carries its id; None where none says it."""
    first = together[0]
    says = _saying(together)
    if says is None:
        return None
    own = OWN.get(type(says))
    if own is not None:
        kind, fields = own(says, Told(together, options))
    else:
        kind, names = SAME[type(says)]
        fields = {name: getattr(says, name) for name in names}
    author = Author.model_construct(id=first.by, role=first.role or Role.SERVICE)
    said = {"decision_id": first.decision_id, "author": author, **fields}
    try:
        return cast(AnyDecision, kind.model_validate(said))
    except ValidationError:
        return None  # written by a release that allowed what this one does not


def _saying(together: Iterable[AnyEvent]) -> AnyEvent | None:
    """The event that says what was decided. A task force goes home with the end, too."""
    saying = [one for one in together if type(one) in SAME or type(one) in OWN]
    if len(saying) > 1 and isinstance(saying[0], e.TaskForceStoodDown):
        return next((one for one in saying if isinstance(one, e.Closed)), saying[0])
    return saying[0] if saying else None
