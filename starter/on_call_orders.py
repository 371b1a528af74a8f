"""What somebody asks to be changed in a schedule, from the options of a command."""

from typing import Any

from starter.errors import OrderInvalid, Problem

ONE_OF = "--person, --nobody, --add, --remove, --replace"


def one_change(
    person: str | None, nobody: bool, add: list[str], remove: list[str], replace: list[str]
) -> dict[str, Any]:
    """The one change of an override, as on-call.yaml has it. Raises OrderInvalid for none or several."""
    asked = (person is not None, nobody, bool(add), bool(remove), bool(replace))
    if sum(asked) != 1:
        what = "nothing is to change" if sum(asked) == 0 else "several things are to change"
        raise OrderInvalid(Problem("CHANGE", what, f"give one of {ONE_OF}"))
    if person is not None:
        return {"person": person}
    if add:
        return {"add": add}
    if remove:
        return {"remove": remove}
    return {"replace": dict(_pair(each) for each in replace)} if replace else {}


def _pair(written: str) -> tuple[str, str]:
    person, equals, stand_in = written.partition("=")
    if not (person and equals and stand_in):
        what = f"{written[:60]!r} is no pair"
        raise OrderInvalid(Problem("--replace", what, "write --replace anna-weber=jonas-keller"))
    return person, stand_in
