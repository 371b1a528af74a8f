"""A policy from its file: the snapshot that escalations run under, named by its content.

The version covers what a running escalation keeps: the rules and the definitions of their calendars.
People, teams, rotations and templates are looked up when they are needed, so that a new telephone
number reaches running escalations; hence they do not make a new version.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import chain
from typing import Any

from domain.policy import Policy, PromiseRule
from domain.vocabulary import BreachAction, Pause, PromiseKind, TargetKind
from organisation.calendars import WrittenCalendar
from organisation.policy_shape import PAUSED_FOR_CUSTOMER, PolicyFile, PromiseShape, PromiseTerms

CLOSING_LIMIT = PromiseRule(
    kind=PromiseKind.CLOSE,
    target=timedelta(days=30),
    warn_at=(0.8,),
    on_breach=(BreachAction.TELL_MANAGER,),
)
"""What holds for a severity to which the policy gives no closing limit."""


def policy_of(name: str, file: PolicyFile, calendars: dict[str, WrittenCalendar]) -> Policy:
    """The snapshot; the calendars that its promises name must be among `calendars`."""
    promises = {severity: _rules(shapes) for severity, shapes in file.promises.items()}
    named = sorted(file.calendars())
    content = _with_manager(file.model_dump(exclude={"promises", "routes", "zone"}), file.manager)
    zone = file.zone or next(iter(zones(file, calendars)), None)
    if zone and asks_the_clock(file):
        content["zone"] = zone
    routes = tuple(shape.route() for shape in file.routes)
    policy = Policy.model_validate(
        {**content, "name": name, "version": "", "promises": promises, "routes": routes}
    )
    return policy.but(
        version=_version(policy, {each: calendars[each].definition for each in named}),
        calendars={each: calendars[each].calendar.model_dump_json() for each in named},
    )


def zones(file: PolicyFile, calendars: dict[str, WrittenCalendar]) -> list[str]:
    """The time zones in which the policy's people work, as far as its calendars tell."""
    used = (calendars[name].calendar for name in sorted(file.calendars()))
    return list(dict.fromkeys(each.zone for each in used if not each.always_open))


def asks_the_clock(file: PolicyFile) -> bool:
    """Whether one of its conditions asks what time or day it is."""
    return any("now." in expression for _, expression in file.conditions())


def _rules(shapes: dict[PromiseKind, PromiseShape]) -> tuple[PromiseRule, ...]:
    """The rules for everybody, each followed by those for some. The closing limit comes first."""
    rules = {kind: tuple(_of_a_kind(kind, shape)) for kind, shape in shapes.items()}
    return tuple(chain.from_iterable({PromiseKind.CLOSE: (CLOSING_LIMIT,), **rules}.values()))


def _of_a_kind(kind: PromiseKind, shape: PromiseShape) -> Iterator[PromiseRule]:
    usual = (Pause.WAITING_FOR_CUSTOMER,) if kind in PAUSED_FOR_CUSTOMER else ()
    terms = {name: getattr(shape, name) for name in PromiseTerms.model_fields}
    if shape.pauses_while is None:
        terms["pauses_while"] = usual
    yield PromiseRule(kind=kind, **terms)
    for case in shape.cases:
        # A calendar of none is a choice: every hour counts.
        given = {name: getattr(case, name) for name in terms.keys() & case.model_fields_set}
        own = {name: value for name, value in given.items() if value is not None or name == "calendar"}
        yield PromiseRule(kind=kind, **(terms | own), tiers=case.tier, reasons=case.reason)


def _with_manager(written: Any, manager: str) -> Any:
    """Targets of the kind manager carry the id of the policy's manager."""
    match written:
        case {"kind": TargetKind.MANAGER}:
            return {**written, "id": manager}
        case dict():
            return {key: _with_manager(value, manager) for key, value in written.items()}
        case list() | tuple():
            return [_with_manager(value, manager) for value in written]
        case _:
            return written


def _version(policy: Policy, definitions: dict[str, Any]) -> str:
    # Without the defaults, so that a field added to the model leaves old versions alone; with the
    # calendars as they are written, so that a new year's holidays do not make a new version.
    content = {"policy": policy.model_dump(mode="json", exclude_defaults=True), "calendars": definitions}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()[:12]
