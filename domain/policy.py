"""The policy an escalation runs under: a snapshot, taken when it opens and identified by its content."""

from collections.abc import Container, Iterable
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from domain.report import Report
from domain.value import Value
from domain.vocabulary import (
    AcknowledgementBy,
    BreachAction,
    ChannelKind,
    Grade,
    Pause,
    PromiseKind,
    Reason,
    Role,
    Severity,
    Silence,
    TargetKind,
)

Positive = Annotated[timedelta, Field(gt=timedelta(0))]


class Target(Value):
    """Somebody to address, by what they are; resolved to people when they are needed."""

    kind: TargetKind
    id: str = ""
    """The person's, team's or on-call schedule's name; empty for owner, manager, manager of owner."""

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)


class PromiseRule(Value):
    """A promise that a policy makes: its length and clock, its warnings, and what follows from a breach."""

    kind: PromiseKind
    target: Positive
    calendar: str | None = None
    """Name of the calendar whose working time counts; None counts elapsed time."""
    warn_at: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    """Shares of the target after which the owner is warned."""
    warn_before: tuple[Positive, ...] = ()
    """Times on the same clock before the target at which the owner is warned, too."""
    pauses_while: tuple[Pause, ...] = ()
    on_breach: tuple[BreachAction, ...] = (BreachAction.RECORD,)
    tiers: tuple[str, ...] = ()
    """The customer tiers that it is made to; empty means every one, and no customer too."""
    reasons: tuple[Reason, ...] = ()
    """The reasons for which it is made; empty means every one."""

    @property
    def specific(self) -> int:
        """How many conditions it has; of the rules that apply, the one with the most counts."""
        return bool(self.tiers) + bool(self.reasons)

    def applies(self, tier: str | None, reason: Reason) -> bool:
        return (not self.tiers or tier in self.tiers) and (not self.reasons or reason in self.reasons)


class Route(Value):
    """Where a report goes that is about certain things: the team in charge, and the level it starts at."""

    team: str
    level: int = Field(default=1, ge=1)
    topics: tuple[str, ...] = ()
    """What it may be about; here as below, empty means anything, and large letters are as small ones."""
    products: tuple[str, ...] = ()
    """The products or services, one of which it has to be about."""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    expression: str = ""
    """What has to hold as well, in CEL; asked outside."""

    def conditions(self) -> tuple[tuple[str, ...], ...]:
        return (self.topics, self.products, self.skills, self.languages, self.tiers, self.reasons)

    def applies(self, report: Report) -> bool:
        """Whether all that it names fits; the expression is left aside."""
        about = (
            (report.topic,),
            (report.product, *report.services),
            (report.skill,),
            (report.spoken,),
            (report.tier,),
            (report.reason,),
        )
        return all(_among(names, given) for names, given in zip(self.conditions(), about, strict=True))

    def covers(self, later: "Route") -> bool:
        """Whether every report that the later one applies to is one that this applies to."""
        if self.expression not in ("", later.expression):
            return False
        pairs = zip(self.conditions(), later.conditions(), strict=True)
        return all(not mine or (theirs and _folded(theirs) <= _folded(mine)) for mine, theirs in pairs)


def _among(names: tuple[str, ...], given: tuple[str | None, ...]) -> bool:
    return not names or not _folded(names).isdisjoint(_folded(name for name in given if name))


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}


class LevelCondition(Value):
    """When a level applies: whatever is given has to hold. A level that does not apply is passed over."""

    severity: tuple[Severity, ...] = ()
    """The severities, one of which it has to have; empty means any."""
    tier: tuple[str, ...] = ()
    reason: tuple[Reason, ...] = ()
    hours: str | None = None
    """Name of the calendar whose working time it has to be when the level is planned."""
    outside_hours: str | None = None
    """Name of the calendar whose working time it must not be then."""
    customers_at_least: int | None = None
    """How many customers have to be affected."""
    reports_at_least: int | None = None
    """How often it has to be reported, the first time included."""
    repeats_at_least: int | None = None
    """How often the ladder has to be climbed again; 1 leaves the level out at the first climb."""
    expression: str = ""
    """What has to hold as well, in CEL; asked outside, when the people of the level are looked up."""


class Level(Value):
    """One rung of the ladder: whom to tell, how, and how long to wait for an acknowledgement."""

    name: str
    targets: tuple[Target, ...] = Field(min_length=1)
    channels: tuple[ChannelKind, ...] = ()
    """The order of channels to try; empty means each person's own order."""
    wait: Positive
    acknowledgement: AcknowledgementBy = AcknowledgementBy.FIRST
    when: LevelCondition | None = None
    """None: always, as the last level does in any case."""
    rounds: int = Field(default=1, ge=1)
    """How often those who have not acknowledged are told while the level waits."""
    every: Positive | None = None
    """The time between two such rounds."""
    round_robin: bool = False
    """One person at a time, in turn from escalation to escalation and from round to round."""


class ApprovalRule(Value):
    """A kind of decision that needs more authority than the owner's."""

    kind: str
    approver: Target
    stand_in: Target
    deadline: Positive
    limits: dict[Role, float] = {}
    """The amount up to which a role may approve, whoever was asked."""


