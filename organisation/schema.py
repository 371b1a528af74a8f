"""One JSON Schema (draft 2020-12) for a policy's file, made from the very shapes that read it.

It says as much as editors can use: fields, descriptions, closed vocabularies, how durations and targets
are written. What one file cannot tell, such as whether a person exists, only the check can.
"""

import ast
import inspect
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from domain import policy as values
from domain.vocabulary import Severity, TargetKind
from organisation import policy_shape as shapes
from organisation.durations import WRITTEN, written
from organisation.policy_shape import NAMED, PAIRS, PolicyFile

Schema = dict[str, Any]

DURATION = {
    "type": "string",
    "pattern": f"^{WRITTEN.pattern}$".replace(r"\d", "[0-9]"),
    "examples": ["15m", "4h", "2d", "1h30m"],
}

VALUES: dict[str, type[BaseModel]] = {
    "PolicyFile": values.Policy,
    "PromiseShape": values.PromiseRule,
    "PromiseTerms": values.PromiseRule,
}
"""Shapes that do not derive from the value which they become, but share its fields."""

SAID = {
    "acknowledgement": "whether the first acknowledgement stops the climb, or everybody has to",
    "calendar": "the calendar whose working hours count; left out, every hour counts",
    "channels": "the order of channels to try; left out, each person's own",
    "involve": "who is brought in when there is no solution after a time",
    "approvals": "decisions that need more authority than the owner's",
    "confirmation": "how the customer is asked whether it is solved",
    "delivery": "how long an undelivered message is tried again",
    "on_breach": "what a broken promise sets off; it is recorded in any case",
    "owed_for": "the severities for which a root cause analysis is owed",
    "remind_after": "when a customer who has not answered is reminded",
    "severity": "the severities at which it holds; left out, every one",
    "share_with_customer": "whether the customer gets an analysis too",
    "silence": "what a customer's silence on a resolution means",
    "snooze_at_most": "how long people may put the climb off",
    "stakeholders": "who inside hears of it from the beginning",
    "give_up_after": "how long a message that cannot be delivered is tried",
    "reason": "the reasons for which it holds; left out, every one",
    "wait": "how long the customer has to answer",
    "language": "the languages, one of which the customer speaks; left out, any",
    "level": "the level at which climbing begins",
    "product": "the products or services, one of which it is about; left out, any",
    "skill": "the skills, one of which is asked for; left out, any",
    "topic": "what it may be about; left out, anything",
    "if": "a condition in CEL that has to hold as well, such as case.customers > 10",
    "tier": "the customer tiers for which it holds; left out, every one",
}
"""Fields of which the models say nothing."""


class _Written(GenerateJsonSchema):
    """Durations and defaults as they are written in files, without titles that only repeat a name."""

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:  # noqa: ARG002
        return dict(DURATION)

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        shown = _shown(schema.get("default"))
        return inner if shown is None else {**inner, "default": shown}


def _shown(default: object) -> Any:
    """A default as people would write it; None where there is nothing to show."""
    match default:
        case "":
            return None
        case timedelta():
            return written(default)
        case str() | int():
            return default
        case tuple():
            return [_shown(each) for each in default] or None
        case _:
            return None


def schema_text() -> str:
    """The schema as the file that editors read."""
    return json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"


def policy_schema() -> Schema:
    generated = PolicyFile.model_json_schema(schema_generator=_Written)
    definitions = generated.pop("$defs")
    definitions["Target"] = _target(definitions["Target"]["description"])
    for name, definition in definitions.items():
        _complete(name, definition)
    _complete("PolicyFile", generated)
    properties = generated["properties"]
    properties["levels"]["minItems"] = 2
    properties["promises"]["required"] = list(Severity)
    properties["severities"] |= {
        "properties": {pair: {"$ref": "#/$defs/Severity"} for pair in PAIRS},
        "required": list(PAIRS),
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **generated,
        "title": "Escalation policy",
        "description": "What is promised, who is told, who decides: one file, one policy.",
        "$defs": dict(sorted(definitions.items())),
    }


def _target(description: str) -> Schema:
    """`team:billing`, `team: billing`, or one of the words that take no name."""
    named = [kind for kind in TargetKind if kind in NAMED]
    words = [kind for kind in TargetKind if kind not in NAMED]
    name = {"type": "string", "minLength": 1}
    of_a_kind = [
        {"type": "object", "properties": {kind: name}, "required": [kind], "additionalProperties": False}
        for kind in named
    ]
    text = {"type": "string", "pattern": rf"^\s*({'|'.join(named)})\s*:\s*\S"}
    return {"description": description, "anyOf": [{"enum": words}, text, *of_a_kind]}


def _complete(name: str, definition: Schema) -> None:
    """What the shapes do not tell pydantic: descriptions, and that nobody may be told by nobody."""
    definition.pop("title", None)
    said = _documented(name)
    for field, about in definition.get("properties", {}).items():
        if "description" not in about and field in said:
            about["description"] = said[field]
        if field in definition.get("required", ()) and about.get("items") == {"$ref": "#/$defs/Target"}:
            about["minItems"] = 1


def _documented(name: str) -> dict[str, str]:
    """What is written below the fields of a shape, of its bases and of the value that it becomes."""
    shape = getattr(shapes, name, None)
    if not inspect.isclass(shape) or not issubclass(shape, BaseModel):
        return {}
    classes = [each for each in shape.__mro__ if each.__module__ in (shapes.__name__, values.__name__)]
    classes += [VALUES[each.__name__] for each in classes if each.__name__ in VALUES]
    return {field: text for each in reversed(classes) for field, text in _docstrings(each)} | SAID


def _docstrings(model: type) -> Iterator[tuple[str, str]]:
    # pydantic takes up the docstrings of a model's own fields only, and only where it is told to.
    body = ast.parse(dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, below in pairwise(body.body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                yield name, " ".join(text.split())
            case _:
                pass
