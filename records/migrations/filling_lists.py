"""Fills what lists need for the escalations that an earlier release recorded, from their rows and events.

The steps of a migration stay as they are. Tags and words are taken from today's code nevertheless: they are
derived, and have to be what today's ledger would write.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from records.columns import Names, SearchWords, UtcDateTime
from records.tags import shelf_stamp, tags
from records.words import has_marks, words

_AT_ONCE = 500
_ESCALATION = sa.table(
    "escalation",
    *(sa.column(name, sa.String) for name in ("id", "key", "subject", "customer", "owner", "manager")),
    *(sa.column(name, sa.String) for name in ("severity", "asked_by")),
    *(sa.column(name, sa.JSON) for name in ("broken", "at_risk")),
    sa.column("parties", Names),
    *(sa.column(name, UtcDateTime) for name in ("opened_at", "closed_at", "updated_at")),
)
_EVENT = sa.table(
    "event",
    sa.column("escalation_id", sa.String),
    sa.column("seq", sa.Integer),
    sa.column("type", sa.String),
    sa.column("by", sa.String),
    sa.column("payload", sa.JSON),
)
_TAG = sa.table(
    "tag",
    *(sa.column(name, sa.String) for name in ("escalation_id", "tag", "severity")),
    *(sa.column(name, UtcDateTime) for name in ("opened_at", "updated_at")),
)
_SEARCH = sa.table("search", sa.column("escalation_id", sa.String), sa.column("words", SearchWords))

_NAMED_IN: dict[str, tuple[str, ...]] = {
    "level_notified": ("people",),
    "earlier_level_notified": ("people",),
    "last_resort_told": ("people",),
    "parties_involved": ("people",),
    "approval_requested": ("approval", "asked_by"),
    "approver_told": ("people",),
    "rca_writer_told": ("people",),
    "rca_reviewers_told": ("people",),
    "acknowledged": ("by",),
    "rca_submitted": ("by",),
    "owner_assigned": ("owner",),
    "plan_step_added": ("step", "owner"),
    "plan_step_revised": ("step", "owner"),
    "preventive_action_added": ("action", "owner"),
    "task_force_deployed": ("roles",),
    "information_sent": ("recipients",),
}
"""Where an event names people who have to do with its escalation from then on."""


def fill(connection: sa.Connection) -> None:
    """Who asked stays empty where the first event is missing, and the parties are then owner and manager."""
    for rows in _rows(connection):
        ids = [row.id for row in rows]
        asked_by, parties = _asked_by(connection, ids), _parties(connection, ids)
        for row in rows:
            parties[row.id] |= {one for one in (row.owner, row.manager, asked_by.get(row.id)) if one}
        changes = [{"of": one, "asked": asked_by.get(one, ""), "people": sorted(parties[one])} for one in ids]
        connection.execute(_update(), changes)
        connection.execute(sa.insert(_TAG), [tag for row in rows for tag in _tags(row, parties[row.id])])
        kept = [{"escalation_id": row.id, "words": _words(row)} for row in rows]
        connection.execute(sa.insert(_SEARCH), kept)


def spell_anew(connection: sa.Connection) -> None:
    """What has vowel signs, or accents that stand alone: an earlier release cut its words at them.

    The others keep their places, since those who look into the shelf skip by them.
    """
    again = sa.update(_SEARCH).where(_SEARCH.c.escalation_id == sa.bindparam("of"))
    again = again.values(words=sa.bindparam("said", type_=SearchWords))
    for rows in _rows(connection):
        marked = (row for row in rows if has_marks(row.subject, row.key, row.customer))
        changes = [{"of": row.id, "said": _words(row)} for row in marked]
        if changes:
            connection.execute(again, changes)


def _rows(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    last = ""
    while True:
        query = sa.select(_ESCALATION).where(_ESCALATION.c.id > last).order_by(_ESCALATION.c.id)
        rows = connection.execute(query.limit(_AT_ONCE)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _update() -> sa.Update:
    changed = {"asked_by": sa.bindparam("asked"), "parties": sa.bindparam("people", type_=Names)}
    return sa.update(_ESCALATION).where(_ESCALATION.c.id == sa.bindparam("of")).values(changed)


def _asked_by(connection: sa.Connection, ids: list[str]) -> dict[str, str]:
    event = _EVENT.c
    asked_by = event.payload["report", "asked_by"].as_string()
    query = sa.select(event.escalation_id, asked_by).where(event.escalation_id.in_(ids), event.seq == 1)
    return {id_: asked or "" for id_, asked in connection.execute(query)}


def _parties(connection: sa.Connection, ids: list[str]) -> defaultdict[str, set[str]]:
    event = _EVENT.c
    found: defaultdict[str, set[str]] = defaultdict(set)
    first = sa.select(
        event.escalation_id, event.payload["owner"].as_string(), event.payload["manager"].as_string()
    )
    for id_, *people in connection.execute(first.where(event.escalation_id.in_(ids), event.seq == 1)):
        found[id_] |= {person for person in people if person}
    later = sa.select(event.escalation_id, event.type, event.payload)
    wanted = event.escalation_id.in_(ids), event.type.in_(_NAMED_IN)
    for id_, kind, payload in connection.execute(later.where(*wanted)):
        found[id_] |= _named(kind, payload)
    return found


def _named(kind: str, payload: dict[str, Any]) -> set[str]:
    # Before its people were looked up, the first information went to customers, and to whom it names anyway.
    if kind == "information_sent" and not payload.get("settles"):
        return set()
    said: Any = payload
    for name in _NAMED_IN[kind]:
        said = said.get(name) or {}
    return {said} if isinstance(said, str) else set(said.values() if isinstance(said, dict) else said)


def _tags(row: Any, parties: set[str]) -> list[dict[str, Any]]:
    stamp = shelf_stamp(row.closed_at, row.severity, row.opened_at, row.updated_at)
    found = sorted(tags(parties, row.broken, row.at_risk))
    return [{"escalation_id": row.id, "tag": tag, **stamp} for tag in found]


def _words(row: Any) -> str:
    return " ".join(words(row.subject, row.key, row.id, row.customer))
