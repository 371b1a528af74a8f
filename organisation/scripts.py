"""Scripts for simulations, from YAML: who does what when; every mistake with its line, field and mend."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from domain.decisions import DECISION_TYPES, DecisionBase, HandOver
from domain.decisions.base import HEAD
from domain.events import EVENT_TYPES
from domain.simulation.script import NAMED, Actor, Cue, Script, Who
from domain.text import Line
from domain.vocabulary import PromiseKind, Role
from organisation.decision_names import Unknown, team_with, unknown_names
from organisation.durations import Length, Positive, duration
from organisation.explain import fitted, shaped
from organisation.findings import Finding, nearest
from organisation.model import Organisation
from organisation.shapes import Shape
from organisation.yaml_source import Location, Source, read

EVENTS = tuple(sorted(str(kind.model_fields["type"].default) for kind in EVENT_TYPES))
DECISIONS: dict[str, type[DecisionBase]] = {
    str(kind.model_fields["type"].default): kind for kind in DECISION_TYPES
}
SIMULATED = "(simulated)"
"""What a text says that a decision needs and a script leaves out."""
TEXTS = frozenset({"reason", "text", "what_was_done", "guidance", "question", "comment", "root_cause"})
_AUTHOR = {"id": "somebody", "role": Role.AGENT}


def _event(name: str) -> str:
    if name not in EVENTS:
        raise ValueError(f"there is no event {name[:60]!r}; {nearest(name, EVENTS)}")
    return name


def _decision(name: str) -> str:
    if name not in DECISIONS:
        raise ValueError(f"there is no decision {name[:60]!r}; {nearest(name, DECISIONS)}")
    return name


def _who(written: Any) -> Any:
    """`person:lena-brandt` as kind and id."""
    if not isinstance(written, str):
        raise ValueError(f"{str(written)[:60]!r} is nobody; {_WHO}")
    actor, _, name = written.partition(":")
    if actor not in list(Actor):
        raise ValueError(f"{written[:60]!r} is nobody; {nearest(actor, Actor)} ({_WHO})")
    if (actor in NAMED) != bool(name):
        raise ValueError(f"{written[:60]!r} says too {'little' if actor in NAMED else 'much'}; {_WHO}")
    return {"actor": actor, "id": name}


_WHO = f"write {', '.join(actor for actor in Actor if actor not in NAMED)}, person:ID or service:ID"

EventName = Annotated[str, AfterValidator(_event)]
DecisionName = Annotated[str, AfterValidator(_decision)]


class CueShape(Shape):
    when: EventName
    """the type of the event that sets it off, such as level_notified"""
    level: int | None = Field(default=None, ge=1)
    promise: PromiseKind | None = None
    nth: int | None = Field(default=None, ge=1)
    after: Length = timedelta(0)
    every: Positive | None = None
    until: EventName | None = None
    who: Annotated[Who, BeforeValidator(_who)]
    """who does it, such as told, owner, customer or person:anna-weber"""
    role: Role | None = None
    does: DecisionName
    """what is decided, such as acknowledge"""
    fields: dict[str, Any] = Field(default={}, alias="with")


class ScriptFile(Shape):
    title: Line = "a script"
    cues: tuple[CueShape, ...]
    """who does what when"""


def read_script(path: Path, organisation: Organisation) -> Script | list[Finding]:
    """The script in a file, or everything that keeps it from being played by this organisation."""
    source = read(path, str(path))
    return [source] if isinstance(source, Finding) else script_from(source, organisation)


def script_from(source: Source, organisation: Organisation) -> Script | list[Finding]:
    file = shaped(source, ScriptFile)
    if isinstance(file, list):
        return sorted(file)
    found: list[Finding] = []
    cues = tuple(
        _cue(source, ("cues", number), shape, organisation, found) for number, shape in enumerate(file.cues)
    )
    return sorted(found) if found else Script(title=file.title, cues=cues)


def _cue(
    source: Source, at: Location, shape: CueShape, organisation: Organisation, found: list[Finding]
) -> Cue:
    who = shape.who
    if who.actor is Actor.PERSON and who.id not in organisation.people:
        what, mend = f"there is no person {who.id[:60]!r}", nearest(who.id, organisation.people)
        found.append(source.finding((*at, "who"), what, mend))
    kind = DECISIONS[shape.does]
    moments = dict(_moments(kind, shape.fields))
    said = {name: _said(kind, name, value) for name, value in shape.fields.items() if name not in moments}
    missing = [name for name, field in kind.model_fields.items() if field.is_required() and name in TEXTS]
    fields = dict.fromkeys(missing, SIMULATED) | said
    fields |= _by_skill(kind, fields, organisation)
    whole = {**fields, **dict.fromkeys(moments, "2030-01-01T00:00Z")}
    found += _mistakes(source, (*at, "with"), kind, whole, organisation)
    return Cue(**{**dict(shape), "fields": fields, "moments": moments})


def _by_skill(kind: type[DecisionBase], fields: dict[str, Any], organisation: Organisation) -> dict[str, str]:
    """The team that has the skill, where somebody hands over by it: the doors of real lives say it, too."""
    if kind is not HandOver or "team" in fields or not isinstance(fields.get("skill"), str):
        return {}
    team = team_with(organisation, fields["skill"])
    return {} if isinstance(team, Unknown) else {"team": team}


def _mistakes(
    source: Source, at: Location, kind: type[DecisionBase], fields: dict[str, Any], organisation: Organisation
) -> Iterator[Finding]:
    """What keeps the fields from making a decision, and names in them that nobody has."""
    allowed = sorted(kind.model_fields.keys() - HEAD)
    strange = [name for name in fields if name not in allowed]
    for name in strange:
        mend = nearest(name, allowed) if allowed else "this decision says nothing more; leave it out"
        yield source.finding((*at, name), "unknown field", mend)
    given = {name: value for name, value in fields.items() if name not in strange}
    fit = fitted(source, at, {**given, "decision_id": "d", "author": _AUTHOR}, kind)
    if isinstance(fit, list):
        yield from fit
        return
    unknown = list(unknown_names(organisation, fit))
    if isinstance(fit, HandOver) and fit.team is None:
        nobody = team_with(organisation, str(fit.skill))
        unknown += [nobody] if isinstance(nobody, Unknown) else []
    for name, what, mend in unknown:
        yield source.finding((*at, *name.split(".")), what, mend)


def _moments(kind: type[DecisionBase], fields: dict[str, Any]) -> Iterator[tuple[str, timedelta]]:
    """The instants that are written as durations: so long after the decision."""
    for name, value in fields.items():
        if name in kind.model_fields and _is(AwareDatetime, kind.model_fields[name].annotation):
            try:
                yield name, duration(value)
            except ValueError:
                continue  # a date and time then; the model says what it thinks of it


def _said(kind: type[DecisionBase], name: str, value: Any) -> Any:
    """Durations as they are written elsewhere, too."""
    if name in kind.model_fields and _is(timedelta, kind.model_fields[name].annotation):
        try:
            return duration(value)
        except ValueError:
            return value
    return value


def _is(wanted: type, annotation: Any) -> bool:
    return annotation is wanted or any(_is(wanted, part) for part in get_args(annotation))
