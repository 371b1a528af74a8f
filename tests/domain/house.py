"""Policies, reports and calendars that random lives run under."""

from datetime import timedelta

from domain.policy import (
    ConfirmationRules,
    DeliveryRules,
    Level,
    LevelCondition,
    Policy,
    PromiseRule,
    RcaRules,
    Route,
)
from domain.report import Link
from domain.vocabulary import (
    AcknowledgementBy,
    BreachAction,
    Pause,
    PromiseKind,
    Reason,
    Relation,
    Severity,
    Silence,
)
from tests.domain.world import CUSTOMER, DAY, HOUR, MINUTE, POLICY, REPORT, WRITER, person


def _rule(kind: PromiseKind, target: timedelta, *actions: BreachAction, **fields: object) -> PromiseRule:
    return PromiseRule.model_validate({"kind": kind, "target": target, "on_breach": actions, **fields})


_WAITS = {"pauses_while": (Pause.WAITING_FOR_CUSTOMER, Pause.SNOOZED)}
_CALM = (
    _rule(PromiseKind.ACKNOWLEDGE, HOUR, BreachAction.CLIMB, calendar="office"),
    _rule(PromiseKind.FIRST_RESPONSE, 2 * HOUR, calendar="office", warn_at=(0.5,)),
    _rule(PromiseKind.INFORM, HOUR, BreachAction.TELL_MANAGER, BreachAction.INVOLVE),
    _rule(PromiseKind.NEXT_UPDATE, 18 * HOUR, BreachAction.TELL_MANAGER, warn_at=(0.75,), **_WAITS),
    _rule(
        PromiseKind.RESOLVE,
        20 * HOUR,
        BreachAction.CLIMB,
        BreachAction.INVOLVE,
        calendar="office",
        warn_at=(0.5, 0.75),
        warn_before=(5 * HOUR, HOUR),
        **_WAITS,
    ),
    _rule(PromiseKind.RCA, 3 * DAY, warn_at=(0.8,)),
    _rule(PromiseKind.CLOSE, 30 * DAY, warn_at=(0.9,)),
)
_FOR_SOME = (
    _rule(PromiseKind.RESOLVE, 9 * HOUR, BreachAction.CLIMB, tiers=("gold",), warn_before=(HOUR,)),
    _rule(PromiseKind.FIRST_RESPONSE, HOUR, reasons=(Reason.ABUSE_OR_THREAT,)),
    _rule(PromiseKind.FIRST_RESPONSE, 30 * MINUTE, tiers=("gold",), reasons=(Reason.ABUSE_OR_THREAT,)),
)
_CALENDARS = {"always": "{}", "office": '{"weekly": "mon-fri 9-17"}'}
_PATIENCE = DeliveryRules(retry_after=(MINUTE, HOUR, 5 * HOUR), give_up_after=8 * HOUR)
CALM = POLICY.model_copy(
    update={
        "delivery": _PATIENCE,
        "name": "calm",
        "promises": dict.fromkeys(Severity, (*_CALM, *_FOR_SOME)),
        "calendars": _CALENDARS,
        "levels": (
            Level(
                name="Day", targets=(person("anna"),), wait=10 * MINUTE, when=LevelCondition(hours="office")
            ),
            Level(
                name="For many",
                targets=(person("theo"),),
                wait=10 * MINUTE,
                when=LevelCondition(expression="case.customers > 1"),
            ),
            *POLICY.levels[:-1],
            Level(
                name="In turn",
                targets=(person("mara"), person("eva")),
                wait=15 * MINUTE,
                round_robin=True,
                rounds=3,
                every=5 * MINUTE,
            ),
        ),
        "routes": (
            Route(team="network", level=2, topics=("outage",)),
            Route(team="sales", languages=("fr",)),
        ),
        "confirmation": ConfirmationRules(wait=2 * DAY, remind_after=(HOUR, DAY), silence=Silence.REOPEN),
        "rca": RcaRules(owed_for=(), writer=WRITER, reviewers=(person("mara"),)),
    }
)
"""Working hours, silence reopens, no analysis unless somebody asks for it."""
STRICT = CALM.model_copy(
    update={
        "name": "strict",
        "promises": {
            severity: tuple(rule for rule in _CALM if rule.kind is not kind)
            for severity, kind in zip(
                Severity,
                (PromiseKind.INFORM, PromiseKind.RESOLVE, PromiseKind.RCA, PromiseKind.NEXT_UPDATE),
                strict=True,
            )
        },
        "levels": tuple(
            Level(name=f"L{number}", targets=(person("anna"), person("ben")), wait=wait, acknowledgement=by)
            for number, (wait, by) in enumerate(
                ((5 * MINUTE, AcknowledgementBy.ALL), (HOUR, AcknowledgementBy.FIRST)), 1
            )
        ),
        "repeats": 0,
        "acknowledgement_expires": None,
        "stakeholders": (),
        "involve": (),
        "rca": RcaRules(
            owed_for=tuple(Severity), writer=WRITER, reviewers=(person("mara"),), share_with_customer=False
        ),
        "confirmation": ConfirmationRules(wait=DAY, silence=Silence.CONFIRM, reopen_window=2 * DAY),
    }
)
"""Two levels of which the first asks for all, promises differ by severity, an analysis is always owed."""
SLOW = POLICY.model_copy(
    update={
        "delivery": _PATIENCE,
        "name": "slow",
        "promises": {
            severity: tuple(
                rule.model_copy(update={"target": DAY}) if rule.kind is PromiseKind.NEXT_UPDATE else rule
                for rule in POLICY.promises[severity]
            )
            for severity in Severity
        },
        "calendars": _CALENDARS,
    }
)
"""The policy of the other tests with a rhythm that a life of weeks can bear."""
POLICIES: tuple[Policy, ...] = (CALM, STRICT, SLOW)
REPORTS = (
    REPORT,
    REPORT.model_copy(update={"reason": Reason.ABUSE_OR_THREAT, "affected": (CUSTOMER,)}),
    REPORT.model_copy(update={"topic": "outage", "language": "fr"}),
    REPORT.model_copy(
        update={"customer": None, "links": (Link(relation=Relation.PARENT, id="esc-parent~1"),)}
    ),
)
