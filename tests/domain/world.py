"""A small world for tests of the core: a policy, a report, authors, and somebody who answers errands."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar
from zlib import crc32

from domain.core import decide, elapse, open_escalation, report
from domain.decisions import DECISION, AnyDecision, Author
from domain.errands import (
    AnyAnswer,
    AnyErrand,
    ErrandFailed,
    EscalationTold,
    FetchPolicy,
    FindPeople,
    NoticesSent,
    PeopleFound,
    PolicyFetched,
    ResolveWorkingTime,
    SendNotices,
    TellEscalation,
)
from domain.escalation import Escalation, Promise
from domain.events import AnyEvent
from domain.events.base import EventBase
from domain.notices import Delivery, Notice
from domain.opening import Opening
from domain.policy import (
    ApprovalRule,
    ConfirmationRules,
    InvolveRule,
    Level,
    Policy,
    PromiseRule,
    RcaRules,
    Target,
)
from domain.report import Contact, Customer, Report
from domain.rulebook import NEWEST
from domain.vocabulary import (
    BreachAction,
    ChannelKind,
    Grade,
    Pause,
    PromiseKind,
    Reason,
    Role,
    Severity,
    TargetKind,
    Template,
    Verdict,
)
from domain.working_time import WorkingTime, always
from tests.domain.hours import hours_asked

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def person(name: str) -> Target:
    return Target(kind=TargetKind.PERSON, id=name)


WRITER = Target(kind=TargetKind.PERSON, id="cora")
PROMISES = (
    PromiseRule(kind=PromiseKind.ACKNOWLEDGE, target=15 * MINUTE, warn_at=(0.8,)),
    PromiseRule(kind=PromiseKind.FIRST_RESPONSE, target=30 * MINUTE, on_breach=(BreachAction.TELL_MANAGER,)),
    PromiseRule(kind=PromiseKind.INFORM, target=HOUR, on_breach=(BreachAction.TELL_MANAGER,)),
    PromiseRule(
        kind=PromiseKind.NEXT_UPDATE,
        target=2 * HOUR,
        warn_at=(0.75,),
        pauses_while=(Pause.WAITING_FOR_CUSTOMER,),
    ),
    PromiseRule(
        kind=PromiseKind.RESOLVE,
        target=8 * HOUR,
        calendar="always",
        warn_at=(0.5, 0.75),
        pauses_while=(Pause.WAITING_FOR_CUSTOMER,),
        on_breach=(BreachAction.CLIMB, BreachAction.INVOLVE),
    ),
    PromiseRule(kind=PromiseKind.RCA, target=5 * DAY, warn_at=(0.8,)),
    PromiseRule(kind=PromiseKind.CLOSE, target=30 * DAY, warn_at=(0.9,)),
)


def _at(severity: Severity) -> tuple[PromiseRule, ...]:
    """S1 is promised in half the time of S2, S4 in twice that."""
    factor = {Severity.S1: 0.5, Severity.S2: 1.0, Severity.S3: 1.5, Severity.S4: 2.0}[severity]
    short = (PromiseKind.ACKNOWLEDGE, PromiseKind.NEXT_UPDATE, PromiseKind.RESOLVE)
    return tuple(
        rule.model_copy(update={"target": rule.target * factor}) if rule.kind in short else rule
        for rule in PROMISES
    )


POLICY = Policy(
    name="test",
    version="v1",
    team="support",
    owner="olga",
    manager="mara",
    severities={
        f"{impact}/{urgency}": list(Severity)[min(3, i + u)]
        for i, impact in enumerate(Grade)
        for u, urgency in enumerate(Grade)
    },
    tier_raises={"gold": 1},
    promises={severity: _at(severity) for severity in Severity},
    levels=(
        Level(name="First line", targets=(person("anna"), person("ben")), wait=10 * MINUTE),
        Level(
            name="Second line",
            targets=(Target(kind=TargetKind.ON_CALL, id="second"),),
            channels=(ChannelKind.EMAIL,),
            wait=10 * MINUTE,
        ),
        Level(name="Managers", targets=(person("mara"),), wait=15 * MINUTE),
    ),
    repeats=1,
    last_resort=(person("eva"),),
    acknowledgement_expires=4 * HOUR,
    straight_to_manager={Reason.ABUSE_OR_THREAT: 3},
    stakeholders=(Target(kind=TargetKind.TEAM, id="sales"),),
    review_authority={
        Role.AGENT: Severity.S3,
        Role.EXPERT: Severity.S2,
        Role.TEAM_LEAD: Severity.S1,
        Role.ESCALATION_MANAGER: Severity.S1,
    },
    approvals=(
        ApprovalRule(
            kind="refund",
            approver=person("theo"),
            stand_in=person("eva"),
            deadline=2 * HOUR,
            limits={Role.TEAM_LEAD: 500.0, Role.EXECUTIVE: 50_000.0},
        ),
    ),
    involve=(InvolveRule(after=6 * HOUR, targets=(Target(kind=TargetKind.TEAM, id="vendor"),)),),
    confirmation=ConfirmationRules(wait=2 * DAY, remind_after=(DAY,), close_after=DAY),
    rca=RcaRules(owed_for=(Severity.S1,), writer=WRITER, reviewers=(person("mara"),)),
    calendars={"always": "{}"},
)

CUSTOMER = Customer(
    id="acme",
    name="Acme",
    tier="gold",
    contacts=(Contact(name="Ada", email="ada@acme.example", channels=(ChannelKind.EMAIL,)),),
)
REPORT = Report(
    subject="Invoices are wrong",
    what_happened="The totals of March differ from the contract.",
    reason=Reason.MISSING_KNOWLEDGE,
    asked_by="anna",
    impact=Grade.HIGH,
    urgency=Grade.MEDIUM,
    customer=CUSTOMER,
)
ROLES = {
    "anna": Role.AGENT,
    "ben": Role.AGENT,
    "xena": Role.EXPERT,
    "theo": Role.TEAM_LEAD,
    "olga": Role.TEAM_LEAD,
    "mara": Role.ESCALATION_MANAGER,
    "cora": Role.PROBLEM_COORDINATOR,
    "emil": Role.CUSTOMER_ENGAGEMENT_MANAGER,
    "eva": Role.EXECUTIVE,
    "audrey": Role.AUDITOR,
    "adam": Role.ADMINISTRATOR,
    "crm": Role.SERVICE,
    "rita": Role.REPORTER,
}
TEAMS = {"sales": ("emil",), "support": ("theo",), "vendor": ("xena",), "network": ("xena", "ben")}
ON_CALL: dict[str, tuple[str, ...]] = {"second": ("xena",)}
_ids = count(1)
E = TypeVar("E", bound=EventBase)


def opening(report: Report = REPORT, request_id: str = "r-1") -> Opening:
    return Opening(
        id="esc-test~20260302-090000",
        key="test",
        request_id=request_id,
        policy="test",
        report=report,
        author=Author(id="crm", role=Role.SERVICE),
    )


def windows() -> dict[str, WorkingTime]:
    return {"always": always(START - DAY, START + 270 * DAY)}


def changed(policy: Policy, **fields: object) -> Policy:
    """The policy with some fields replaced."""
    return policy.model_copy(update=fields)


def judged(found: PeopleFound, verdict: Verdict) -> PeopleFound:
    """The answer as it is when that comes of the errand's condition."""
    match verdict:
        case Verdict.HOLDS:
            return found
        case Verdict.FAILS:
            return PeopleFound(key=found.key, people=(), verdict=verdict, why="1 > 2 does not hold")
        case Verdict.CANNOT_TELL:
            return found.but(verdict=verdict, why="1 / 0 > 1: divide by zero")


