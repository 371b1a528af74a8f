"""Who may decide what, and when: the table stage by decision, and the table role by decision."""

from domain import decisions as d
from domain.decisions import AnyDecision, Author, DecisionBase
from domain.escalation import Escalation
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import Role, Severity, Stage

_ALL = frozenset(Stage) - {Stage.CLOSED}
_BEFORE_SOLUTION = frozenset({Stage.IDENTIFY, Stage.REVIEW, Stage.COMMUNICATE, Stage.ESCALATE})
_REVIEW = frozenset({Stage.IDENTIFY, Stage.REVIEW})
_UNDER_WAY = frozenset({Stage.REVIEW, Stage.COMMUNICATE, Stage.ESCALATE})
_ACCEPTED = frozenset({Stage.COMMUNICATE, Stage.ESCALATE})
_SOLVED = frozenset({Stage.RESOLVE, Stage.RCA})

STAGES: dict[type[DecisionBase], frozenset[Stage]] = {
    d.ReportAgain: frozenset(Stage),
    d.ParentClosed: _ALL,
    d.Acknowledge: _BEFORE_SOLUTION,
    d.Accept: _REVIEW,
    d.ReturnWithGuidance: _REVIEW,
    d.Join: _BEFORE_SOLUTION,
    d.AskInformation: _REVIEW,
    d.SetSeverity: _BEFORE_SOLUTION,
    d.AssignOwner: _ALL,
    d.HandOver: _UNDER_WAY,
    d.Climb: _BEFORE_SOLUTION,
    d.DeEscalate: _UNDER_WAY,
    d.Snooze: _UNDER_WAY,
    d.RequestApproval: _UNDER_WAY | {Stage.RESOLVE},
    d.Approve: _UNDER_WAY | _SOLVED,
    d.Refuse: _UNDER_WAY | _SOLVED,
    d.DeployTaskForce: _UNDER_WAY,
    d.StandDown: _UNDER_WAY | {Stage.RESOLVE},
    d.MovePolicy: _ALL,
    d.Cancel: _BEFORE_SOLUTION,
    d.Note: _ALL,
    d.SendUpdate: _ALL,
    d.SetEstimate: _UNDER_WAY,
    d.WaitForCustomer: _ACCEPTED,
    d.CustomerReplied: _ALL,
    d.AddLink: _ALL,
    d.AddAffectedCustomer: _BEFORE_SOLUTION | {Stage.RESOLVE},
    d.ProposeOptions: _ACCEPTED,
    d.ChooseOption: _ACCEPTED,
    d.AddPlanStep: _ACCEPTED,
    d.RevisePlanStep: _ACCEPTED,
    d.CompletePlanStep: _ACCEPTED | {Stage.RESOLVE},
    d.DeclareResolved: _ACCEPTED,
    d.VerifyCustomer: _SOLVED,
    d.Confirm: frozenset({Stage.RESOLVE}),
    d.RejectResolution: frozenset({Stage.RESOLVE}),
    d.Rate: _SOLVED,
    d.Close: _SOLVED,
    d.RequestRca: _SOLVED,
    d.SubmitRca: _SOLVED,
    d.ReturnRca: _SOLVED,
    d.ApproveRca: _SOLVED,
    d.ShareRca: _SOLVED,
    d.AddPreventiveAction: frozenset({Stage.ESCALATE}) | _SOLVED,
    d.CompletePreventiveAction: frozenset({Stage.ESCALATE}) | _SOLVED,
}
"""In which stages a decision is possible. Total over all decisions; a test says so."""

_STAFF = frozenset(Role) - {Role.REPORTER, Role.SERVICE, Role.AUDITOR}
_LEADS = frozenset({Role.TEAM_LEAD, Role.ESCALATION_MANAGER, Role.EXECUTIVE, Role.ADMINISTRATOR})
_EXPERTS = _LEADS | {Role.EXPERT, Role.PROBLEM_COORDINATOR, Role.CUSTOMER_ENGAGEMENT_MANAGER}
_WITH_CUSTOMER = _STAFF | {Role.REPORTER, Role.SERVICE}
_RCA_REVIEWERS = frozenset(
    {Role.PROBLEM_COORDINATOR, Role.ESCALATION_MANAGER, Role.EXECUTIVE, Role.ADMINISTRATOR}
)

