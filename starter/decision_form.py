"""A decision from texts, as a command line gives them: typed by its model, mistakes named by field."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from domain.decisions import DECISION, DECISION_TYPES, AnyDecision, Author, DecisionBase
from domain.decisions.base import HEAD
from organisation.durations import duration
from organisation.findings import nearest
from starter.errors import OrderInvalid, Problem


def decision_type(name: str) -> type[DecisionBase]:
    """By its name, with dashes or underscores. Raises OrderInvalid."""
    types = {_name(each): each for each in DECISION_TYPES}
    found = types.get(name.replace("-", "_"))
    if found is None:
        raise OrderInvalid(Problem("TYPE", f"there is no decision {name!r}", nearest(name, types)))
    return found


def decision_names() -> list[str]:
    return sorted(_name(each) for each in DECISION_TYPES)


def fields_of(kind: type[DecisionBase]) -> dict[str, FieldInfo]:
    return {name: field for name, field in kind.model_fields.items() if name not in HEAD}


def described(kind: type[DecisionBase]) -> list[str]:
    """The fields as options, one a line."""
    lines = []
    for name, field in fields_of(kind).items():
        need = "needed" if field.is_required() else "may be left out"
        lines.append(f"  --{name.replace('_', '-')} ({_words(field.annotation)}, {need})")
    return lines or ["  (no fields)"]


def decision_from(
    kind: type[DecisionBase], decision_id: str, author: Author, texts: Mapping[str, Sequence[str]]
) -> AnyDecision:
    """Raises OrderInvalid with everything that is wrong."""
    fields = fields_of(kind)
    unknown = [
        Problem(f"--{name.replace('_', '-')}", f"{_name(kind)} has no such field", _nearest(name, fields))
        for name in texts
        if name not in fields
    ]
    if unknown:
        raise OrderInvalid(*unknown)
    values = {name: _value(fields[name].annotation, given) for name, given in texts.items()}
    head = {"type": _name(kind), "decision_id": decision_id, "author": author}
    try:
        return DECISION.validate_python({**head, **values})
    except ValidationError as error:
        problems = [_problem(kind, detail["loc"], detail["type"], detail["msg"]) for detail in error.errors()]
        raise OrderInvalid(*problems) from None


def _name(kind: type[DecisionBase]) -> str:
    return str(kind.model_fields["type"].default)


def _nearest(name: str, fields: Mapping[str, FieldInfo]) -> str:
    return nearest(name, fields) if fields else "it has no fields"


def _value(annotation: Any, given: Sequence[str]) -> Any:
    """Text stays text where that is wanted; lists repeat the option, mappings say name=value; or JSON."""
    kind = _bare(annotation)
    first = given[0]
    if kind is str:
        return given[-1]
    if kind is timedelta:
        return _duration(given[-1])
    if first[:1] in "[{":
        return _json(first)
    if get_origin(kind) is tuple:
        return list(given)
    if get_origin(kind) is dict:
        return dict(each.partition("=")[::2] for each in given)
    return given[-1]


def _duration(text: str) -> timedelta | str:
    try:
        return duration(text)
    except ValueError:
        return text  # the model's own words for it follow


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _problem(kind: type[DecisionBase], location: tuple[int | str, ...], error: str, message: str) -> Problem:
    # The first part is the decision's own name.
    place = [str(part) for part in location[1:]]
    field = "--" + ".".join(place).replace("_", "-") if place else "TYPE"
    field = "--decision-id" if place[:1] == ["decision_id"] else field
    options = "\n".join(described(kind))
    if error == "missing" and len(place) == 1:
        return Problem(field, "missing", f"{_name(kind)} takes\n{options}")
    what, _, mend = message.removeprefix("Value error, ").partition("; ")
    return Problem(field, what[:1].lower() + what[1:], mend or f"{_name(kind)} takes\n{options}")


def _bare(annotation: Any) -> Any:
    """Without Annotated and without the None of an optional."""
    while get_origin(annotation) is Annotated or get_origin(annotation) in (Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _words(annotation: Any) -> str:
    kind = _bare(annotation)
    match get_origin(kind):
        case origin if origin is tuple:
            return "repeat for several"
        case origin if origin is dict:
            return "NAME=VALUE, repeat for several"
        case _:
            pass
    names = {
        "str": "text",
        "datetime": "time such as 2026-11-30T17:00+01:00",
        "timedelta": "such as 3d or 4h",
    }
    said = names.get(kind.__name__, kind.__name__)
    if hasattr(kind, "__members__"):
        return "|".join(kind)
    return "JSON" if hasattr(kind, "model_fields") else said
