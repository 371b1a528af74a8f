"""Edits of the organisation's files over HTTP: one at a time, checked as a whole, counted at once."""

import asyncio

import structlog

from organisation.edit import Edit, edited_file
from organisation.findings import Finding, NotWritable, OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation
from starter.api.bench import Bench
from starter.api.callers import Caller
from starter.api.doors import Doors
from starter.api.problems import ApiProblem, Code, FieldProblem

EDIT_CODES = (Code.FILES_WRONG, Code.FILES_NOT_WRITABLE)
MOST_FINDINGS = 20

log = structlog.get_logger("api")


async def edited(doors: Doors, desk: Bench, caller: Caller, file: str, edit: Edit) -> Organisation:
    """The organisation as it is from then on. Raises 422 where the edit would not pass the check, and 409
    where the files are wrong already or cannot be written.
    """
    async with desk.place():
        try:
            organisation = await asyncio.to_thread(_edit, doors, file, edit)
        except NotWritable as error:
            raise ApiProblem(Code.FILES_NOT_WRITABLE, str(error)) from None
        except OrganisationInvalid as error:
            raise await asyncio.to_thread(_refused, doors, error.findings) from None
    log.info("organisation_edited", file=file, by=caller.id)
    return organisation


def _edit(doors: Doors, file: str, edit: Edit) -> Organisation:
    edited_file(doors.settings.policies, file, edit)
    doors.organisation.read_again()
    return doors.organisation.current()


def _refused(doors: Doors, findings: tuple[Finding, ...]) -> ApiProblem:
    """Whose fault it is: that of the edit, or of the files as they were before."""
    try:
        load(doors.settings.policies)
    except OrganisationInvalid as before:
        places = ", ".join(f"{one.file}:{one.line}" for one in before.findings[:MOST_FINDINGS])
        detail = f"wrong already: {places}; POST /api/v1/policies:check says what to mend"
        return ApiProblem(Code.FILES_WRONG, detail)
    wrong = [FieldProblem(pointer="", detail=one.what, mend=one.mend) for one in findings[:MOST_FINDINGS]]
    return ApiProblem(Code.INVALID, "with this the organisation would not pass its check", *wrong)
