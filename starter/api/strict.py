"""Values of the core in what callers send: a field that they do not know is refused, it may be misspelt."""

from typing import Annotated, Any

from pydantic import BaseModel, ValidatorFunctionWrapHandler, WrapValidator

from domain.report import Report


def refusing(kind: type[BaseModel]) -> WrapValidator:
    """For the annotation of a field; what lies within is refused as well."""

    def refuse(value: Any, handler: ValidatorFunctionWrapHandler) -> BaseModel:
        del handler
        return kind.model_validate(value, extra="forbid")

    return WrapValidator(refuse)


StrictReport = Annotated[Report, refusing(Report)]
