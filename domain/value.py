"""The base of every domain value: a frozen pydantic model that is copied with changes, never changed."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

_new = object.__new__
_set = object.__setattr__


class Value(BaseModel):
    """Immutable; equal by content. Unknown fields are ignored: newer writers must not break older readers."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_timedelta="float")

    def but(self, **changes: Any) -> Self:
        """A copy with some fields replaced. The new values are trusted: they come from validated values.

        `model_copy` does the same at three times the cost, and the core copies on every event.
        """
        copy = _new(type(self))
        _set(copy, "__dict__", self.__dict__ | changes)
        # Which fields were given counts for what people wrote, and nobody writes a copy.
        _set(copy, "__pydantic_fields_set__", self.__pydantic_fields_set__)
        _set(copy, "__pydantic_extra__", None)
        _set(copy, "__pydantic_private__", None)
        return copy
