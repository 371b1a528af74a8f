"""By what an escalation is found that is no column of its own: its parties, promises, and words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, update
from sqlalchemy import insert as insert_into

from records.marks import OPEN, shelve
from records.statements import insert
from records.tables import SEARCH, TAG
from records.words import words

BROKEN = "broken"
"""Tag of every escalation with a broken promise; with ":" and a kind of those with one of that kind."""
AT_RISK = "at_risk"


def party(person: str) -> str:
    return f"party:{person}"


def of_kind(tag: str, kind: str) -> str:
    """The tag of promises of that kind that are BROKEN or AT_RISK."""
    return f"{tag}:{kind}"


def tags(parties: Iterable[str], broken: Iterable[str], at_risk: Iterable[str]) -> set[str]:
    """All tags of an escalation; the last two are keys of promises."""
    found = {party(person) for person in parties}
    for tag, keys in ((BROKEN, broken), (AT_RISK, at_risk)):
        kinds = {key.partition(":")[0] for key in keys}
        found |= {of_kind(tag, kind) for kind in kinds} | ({tag} if kinds else set())
    return found


def store_tags(connection: Connection, row: dict[str, Any], there: Mapping[str, tuple[object, ...]]) -> None:
    """Brings the tags of an escalation to what its row says; writes differences only.

    `there`: the tags that are stored, each with its copies.
    """
    this = TAG.c.escalation_id == row["id"]
    wanted = tags(row["parties"], row["broken"], row["at_risk"])
    stamp = shelf_stamp(row["closed_at"], row["severity"], row["opened_at"], row["updated_at"])
    if gone := there.keys() - wanted:
        connection.execute(delete(TAG).where(this, TAG.c.tag.in_(gone)))
    if any(there[tag] != tuple(stamp.values()) for tag in wanted & there.keys()):
        connection.execute(update(TAG).where(this).values(stamp))
    if fresh := sorted(wanted - there.keys()):
        rows = [{"escalation_id": row["id"], "tag": tag, **stamp} for tag in fresh]
        connection.execute(insert_into(TAG), rows)
    if row["closed_at"] or any(copies[-1] for copies in there.values()):
        shelve(connection, row, wanted)


def store_words(connection: Connection, row: dict[str, Any]) -> None:
    """What the text search looks into; it is all known at the beginning."""
    kept: dict[str, Any] = {"words": " ".join(words(row["subject"], row["key"], row["id"], row["customer"]))}
    if connection.dialect.name == "postgresql":
        kept |= {"marks": [OPEN], "opened_at": None, "updated_at": None}
    adding = insert(connection.dialect.name, SEARCH).values(escalation_id=row["id"], **kept)
    again = adding.on_conflict_do_update(index_elements=[SEARCH.c.escalation_id], set_=kept)
    connection.execute(again)
    if row["closed_at"]:
        shelve(connection, row, tags(row["parties"], row["broken"], row["at_risk"]))


def shelf_stamp(
    closed_at: datetime | None, severity: str, opened_at: datetime, updated_at: datetime
) -> dict[str, Any]:
    """Copies of what closed escalations are sorted by. Open ones are few, and theirs would change often."""
    if closed_at is None:
        return {"severity": None, "opened_at": None, "updated_at": None}
    return {"severity": str(severity), "opened_at": opened_at, "updated_at": updated_at}
