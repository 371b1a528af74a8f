"""The state of an escalation: one frozen value, changed by events only."""

from datetime import datetime, timedelta

from pydantic import Field

from domain.notices import Notice
from domain.policy import Policy, PromiseRule, Target
from domain.refusals import RefusalCode
from domain.report import Customer, Link, Report
from domain.value import Value
from domain.vocabulary import (
    ApprovalStatus,
    ClimbCause,
    CloseReason,
    LadderStatus,
    Pause,
    Priority,
    PromiseKind,
    PromiseStatus,
    RcaStatus,
    Severity,
    Stage,
)
from domain.working_time import WorkingTime

DECISIONS_REMEMBERED = 500
"""How many handled decision ids are kept; a repeat older than that is no longer recognised."""


NEXT_ITEM = "_next_item"
"""Where a state remembers the next item of its agenda. A slot: copies and stored forms are without it."""
STAND_IN = " (stand-in)"
"""Ends the key of the promise by which the stand-in for an approver is watched; no id can end so."""


class Promise(Value):
    """A clock that runs towards a due time. All instants UTC."""

    key: str
    """The kind, and where there can be several the subject: "resolve", "approval:refund-1"."""
    rule: PromiseRule
    status: PromiseStatus = PromiseStatus.RUNNING
    started_at: datetime
    running_since: datetime | None
    """None while paused or settled."""
    ran: tuple[tuple[datetime, datetime], ...] = ()
    """The closed stretches in which the clock ran before, so that another calendar can count them again."""
    due: datetime | None
    """None while paused."""
    warn_after: tuple[timedelta, ...] = ()
    """Time on the clock after which each warning is given, ascending."""
    warned: int = 0
    next_warning: datetime | None = None
    paused_by: tuple[Pause, ...] = ()
    broken_at: datetime | None = None
    """When it was due and not kept; lateness is judged by this."""
    seen_broken_at: datetime | None = None
    settled_at: datetime | None = None
    """When it was kept (also late, after a breach) or dropped."""

    @property
    def kind(self) -> PromiseKind:
        return self.rule.kind

    @property
    def subject(self) -> str:
        """Which one of several it is about; empty where there is one of its kind."""
        return self.key.partition(":")[2].removesuffix(STAND_IN)

    @property
    def is_open(self) -> bool:
        """Whether time can still break it or people can still keep it in time."""
        return self.status in (PromiseStatus.RUNNING, PromiseStatus.PAUSED)


class Ladder(Value):
    """Where climbing stands. `climb_at` counts from the planned time of the level."""

    status: LadderStatus
    level: int
    """Counted from 1."""
    round: int = 0
    """How many repeats are used up."""
    episode: int = 0
    """Counts every level that was reached, so that late answers about an earlier one are recognised."""
    planned: datetime
    climb_at: datetime | None
    cause: ClimbCause
    reason: str = ""
    """Why somebody decided it, or what set it off."""
    told: tuple[str, ...] = ()
    acknowledged_by: tuple[str, ...] = ()
    expires_at: datetime | None = None
    """When the acknowledgement no longer counts."""
    snoozed_until: datetime | None = None
    page_again_at: datetime | None = None
    """When those of the level who have not acknowledged are told again."""
    paged_again: int = 0
    empty_from: int | None = None
    """The first of the levels, up to this one, that were reached at this instant for want of anybody."""


class Waiting(Value):
    """Somebody outside has to answer first; ends with the answer, or when it is late."""

    since: datetime
    question: str
    promise: str
    """Key of the promise that watches the answer."""


class PlanStep(Value):
    id: str
    text: str
    owner: str
    due: datetime | None = None
    done_at: datetime | None = None
    done_by: str | None = None


class OptionSet(Value):
    """Options put to the customer."""

    id: str
    options: tuple[str, ...]
    proposed_at: datetime
    chosen: str | None = None
    chosen_at: datetime | None = None


class Approval(Value):
    id: str
    kind: str
    amount: float
    text: str
    asked_by: str
    approver: Target
    stand_in: Target
    stand_in_asked: bool = False
    asked: tuple[str, ...] = ()
    """The people who were asked, as far as they are known."""
    status: ApprovalStatus = ApprovalStatus.PENDING
    decided_by: str | None = None
    comment: str = ""


class TaskForce(Value):
    """Named roles to people."""

    roles: dict[str, str]
    deployed_at: datetime
    stood_down_at: datetime | None = None


class Resolution(Value):
    """What was done, and what the customers say of it."""

    what_was_done: str
    declared_by: str
    declared_at: datetime
    verified: tuple[str, ...] = ()
    """Ids of customers with whom it was verified that the service works again."""
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None


