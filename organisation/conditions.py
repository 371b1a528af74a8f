"""What comes of conditions when they are asked: they hold, they fail, or nobody can tell."""

import json
import re
from datetime import datetime
from typing import Any

from domain.calendars import zone
from domain.conditions import CaseFacts, Condition, Judged, ReportFacts, Situation
from domain.events.base import shortened
from domain.policy import Policy
from domain.vocabulary import Grade, Verdict
from organisation.cel import LARGEST, Fact, Scope, Untold, holds, names

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAME = re.compile(r"[a-z]+(?:\.[a-z]+)?")
FACTS_QUOTED = 4
LONGEST_FACT = 60


def judged(condition: Condition, scope: Scope = Scope.LEVEL) -> tuple[Verdict, str]:
    """The verdict, and what it rests on where the condition does not simply hold. Never raises."""
    said = shortened(condition.expression)
    try:
        facts = _facts(condition.situation, scope)
        size = len(json.dumps(facts, ensure_ascii=False).encode())
        if size > LARGEST:
            raise Untold(f"it would be asked of {size} bytes, more than {LARGEST}")
        if holds(condition.expression, scope, facts):
            return Verdict.HOLDS, ""
    except Exception as fault:  # whatever it is, it must not keep a level from being told
        return Verdict.CANNOT_TELL, f"{said}: {shortened(str(fault))}"
    return Verdict.FAILS, f"{said} does not hold{_quoted(condition.expression, facts)}"


def routes_judged(policy: Policy, said: ReportFacts | None, at: datetime) -> tuple[Judged, ...]:
    """What comes of the routes that have a condition."""
    numbered = [(number, route) for number, route in enumerate(policy.routes, 1) if route.expression]
    if said is None or not numbered:
        return ()
    severity = policy.severity(Grade(said.impact), Grade(said.urgency))
    case = CaseFacts.model_validate({**dict(said), "severity": severity})
    situation = Situation(case=case, at=at, zone=policy.zone)
    found = []
    for number, route in numbered:
        condition = Condition(expression=route.expression, situation=situation)
        verdict, why = judged(condition, Scope.ROUTE)
        found.append(Judged(route=number, verdict=verdict, why=why))
    return tuple(found)


def _facts(situation: Situation, scope: Scope) -> dict[str, Fact]:
    """By the names that conditions use."""
    local = situation.at.astimezone(zone(situation.zone))
    known: dict[str, Any] = {f"case.{name}": value for name, value in situation.case}
    known |= {"level": situation.level, "repeat": situation.repeat, "age": situation.age}
    known |= {
        "now.hour": local.hour,
        "now.weekday": WEEKDAYS[local.weekday()],
        "now.date": local.date().isoformat(),
    }
    return {name: known[name] for name in names(scope)}


def _quoted(expression: str, facts: dict[str, Fact]) -> str:
    """The facts that it names, for whoever reads the timeline."""
    mentioned = dict.fromkeys(_NAME.findall(expression))
    named = [name for name in mentioned if name in facts and name != "level"][:FACTS_QUOTED]
    said = ", ".join(f"{name} is {facts[name]!r:.{LONGEST_FACT}}" for name in named)
    return f" ({said})" if said else ""
