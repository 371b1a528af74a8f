"""The base of every domain value: a frozen pydantic model that is copied with changes, never changed."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_new = object.__new__
# The setters of the slots themselves: `object.__setattr__` looks for them anew at every copy.
_set_fields = BaseModel.__dict__["__dict__"].__set__
_set_given = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__


class Value(BaseModel):
    """Immutable; equal by content. Unknown fields are ignored: newer writers must not break older readers."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")

    def but(self, **changes: Any) -> Self:
        """A copy with some fields replaced. The new values are trusted: they come from validated values.

        `model_copy` does the same at three times the cost, and the core copies on every event.
        """
        copy = _new(type(self))
        _set_fields(copy, self.__dict__ | changes)
        # Which fields were given counts for what people wrote, and nobody writes a copy.
        _set_given(copy, self.__pydantic_fields_set__)
        _set_extra(copy, None)
        _set_private(copy, None)
        return copy