ROLES: dict[type[DecisionBase], frozenset[Role]] = {
    d.ReportAgain: _WITH_CUSTOMER,
    d.ParentClosed: frozenset({Role.SERVICE}),
    d.Acknowledge: _STAFF,
    d.Accept: _STAFF,
    d.ReturnWithGuidance: _STAFF,
    d.Join: _STAFF,
    d.AskInformation: _STAFF,
    d.SetSeverity: _EXPERTS,
    d.AssignOwner: _LEADS,
    d.HandOver: _EXPERTS,
    d.Climb: _STAFF,
    d.DeEscalate: _EXPERTS,
    d.Snooze: _EXPERTS,
    d.RequestApproval: _STAFF,
    d.Approve: _STAFF,
    d.Refuse: _STAFF,
    d.DeployTaskForce: _LEADS,
    d.StandDown: _LEADS,
    d.MovePolicy: frozenset({Role.ESCALATION_MANAGER, Role.ADMINISTRATOR}),
    d.Cancel: _LEADS,
    d.Note: _WITH_CUSTOMER,
    d.SendUpdate: _STAFF,
    d.SetEstimate: _EXPERTS,
    d.WaitForCustomer: _STAFF,
    d.CustomerReplied: _WITH_CUSTOMER,
    d.AddLink: _WITH_CUSTOMER,
    d.AddAffectedCustomer: _STAFF | {Role.SERVICE},
    d.ProposeOptions: _STAFF,
    d.ChooseOption: _WITH_CUSTOMER,
    d.AddPlanStep: _STAFF,
    d.RevisePlanStep: _STAFF,
    d.CompletePlanStep: _STAFF,
    d.DeclareResolved: _EXPERTS,
    d.VerifyCustomer: _STAFF,
    d.Confirm: _WITH_CUSTOMER,
    d.RejectResolution: _WITH_CUSTOMER,
    d.Rate: _WITH_CUSTOMER,
    d.Close: _LEADS | {Role.PROBLEM_COORDINATOR},
    d.RequestRca: _LEADS | {Role.PROBLEM_COORDINATOR, Role.CUSTOMER_ENGAGEMENT_MANAGER},
    d.SubmitRca: _EXPERTS,
    d.ReturnRca: _RCA_REVIEWERS,
    d.ApproveRca: _RCA_REVIEWERS,
    d.ShareRca: _RCA_REVIEWERS | {Role.CUSTOMER_ENGAGEMENT_MANAGER},
    d.AddPreventiveAction: _EXPERTS,
    d.CompletePreventiveAction: _STAFF,
}
"""Which roles may decide. Total over all decisions; a test says so."""

OWNER_MAY: frozenset[type[DecisionBase]] = frozenset(
    {
        d.AssignOwner,
        d.HandOver,
        d.DeEscalate,
        d.Snooze,
        d.SetEstimate,
        d.DeclareResolved,
        d.SubmitRca,
        d.AddPreventiveAction,
        d.Close,
    }
)
"""What the owner may decide whatever the role."""


def allows(escalation: Escalation, kind: type[DecisionBase], author: Author) -> bool:
    """Whether stage and role allow the decision now; what it says may still be refused."""
    return escalation.stage in STAGES[kind] and _may(escalation, kind, author)


def check(escalation: Escalation, decision: AnyDecision) -> None:
    """Raises Refused when the stage or the author's role does not allow the decision."""
    kind, author, words = type(decision), decision.author, _words(decision)
    if escalation.stage not in STAGES[kind]:
        if escalation.is_closed:
            raise Refused(RefusalCode.CLOSED, _closed(escalation, words))
        allowed = ", ".join(stage for stage in Stage if stage in STAGES[kind])
        message = f"{words} is not possible in stage {escalation.stage}; it is possible in {allowed}"
        raise Refused(RefusalCode.WRONG_STAGE, message)
    if not _may(escalation, kind, author):
        raise _not_allowed(decision)


def check_role(decision: AnyDecision) -> None:
    """Raises Refused where nobody of the author's role may decide this, whatever the escalation."""
    kind, role = type(decision), decision.author.role
    as_owner = kind in OWNER_MAY and role in _STAFF
    if not (role in ROLES[kind] or as_owner or kind is d.Cancel):
        raise _not_allowed(decision)


def _not_allowed(decision: AnyDecision) -> Refused:
    kind, author = type(decision), decision.author
    allowed = ", ".join(role for role in Role if role in ROLES[kind])
    owner = ", or the owner" if kind in OWNER_MAY else ""
    return Refused(
        RefusalCode.NOT_ALLOWED,
        f"{author.id} ({author.role}) may not {_words(decision)}; this is for {allowed}{owner}",
    )


def _words(decision: AnyDecision) -> str:
    return decision.type.replace("_", " ")


def _may(escalation: Escalation, kind: type[DecisionBase], author: Author) -> bool:
    if author.role in ROLES[kind]:
        return True
    if kind in OWNER_MAY and author.id == escalation.owner and author.role in _STAFF:
        return True
    return kind is d.Cancel and author.id == escalation.report.asked_by


def check_review_authority(escalation: Escalation, decision: DecisionBase, severity: Severity) -> None:
    """Raises Refused when a case of this severity is above the reviewer's authority."""
    role = decision.author.role
    worst = escalation.policy.review_authority.get(role)
    if worst is not None and severity >= worst:
        return
    able = [reviewer for reviewer, limit in escalation.policy.review_authority.items() if severity >= limit]
    raise Refused(
        RefusalCode.NOT_ALLOWED,
        f"{role} may not review {severity} under policy {escalation.policy.name}; "
        f"this is for {', '.join(sorted(able)) or 'nobody; mend the policy'}",
    )


def _closed(escalation: Escalation, words: str) -> str:
    until = ""
    if escalation.closed_at is not None:
        ends = escalation.closed_at + escalation.policy.confirmation.reopen_window
        until = f" Until {ends:%Y-%m-%d %H:%M} UTC a new report under key {escalation.key} reopens it."
    return f"{words} is not possible: {escalation.id} is closed ({escalation.close_reason}).{until}"
