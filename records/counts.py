"""How much is open and overdue, and how many events to subscribers are parked: for metrics."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select

from domain.vocabulary import Severity, Stage
from records.database import Database
from records.rows import HookState
from records.tables import ESCALATION, HOOK_DELIVERY, TAG
from records.tags import BROKEN


@dataclass(frozen=True, slots=True)
class OpenCount:
    """Escalations of one stage and severity."""

    stage: Stage
    severity: Severity
    open: int
    broken: int
    """Of those that are open: with a promise that was broken."""
    overdue: int
    """Of those: a due time has passed and nothing happened yet, as when no worker works."""


class Counts:
    """Reads the open ones only, by an index. Every method raises RecordsAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, now: datetime) -> list[OpenCount]:
        """One entry for each stage and severity that occurs."""
        rows = await self._database.rows(_open(now))
        return [OpenCount(Stage(row[0]), Severity(row[1]), row[2], row[3], row[4]) for row in rows]

    async def parked(self) -> int:
        """Events that subscribers did not take for a day."""
        parked = select(func.count()).where(HOOK_DELIVERY.c.state == HookState.PARKED)
        ((number,),) = await self._database.rows(parked)
        return int(number)


def _open(now: datetime) -> Select[*tuple[Any, ...]]:
    column = ESCALATION.c
    broken = select(TAG.c.escalation_id).where(TAG.c.tag == BROKEN, TAG.c.updated_at.is_(None))
    conditions = (column.id.in_(broken), column.next_due < now)
    counts = (func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in conditions)
    query = select(column.stage, column.severity, func.count(), *counts)
    return query.where(column.closed_at.is_(None)).group_by(column.stage, column.severity)
