"""What every decision carries: its own id, who decides, and by which role."""

from typing import Annotated

from pydantic import Field

from domain.text import Identifier
from domain.value import Value
from domain.vocabulary import Role


class Author(Value):
    """Who decides, acting in a role."""

    id: Identifier
    role: Role


DecisionId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class DecisionBase(Value):
    decision_id: DecisionId
    """The same id twice changes nothing."""
    author: Author
    if_seq: Annotated[int, Field(ge=0)] | None = None
    """The last event that the author has seen; refused when there are later ones. None decides anyway."""


HEAD = frozenset({"type", *DecisionBase.model_fields})
"""What every decision has, whatever it decides."""
