"""What the file of a policy may contain. The docstrings become mends."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from domain.calendars import zone
from domain.policy import (
    ApprovalRule,
    ConfirmationRules,
    DeliveryRules,
    InvolveRule,
    Level,
    LevelCondition,
    RcaRules,
    Route,
    Target,
)
from domain.text import Identifier, Line
from domain.vocabulary import (
    AcknowledgementBy,
    BreachAction,
    Grade,
    Pause,
    PromiseKind,
    Reason,
    Role,
    Severity,
    TargetKind,
)
from organisation.cel import LONGEST, Scope, checked
from organisation.durations import Length, Positive, written
from organisation.findings import nearest
from organisation.shapes import Shape
from organisation.yaml_source import Location

NAMED = frozenset({TargetKind.PERSON, TargetKind.TEAM, TargetKind.ON_CALL})
PAIRS = tuple(f"{impact}/{urgency}" for impact in Grade for urgency in Grade)
STRICT = ConfigDict(extra="forbid", use_attribute_docstrings=True)
NEVER_PAUSED = frozenset({PromiseKind.ACKNOWLEDGE, PromiseKind.INFORM})
PAUSED_FOR_CUSTOMER = frozenset({PromiseKind.NEXT_UPDATE, PromiseKind.RESOLVE})


def _target(given: Any) -> Any:
    """`team:billing`, `team: billing` or `owner` as a target."""
    if isinstance(given, dict) and len(given) == 1:
        ((kind, name),) = given.items()
        given = f"{kind}:{name}"
    if not isinstance(given, str):
        return given
    kind, _, name = (part.strip() for part in given.partition(":"))
    if kind not in list(TargetKind):
        raise ValueError(f"{kind[:40]!r} is no kind of target; {nearest(kind, TargetKind)}")
    if kind in NAMED and not name:
        raise ValueError(f"{kind!r} does not say which; write {kind}: and a name")
    if kind not in NAMED and name:
        raise ValueError(f"{kind!r} takes no name; write {kind} alone")
    return {"kind": kind, "id": name}


def _somebody(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    if not targets:
        raise ValueError("tells nobody; give at least one target, such as team:support or owner")
    return targets


def _all_pairs(severities: dict[str, Severity]) -> dict[str, Severity]:
    missing = [pair for pair in PAIRS if pair not in severities]
    if missing:
        raise ValueError(f"no severity for {', '.join(missing)}; give each pair impact/urgency one")
    return severities


def _two_levels(levels: tuple["LevelShape", ...]) -> tuple["LevelShape", ...]:
    if len(levels) < 2:
        raise ValueError(f"a policy with {len(levels)} level(s) cannot climb; give at least two levels")
    return levels


def _all_severities(promises: dict[Severity, Any]) -> dict[Severity, Any]:
    missing = [severity for severity in Severity if severity not in promises]
    if missing:
        raise ValueError(f"no promises for {', '.join(missing)}; give each severity its promises")
    return promises


def _known_pair(pair: str) -> str:
    if pair not in PAIRS:
        raise ValueError(f"{pair[:40]!r} is no pair of impact and urgency; {nearest(pair, PAIRS)}")
    return pair


def _asked_of_cases(expression: str) -> str:
    return checked(expression, Scope.LEVEL)


def _asked_of_reports(expression: str) -> str:
    return checked(expression, Scope.ROUTE)


def _known_zone(name: str) -> str:
    zone(name)
    return name


Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Steps = Annotated[int, Field(ge=0, le=3)]
AtLeast = Annotated[int, Field(ge=1)] | None
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
WrittenTarget = Annotated[Target, BeforeValidator(_target)]
Targets = Annotated[tuple[WrittenTarget, ...], AfterValidator(_somebody)]


class PromiseTerms(Shape):
    """What can be promised otherwise to some than to the rest."""

    target: Positive
    """the time within which it is promised, such as 4h"""
    calendar: str | None = None
    warn_at: tuple[Annotated[float, Field(gt=0, lt=1)], ...] = ()
    warn_before: tuple[Positive, ...] = ()
    pauses_while: tuple[Pause, ...] | None = None
    """left out: next_update and resolve pause while waiting for the customer, the others never"""
    on_breach: tuple[BreachAction, ...] = (BreachAction.RECORD,)

    @model_validator(mode="after")
    def _warned_in_time(self) -> Self:
        early = [ahead for ahead in self.warn_before if ahead >= self.target]
        if early:
            raise ValueError(
                f"would warn {written(early[0])} before a target of {written(self.target)}, "
                "which is before the clock starts; give a shorter time in warn_before"
            )
        return self


class PromiseCaseShape(PromiseTerms):
    """Other terms for some customers or reasons. What it leaves out is as for everybody."""

    tier: tuple[Identifier, ...] = ()
    reason: tuple[Reason, ...] = ()

    @model_validator(mode="after")
    def _for_somebody(self) -> Self:
        if not self.tier and not self.reason:
            raise ValueError("does not say for whom; give a tier, a reason, or both")
        return self

    def applies(self, tier: str | None, reason: Reason | None) -> bool:
        return (not self.tier or tier in self.tier) and (not self.reason or reason in self.reason)


class PromiseShape(PromiseTerms):
    cases: tuple[PromiseCaseShape, ...] = Field(default=(), alias="for")
    """other terms for some customer tiers or reasons; the most specific that applies counts"""

    @model_validator(mode="after")
    def _one_for_each(self) -> Self:
        """Whatever the tier and the reason, one case is the most specific."""
        tiers = sorted({tier for case in self.cases for tier in case.tier})
        reasons = sorted({reason for case in self.cases for reason in case.reason})
        for tier, reason in product((None, *tiers), (None, *reasons)):
            applying = [case for case in self.cases if case.applies(tier, reason)]
            both = [case for case in applying if case.tier and case.reason]
            equals = both or applying
            if len(equals) > 1:
                whom = " and ".join(one for one in (tier, reason) if one)
                targets = " and ".join(written(case.target) for case in equals)
                raise ValueError(
                    f"for {whom} it can be {targets}, and none is more specific; "
                    f"leave one, or add a case for {tier or 'a tier'} with {reason or 'a reason'}"
                )
        return self


class RouteShape(Shape):
    team: str
    """the team in charge of what goes this way"""
    level: int = Field(default=1, ge=1)
    topic: tuple[Line, ...] = ()
    product: tuple[Line, ...] = ()
    skill: tuple[Line, ...] = ()
    language: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    tier: tuple[Identifier, ...] = ()
    reason: tuple[Reason, ...] = ()
    expression: Annotated[Expression, AfterValidator(_asked_of_reports)] = Field(default="", alias="if")
    """a condition in CEL that has to hold as well, such as case.customers > 10"""

    def route(self) -> Route:
        return Route(
            team=self.team,
            level=self.level,
            topics=self.topic,
            products=self.product,
            skills=self.skill,
            languages=self.language,
            tiers=self.tier,
            reasons=self.reason,
            expression=self.expression,
        )


class WhenShape(LevelCondition):
    model_config = STRICT

    customers_at_least: AtLeast = None
    reports_at_least: AtLeast = None
    repeats_at_least: AtLeast = None
    expression: Annotated[Expression, AfterValidator(_asked_of_cases)] = Field(default="", alias="if")
    """a condition in CEL that has to hold as well, such as case.customers > 10"""

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if not any(getattr(self, name) for name in WhenShape.model_fields):
            raise ValueError(
                "has no condition; give severity, tier, reason, hours, outside_hours, a count or if"
            )
        if self.hours and self.hours == self.outside_hours:
            raise ValueError("can never hold: hours and outside_hours are the same; leave one")
        return self


class LevelShape(Level):
    model_config = STRICT

    name: Line
    """what the level is called"""
    targets: Targets
    """whom to tell, such as team:support"""
    wait: Positive
    """how long to wait for an acknowledgement, such as 15m"""
    when: WhenShape | None = None
    """the level is passed over where this does not hold"""
    every: Positive | None = None
    """how long after each other the rounds are, such as 5m"""

    @model_validator(mode="after")
    def _rounds_within_the_wait(self) -> Self:
        if self.every is None and self.rounds > 1:
            raise ValueError(f"tells {self.rounds} times, but not how often; give every, such as every: 5m")
        if self.every is not None and self.rounds == 1:
            raise ValueError("tells once, so there is nothing to repeat; give rounds, or leave every out")
        if self.every is not None and self.every * (self.rounds - 1) >= self.wait:
            raise ValueError(
                f"round {self.rounds} would come after {written(self.every * (self.rounds - 1))}, but the "
                f"next level is up after {written(self.wait)}; wait longer, or tell less often"
            )
        if self.round_robin and self.acknowledgement is AcknowledgementBy.ALL:
            raise ValueError("tells one at a time, so not all can acknowledge; leave one of the two out")
        return self


class ApprovalShape(ApprovalRule):
    model_config = STRICT

    kind: Identifier
    """what is to be approved, such as refund"""
    approver: WrittenTarget
    """who is asked"""
    stand_in: WrittenTarget
    """who is asked when the approver does not answer in time"""
    deadline: Positive
    """how long the approver has, such as 4h"""
    limits: dict[Role, Amount] = {}
    """the amount up to which a role may approve, such as team_lead: 500"""


class InvolveShape(InvolveRule):
    model_config = STRICT

    after: Positive
    """how long after the opening, such as 8h"""
    targets: Targets
    """who is brought in"""


class ConfirmationShape(ConfirmationRules):
    model_config = STRICT

    wait: Positive = ConfirmationRules.model_fields["wait"].default
    remind_after: tuple[Positive, ...] = ConfirmationRules.model_fields["remind_after"].default
    reopen_window: Length = ConfirmationRules.model_fields["reopen_window"].default
    close_after: Length = ConfirmationRules.model_fields["close_after"].default


class RcaShape(RcaRules):
    model_config = STRICT

    writer: WrittenTarget
    """who writes the root cause analysis"""
    reviewers: Targets
    """who approves the root cause analysis"""


class DeliveryShape(DeliveryRules):
    model_config = STRICT

    retry_after: tuple[Positive, ...] = DeliveryRules.model_fields["retry_after"].default
    give_up_after: Positive = DeliveryRules.model_fields["give_up_after"].default


class PolicyFile(Shape):
    title: Line
    """what the policy is called"""
    team: str
    """the team that answers for these escalations"""
    owner: str
    """the person who is accountable until somebody acknowledges"""
    manager: str
    """the person who is the escalation manager"""
    severities: Annotated[
        dict[Annotated[str, AfterValidator(_known_pair)], Severity], AfterValidator(_all_pairs)
    ]
    """the severity of each pair impact/urgency, such as high/low: S3"""
    tier_raises: dict[Identifier, Steps] = {}
    reason_raises: dict[Reason, Steps] = {}
    promises: Annotated[dict[Severity, dict[PromiseKind, PromiseShape]], AfterValidator(_all_severities)]
    """what is promised at each severity"""
    levels: Annotated[tuple[LevelShape, ...], AfterValidator(_two_levels)]
    """the ladder, from the first level to the last"""
    repeats: int = Field(default=1, ge=0, le=100)
    last_resort: Targets
    """who is told when the last level did not help"""
    acknowledgement_expires: Positive | None = None
    straight_to_manager: dict[Reason, int] = {}
    routes: tuple[RouteShape, ...] = ()
    stakeholders: tuple[WrittenTarget, ...] = ()
    review_authority: dict[Role, Severity] = {}
    approvals: tuple[ApprovalShape, ...] = ()
    involve: tuple[InvolveShape, ...] = ()
    confirmation: ConfirmationShape = ConfirmationShape()
    rca: RcaShape
    """when a root cause analysis is owed, and who sees to it"""
    delivery: DeliveryShape = DeliveryShape()
    snooze_at_most: Positive = timedelta(hours=24)
    zone: Annotated[str, AfterValidator(_known_zone)] | None = None
    """whose clocks conditions mean by now; left out, those of its calendars"""

    def conditions(self) -> Iterator[tuple[Location, str]]:
        """What is written in CEL, with its place in the file."""
        for number, level in enumerate(self.levels):
            if level.when and level.when.expression:
                yield ("levels", number, "when", "if"), level.when.expression
        for number, route in enumerate(self.routes):
            if route.expression:
                yield ("routes", number, "if"), route.expression

    def calendars(self) -> set[str]:
        """The names of all calendars that escalations under this policy need."""
        shapes = [shape for kinds in self.promises.values() for shape in kinds.values()]
        terms: list[PromiseTerms] = [*shapes, *(case for shape in shapes for case in shape.cases)]
        conditions = [level.when for level in self.levels if level.when]
        hours = {name for one in conditions for name in (one.hours, one.outside_hours) if name}
        return hours | {each.calendar for each in terms if each.calendar}