class Rca(Value):
    status: RcaStatus = RcaStatus.OWED
    writer: str | None = None
    root_cause: str = ""
    customer_version: str = ""
    returned_because: str = ""


class PreventiveAction(Value):
    id: str
    text: str
    owner: str
    due: datetime
    done_at: datetime | None = None


class Undelivered(Value):
    """A message that has not got through yet."""

    notice: Notice
    rounds: int
    first_failed: datetime
    next_try: datetime | None
    """None while a try is under way."""


class Refusal(Value):
    """What was answered to a decision that the rules did not allow."""

    code: RefusalCode
    why: str


class Escalation(Value):
    """One escalation. `seq` is the number of the last event that was applied."""

    __slots__ = (NEXT_ITEM,)

    id: str
    key: str
    report: Report
    policy: Policy
    working_time: dict[str, WorkingTime]
    seq: int
    opened_at: datetime
    stage: Stage
    severity: Severity
    priority: Priority
    team: str
    owner: str
    owner_by_policy: bool = True
    """True until a person took it or was assigned, and again when that person is no longer heard of."""
    manager: str
    ladder: Ladder
    promises: dict[str, Promise] = {}
    """By key; a promise that is made anew (the next update) takes the place of the former one."""
    broken: tuple[str, ...] = ()
    """Keys of all promises that were ever broken, in that order."""
    waiting: Waiting | None = None
    customers: dict[str, Customer] = {}
    links: tuple[Link, ...] = ()
    reports_joined: int = 0
    informing: tuple[str, ...] = ()
    """Keys of first-information messages that are still on their way."""
    inform_failed: bool = False
    responded_at: datetime | None = None
    updates_sent: int = 0
    estimate: datetime | None = None
    plan: tuple[PlanStep, ...] = ()
    options: tuple[OptionSet, ...] = ()
    approvals: dict[str, Approval] = {}
    task_force: TaskForce | None = None
    involved: int = 0
    """How many of the policy's involve rules were carried out."""
    parties: tuple[str, ...] = ()
    responders: tuple[str, ...] = ()
    """Everybody who was ever told at a level or as the last resort."""
    resolution: Resolution | None = None
    resolutions_rejected: int = 0
    rca: Rca | None = None
    preventive_actions: dict[str, PreventiveAction] = {}
    scores: tuple[int, ...] = ()
    undelivered: dict[str, Undelivered] = {}
    extending: bool = False
    """Further working time is being resolved."""
    extend_again_at: datetime | None = None
    """When it is asked for again, after it could not be resolved."""
    decided: dict[str, int] = Field(default={})
    """Handled decision ids to the seq after which they were handled, oldest first."""
    fingerprints: dict[str, str] = {}
    """Of the handled decisions by their ids. Those that an earlier release handled have none."""
    reuses: tuple[str, ...] = ()
    """Fingerprints of decisions that were refused on the timeline because their id was another's."""
    refused: dict[str, Refusal] = {}
    """Those of them that were refused on the timeline; the same decision gets the same answer."""
    close_at: datetime | None = None
    """When a confirmed escalation to which nothing is owed closes by itself."""
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    joined_into: str | None = None
    routes_holding: tuple[int, ...] = ()
    """The policy's routes whose condition held when they were last asked, counted from 1."""
    reopened: int = 0
    reopened_at: datetime | None = None
    rules: int = 1
    """Those that it goes by (`domain/rulebook.py`)."""

    @property
    def is_closed(self) -> bool:
        return self.stage is Stage.CLOSED

    @property
    def began_at(self) -> datetime:
        """When its clocks started: at the opening, or when it last came back."""
        return self.reopened_at or self.opened_at

    @property
    def level(self) -> int:
        return self.ladder.level

    def acknowledged_anew(self, at: datetime) -> Ladder:
        """The ladder with its acknowledgement, where there is one, counting from `at` again."""
        expires = self.policy.acknowledgement_expires
        if expires is None or self.ladder.expires_at is None:
            return self.ladder
        return self.ladder.but(expires_at=at + expires)

    def with_responders(self, people: tuple[str, ...]) -> tuple[str, ...]:
        """Everybody who was told so far, and these people; each once."""
        return tuple(dict.fromkeys((*self.responders, *people)))

    def open_promises(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises.values() if promise.is_open)

    def working(self, calendar: str | None) -> WorkingTime | None:
        """The windows of a calendar; None is elapsed time."""
        return None if calendar is None else self.working_time[calendar]
