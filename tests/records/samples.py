"""Escalations and events to store: whole small lives, and one event of every type with every field set."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from domain.apply import fold
from domain.escalation import Escalation, Promise
from domain.events import (
    AnyEvent,
    EventBase,
    Noted,
    Opened,
    PromiseAtRisk,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
)
from domain.policy import Level, Policy, PromiseRule, RcaRules, Target
from domain.report import Contact, Customer, Link, Report
from domain.summary import Summary, summarise
from domain.vocabulary import (
    Grade,
    Priority,
    PromiseKind,
    PromiseStatus,
    Reason,
    Relation,
    Severity,
    TargetKind,
)
from domain.working_time import WorkingTime

START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TRICKY = "Größe 😀 \"quoted\" 'single' \\ back\tslash\nnew line; -- DROP TABLE event %s :name {x} \u2028 漢字"
LEAD = Target(kind=TargetKind.PERSON, id="lead")

POLICY = Policy(
    name="support",
    version="v1",
    team="support",
    owner="olga",
    manager="mona",
    severities={f"{impact}/{urgency}": Severity.S2 for impact in Grade for urgency in Grade},
    promises=dict.fromkeys(Severity, ()),
    levels=(
        Level(name="first line", targets=(LEAD,), wait=timedelta(minutes=5)),
        Level(name="managers", targets=(LEAD,), wait=timedelta(minutes=10)),
    ),
    last_resort=(LEAD,),
    rca=RcaRules(writer=LEAD, reviewers=(LEAD,)),
)
CUSTOMER = Customer(id="acme", name="Acme & Söhne", contacts=(Contact(name="Ada", email="ada@acme.example"),))
REPORT = Report(
    subject="Invoice wrong", what_happened=TRICKY, reason=Reason.URGENCY, asked_by="agent", customer=CUSTOMER
)
WORKING_TIME = WorkingTime(
    calendar="office", version="c1", zone_data="2026f", edges=(60, 120), start=0, horizon=180
)
RULE = PromiseRule(kind=PromiseKind.RESOLVE, target=timedelta(hours=1), warn_at=(0.5,))

_SAMPLES: dict[Any, Any] = {
    Policy: POLICY,
    Report: REPORT,
    Customer: CUSTOMER,
    Contact: CUSTOMER.contacts[0],
    WorkingTime: WORKING_TIME,
    PromiseRule: RULE,
    Target: LEAD,
    Link: Link(relation=Relation.TICKET, id="T-1", title="Ticket"),
    str: TRICKY,
    int: 7,
    float: 0.1,
    bool: True,
    datetime: START + timedelta(microseconds=123_456),
    timedelta: timedelta(days=3, microseconds=1),
}


def opened(escalation_id: str, **changes: Any) -> Opened:
    """The first event; `changes` replace fields."""
    fields: dict[str, Any] = {
        "id": escalation_id,
        "key": f"key-of-{escalation_id}",
        "report": REPORT,
        "policy": POLICY,
        "working_time": {"office": WORKING_TIME},
        "severity": Severity.S2,
        "priority": Priority.P2,
        "team": "support",
        "owner": "olga",
        "manager": "mona",
        "seq": 1,
        "at": START,
        "by": "agent",
        "decision_id": "open-1",
    }
    return Opened(**{**fields, **changes})


def noted(seq: int, text: str = "Called back") -> Noted:
    return Noted(seq=seq, at=START + timedelta(minutes=seq), by="agent", text=text)


def life(escalation_id: str, length: int = 3, **changes: Any) -> tuple[AnyEvent, ...]:
    """An opening and notes: `length` events."""
    return (opened(escalation_id, **changes), *(noted(seq) for seq in range(2, length + 1)))


def promised(seq: int, key: str, due: datetime) -> PromiseMade:
    return PromiseMade(seq=seq, at=START, by="clock", promise=_promise(key, due))


def warned(seq: int, key: str, due: datetime) -> PromiseAtRisk:
    return PromiseAtRisk(seq=seq, at=START, by="clock", promise=_promise(key, due).but(warned=1))


def broken(seq: int, key: str, due: datetime) -> PromiseBroken:
    promise = _promise(key, due).but(status=PromiseStatus.BROKEN, broken_at=due, seen_broken_at=due)
    return PromiseBroken(seq=seq, at=due, by="clock", promise=promise)


def kept(seq: int, key: str, due: datetime, broken_at: datetime | None = None) -> PromiseKept:
    promise = _promise(key, due).but(status=PromiseStatus.KEPT, broken_at=broken_at, settled_at=due)
    return PromiseKept(seq=seq, at=due, by="agent", promise=promise)


def state(*events: AnyEvent) -> Escalation:
    return fold(events)


def summary_of(*events: AnyEvent) -> Summary:
    """The current row after these events."""
    return summarise(fold(events), events[-1].at)


def sample(event_type: type[EventBase], seq: int) -> AnyEvent:
    """An event of that type with no field left at its default, as far as types tell."""
    event: AnyEvent = _model(event_type).but(seq=seq)
    return event


def _promise(key: str, due: datetime) -> Promise:
    return Promise(key=key, rule=RULE, started_at=START, running_since=START, due=due)


def _model(model: type[BaseModel]) -> Any:
    fields: Mapping[str, Any] = model.model_fields
    return model(**{name: _value(field.annotation) for name, field in fields.items()})


def _value(annotation: Any) -> Any:
    if annotation in _SAMPLES:
        return _SAMPLES[annotation]
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Literal:
            return arguments[0]
        case origin if origin in (UnionType, Union):
            return _value(next(one for one in arguments if one is not NoneType))
        case origin if origin is tuple:
            return (_value(arguments[0]),) * 2
        case origin if origin is dict:
            return {_value(arguments[0]): _value(arguments[1])}
        case None if issubclass(annotation, Enum):
            return next(iter(annotation))
        case _:
            return _model(annotation)
