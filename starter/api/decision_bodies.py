"""Decisions as callers send them: every decision of the core, without its author, who is the caller."""

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import SkipJsonSchema

from domain.decisions import DECISION, DECISION_TYPES, AnyDecision, Author, DecisionBase, ParentClosed
from domain.decisions.base import DecisionId
from starter.api.strict import refusing

KINDS = tuple(kind for kind in DECISION_TYPES if kind is not ParentClosed)
"""What callers may send. That its parent has closed only one escalation tells another."""
OWN = frozenset({"author", "if_seq", "joined_from"})
"""What a body does not say: it comes from the credentials, from `If-Match`, or from another escalation."""
DECISION_ID = "Makes a repetition harmless: the same id twice decides once. Made where it is left out."


class DecisionBody(BaseModel):
    """What every decision has in its body. Unknown fields are refused, so that a misspelt one is heard of."""

    model_config = ConfigDict(extra="forbid", ser_json_timedelta="float")

    type: str
    decision_id: DecisionId | SkipJsonSchema[None] = Field(default=None, description=DECISION_ID)


_TOLD_APART = FieldInfo(description="Which decision it is.")
"""Without a default: the type tells the decisions apart, so a body has to say it."""


def type_of(kind: type[DecisionBase]) -> str:
    return str(kind.model_fields["type"].default)


def summary_of(kind: type[DecisionBase]) -> str:
    """What it does, in a sentence; its name where that says it."""
    said = (kind.__doc__ or "").strip().partition("\n")[0]
    return said if kind.__doc__ != DecisionBase.__doc__ and said else type_of(kind).replace("_", " ")


def _body(kind: type[DecisionBase]) -> type[DecisionBody]:
    fields: dict[str, Any] = {
        name: (_strictly(field), _TOLD_APART if name == "type" else field)
        for name, field in kind.model_fields.items()
        if name not in OWN | {"decision_id"}
    }
    return create_model(f"{kind.__name__}Decision", __base__=DecisionBody, __doc__=kind.__doc__, **fields)


def _strictly(field: FieldInfo) -> Any:
    kind: Any = field.annotation
    is_value = isinstance(kind, type) and issubclass(kind, BaseModel)
    return Annotated[field.rebuild_annotation(), refusing(kind)] if is_value else field.rebuild_annotation()


BODIES: dict[type[DecisionBase], type[DecisionBody]] = {kind: _body(kind) for kind in KINDS}
if TYPE_CHECKING:
    AnyDecisionBody = DecisionBody
else:
    AnyDecisionBody = Annotated[Union[tuple(BODIES.values())], Field(discriminator="type")]  # noqa: UP007


@cache
def schema_of(kind: type[DecisionBase]) -> dict[str, Any]:
    """The JSON schema (2020-12) of a decision's body, complete in itself, so that a form can be drawn."""
    return BODIES[kind].model_json_schema(mode="validation")


def decision_of(body: DecisionBody, decision_id: str, author: Author, if_seq: int | None) -> AnyDecision:
    """Raises ValidationError for what only the whole decision shows, such as a field that another needs."""
    given = body.model_dump(exclude_unset=True, exclude={"decision_id"})
    return DECISION.validate_python({**given, "decision_id": decision_id, "author": author, "if_seq": if_seq})
