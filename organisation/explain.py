"""A file's data against its shape: what pydantic refuses, said in the words of the file."""

import re
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from organisation.findings import Finding, nearest
from organisation.yaml_source import KEY, Location, Source

Shaped = TypeVar("Shaped", bound=BaseModel)

LONGEST_QUOTE = 60
MAPPINGS = frozenset({"dict_type", "model_type", "model_attributes_type"})


def shaped(source: Source, shape: type[Shaped]) -> Shaped | list[Finding]:
    """The whole file as `shape`, or everything that keeps it from being one."""
    return fitted(source, (), source.data, shape)


def fitted(source: Source, at: Location, data: Any, shape: type[Shaped]) -> Shaped | list[Finding]:
    """`data`, which stands at a location of the file, as `shape`, or the findings."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        return [_finding(source, at, shape, detail) for detail in error.errors(include_url=False)]


def split(message: str) -> tuple[str, str]:
    """A rule's own words, "what is wrong; what would be right", as those two."""
    what, _, mend = message.partition("; ")
    return what, mend or "correct it"


def _finding(source: Source, at: Location, shape: type[BaseModel], detail: ErrorDetails) -> Finding:
    what, mend = _said(detail, _annotation(shape, detail["loc"][:-1]))
    return source.finding(at + detail["loc"], what, mend)


def _said(detail: ErrorDetails, around: Any) -> tuple[str, str]:
    """What is wrong, and the mend. `around` is the type of what the value stands in."""
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    given = repr(detail["input"])[:LONGEST_QUOTE]
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "extra_forbidden":
            return "unknown field", nearest(last, _fields(around))
        case "missing":
            return "missing", f"add {last}: {_description(around, last)}".rstrip(": ")
        case "value_error":
            return split(str(context["error"]))
        case "enum":
            allowed = re.findall(r"'([^']*)'", str(context["expected"]))
            return f"{given} is not allowed", _of_enum(str(detail["input"]), allowed)
        case "too_short":
            return "too few", f"give at least {context['min_length']}"
        case "string_pattern_mismatch" if last == KEY:
            return f"{given} is no id", "use letters, digits and . _ - only"
        case "tuple_type":
            return f"{given} is no list", "write a list, such as [a, b]"
        case _ if kind in MAPPINGS:
            return f"{given} is no mapping", "give it `name: value` lines"
        case _:
            return f"{given} does not fit", detail["msg"].replace("Input should", "it should")


def _of_enum(given: str, allowed: list[str]) -> str:
    near = nearest(given, allowed)
    listed = f"allowed are {', '.join(allowed)}"
    return f"{near} {listed}" if near.startswith("did you mean") else listed


def _fields(annotation: Any) -> list[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [field.alias or name for name, field in annotation.model_fields.items()]
    return []


def _description(annotation: Any, name: str) -> str:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field_name, field in annotation.model_fields.items():
            if name in (field_name, field.alias):
                return field.description or ""
    return ""


def _annotation(shape: Any, location: Location) -> Any:
    """The type that stands at a location of a shape; None where there is none to name."""
    for part in location:
        shape = _inner(_bare(shape), part)
    return _bare(shape)


def _bare(annotation: Any) -> Any:
    """Without Annotated and without the None of an optional."""
    while get_origin(annotation) is Annotated or get_origin(annotation) in (Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _inner(annotation: Any, part: int | str) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields = annotation.model_fields
        named = {field.alias or name: field.annotation for name, field in fields.items()}
        return named.get(str(part))
    arguments = get_args(annotation)
    match get_origin(annotation):
        case kind if kind is dict:
            return arguments[1]
        case kind if kind is tuple:
            return arguments[0]
        case _:
            return None