def any_verdict(errand: FindPeople) -> Verdict:
    """One of the three by the errand's key, so that it is the same wherever it is asked."""
    if errand.condition is None:
        return Verdict.HOLDS
    return list(Verdict)[crc32(errand.key.encode()) % len(Verdict)]


def accepted(policy: Policy = POLICY, report: Report = REPORT) -> "World":
    """An escalation that was accepted at once; everybody is informed, mara owns it."""
    world = World(policy, report)
    world.decide("accept", "mara", reason="ours")
    return world


def resolved(policy: Policy = POLICY, report: Report = REPORT) -> "World":
    """An accepted escalation whose solution olga declared an hour after it began."""
    world = accepted(policy, report)
    world.wait(HOUR)
    world.decide("declare_resolved", "olga", what_was_done="The discount was entered.")
    return world


def decision(kind: str, by: str, /, **fields: object) -> AnyDecision:
    """A decision with an id of its own, unless one is given."""
    given = {"decision_id": f"d-{next(_ids)}", **fields}
    return DECISION.validate_python({"type": kind, "author": {"id": by, "role": ROLES[by]}, **given})


class World:
    """An escalation with a clock that the test moves; errands are answered at once, as told."""

    def __init__(
        self,
        policy: Policy = POLICY,
        report: Report = REPORT,
        at: datetime = START,
        working_time: dict[str, WorkingTime] | None = None,
        verdicts: Mapping[int, Verdict] | None = None,
        rules: int = NEWEST,
    ) -> None:
        self.now = at
        self.policy = policy
        self.events: list[AnyEvent] = []
        self.errands: list[AnyErrand] = []
        self.unreachable: set[str] = set()
        self.on_call = dict(ON_CALL)
        self.verdicts = dict(verdicts or {})
        """What comes of the conditions of levels, by number; the others hold."""
        self.sent: list[Notice] = []
        self.told: list[TellEscalation] = []
        self.answers = True
        self.failing: dict[str, str] = {}
        """Kinds of errands that fail, and why."""
        self.working_time = working_time or windows()
        known = PolicyFetched(key="open", policy=policy, working_time=self.working_time, rules=rules)
        self._take(*open_escalation(opening(report), known, at))

    escalation: Escalation

    def decide(self, kind: str, by: str, /, **fields: object) -> list[AnyEvent]:
        """Decides now; returns the events that this decision and its errands brought about."""
        before = len(self.events)
        self._take(*decide(self.escalation, decision(kind, by, **fields), self.now))
        return self.events[before:]

    def wait(self, span: timedelta) -> list[AnyEvent]:
        """Lets time pass without anybody looking, then looks once."""
        before = len(self.events)
        self.now += span
        self._take(*elapse(self.escalation, self.now))
        return self.events[before:]

    def types(self) -> list[str]:
        return [event.type for event in self.events]

    def promise(self, key: str) -> Promise:
        return self.escalation.promises[key]

    def last(self, kind: type[E]) -> E:
        """The latest event of a kind."""
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def heard(self, template: Template) -> list[str]:
        """Who was sent messages of that template, in order."""
        return [notice.recipient for notice in self.sent if notice.template is template]

    def answer(self, errand: AnyErrand) -> None:
        """The outside answers, or fails as told."""
        why = self.failing.get(errand.type)
        answer = self.outside(errand) if why is None else ErrandFailed(key=errand.key, why=why)
        self._take(*report(self.escalation, errand, answer, self.now))

    def answer_all(self) -> None:
        """The outside answers what it left unanswered."""
        waiting, self.errands, self.answers = self.errands, [], True
        for errand in waiting:
            self.answer(errand)

    def outside(self, errand: AnyErrand) -> AnyAnswer:
        match errand:
            case FindPeople():
                return self._find(errand)
            case SendNotices():
                self.sent.extend(errand.notices)
                return NoticesSent(key=errand.key, deliveries=tuple(map(self._deliver, errand.notices)))
            case TellEscalation():
                self.told.append(errand)
                return EscalationTold(key=errand.key)
            case FetchPolicy():
                return PolicyFetched(key=errand.key, policy=self.policy, working_time=self.working_time)
            case ResolveWorkingTime():
                return hours_asked(errand)

    def _take(
        self, escalation: Escalation, events: tuple[AnyEvent, ...], errands: tuple[AnyErrand, ...]
    ) -> None:
        self.escalation = escalation
        self.events.extend(events)
        for errand in errands:
            if self.answers:
                self.answer(errand)
            else:
                self.errands.append(errand)

    def _deliver(self, notice: Notice) -> Delivery:
        if notice.recipient in self.unreachable:
            return Delivery(key=notice.key, delivered=False)
        return Delivery(key=notice.key, delivered=True, channel=ChannelKind.EMAIL)

    def _find(self, errand: FindPeople) -> PeopleFound:
        asked = errand.condition
        verdict = self.verdicts.get(asked.situation.level, Verdict.HOLDS) if asked else Verdict.HOLDS
        return judged(self._find_all(errand), verdict)

    def _find_all(self, errand: FindPeople) -> PeopleFound:
        people: list[str] = []
        nobody: list[str] = []
        for target in errand.targets:
            match target.kind:
                case TargetKind.TEAM:
                    found = TEAMS[target.id]
                case TargetKind.ON_CALL:
                    found = self.on_call.get(target.id, ())
                case TargetKind.TEAM_IN_CHARGE:
                    found = TEAMS[errand.team]
                case TargetKind.OWNER:
                    found = (errand.owner,)
                case _:
                    found = (target.id,)
            people.extend(found)
            nobody.extend(() if found else (str(target),))
        return PeopleFound(key=errand.key, people=tuple(dict.fromkeys(people)), nobody=tuple(nobody))