class InvolveRule(Value):
    """Who is brought in when there is no solution after a time (elapsed, from the opening or reopening)."""

    after: Positive
    targets: tuple[Target, ...] = Field(min_length=1)


class ConfirmationRules(Value):
    """How the customer is asked whether it is solved."""

    wait: Positive = timedelta(days=5)
    remind_after: tuple[Positive, ...] = (timedelta(days=2),)
    silence: Silence = Silence.CONFIRM
    reopen_window: timedelta = timedelta(days=14)
    """How long after closing a new report of the same key reopens the escalation."""
    follow_up_at_or_below: int = Field(default=2, ge=0, le=5)
    """A satisfaction score (1 to 5) up to this comes back as a follow-up."""
    close_after: timedelta = timedelta(days=3)
    """How long a confirmed escalation to which nothing is owed stays open for the customer's rating."""


class RcaRules(Value):
    """When a root cause analysis is owed, and who sees to it."""

    owed_for: tuple[Severity, ...] = (Severity.S1, Severity.S2)
    writer: Target
    reviewers: tuple[Target, ...] = Field(min_length=1)
    share_with_customer: bool = True


class DeliveryRules(Value):
    """How long an undelivered message is tried again."""

    retry_after: tuple[Positive, ...] = (
        timedelta(seconds=30),
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(minutes=8),
        timedelta(minutes=15),
    )
    """Waits between rounds over a person's channels; the last one repeats."""
    give_up_after: Positive = timedelta(hours=24)


class Policy(Value):
    """Everything that rules an escalation. Levels are counted from 1."""

    name: str
    version: str
    """Content hash of the policy and of all that it refers to."""
    title: str = ""
    team: str
    """The team that answers for escalations under this policy, unless the report routes elsewhere."""
    owner: str
    """The person who is accountable until somebody acknowledges or is assigned."""
    manager: str
    """The escalation manager's person id."""
    severities: dict[str, Severity]
    """Impact and urgency ("high/medium") to severity; total over the nine pairs."""
    tier_raises: dict[str, int] = {}
    """Customer tier to how many steps the priority is raised above the severity's."""
    reason_raises: dict[Reason, int] = {}
    """Reason of the report to how many steps the priority is raised, beside the tier's."""
    promises: dict[Severity, tuple[PromiseRule, ...]]
    levels: tuple[Level, ...] = Field(min_length=2)
    repeats: int = Field(default=1, ge=0)
    """How often the whole ladder is climbed again."""
    last_resort: tuple[Target, ...] = Field(min_length=1)
    acknowledgement_expires: Positive | None = None
    """Silence (no decision by staff) after which an acknowledgement no longer counts."""
    straight_to_manager: dict[Reason, int] = {}
    """Reasons that start above the first level, and at which."""
    routes: tuple[Route, ...] = ()
    """The first that applies to a report counts."""
    stakeholders: tuple[Target, ...] = ()
    review_authority: dict[Role, Severity] = {}
    """The worst severity that a role may review; a role not named may not review."""
    approvals: tuple[ApprovalRule, ...] = ()
    involve: tuple[InvolveRule, ...] = ()
    confirmation: ConfirmationRules = ConfirmationRules()
    rca: RcaRules
    delivery: DeliveryRules = DeliveryRules()
    snooze_at_most: Positive = timedelta(hours=24)
    zone: str = "UTC"
    """Whose clocks conditions mean by `now`."""
    calendars: dict[str, str] = {}
    """Calendar name to its definition as JSON, so that a running escalation keeps its calendar too."""

    def severity(self, impact: Grade, urgency: Grade) -> Severity:
        return self.severities[f"{impact}/{urgency}"]

    def promise(
        self, kind: PromiseKind, severity: Severity, report: Report | None = None
    ) -> PromiseRule | None:
        """The rule for a kind of promise at a severity, None where the policy makes no such promise.

        With a report, the most specific that applies to its customer's tier and its reason, the first
        of equals; without one, the rule for everybody.
        """
        found: PromiseRule | None = None
        for rule in self.promises[severity]:
            if rule.kind is not kind:
                continue
            applies = rule.applies(report.tier, report.reason) if report else not rule.specific
            if applies and (found is None or rule.specific > found.specific):
                found = rule
        return found

    def route(self, report: Report, holding: Container[int] = ()) -> int | None:
        """The number of the route that a report takes, counted from 1; None where none applies.

        `holding` are the numbers of the routes whose expression holds; it has to where there is one.
        """
        applying = (number for number, route in enumerate(self.routes, 1) if route.applies(report))
        return next((one for one in applying if not self.routes[one - 1].expression or one in holding), None)

    def first_level(self, report: Report, holding: Container[int] = ()) -> int:
        """Where climbing begins: the higher of what the route says and what the reason does."""
        number = self.route(report, holding)
        routed = self.routes[number - 1].level if number else 1
        return min(max(routed, self.straight_to_manager.get(report.reason, 1)), len(self.levels))

    def approval(self, kind: str) -> ApprovalRule | None:
        return next((rule for rule in self.approvals if rule.kind == kind), None)

    def level(self, number: int) -> Level:
        """The level of that number, counted from 1."""
        return self.levels[number - 1]
