"""What the record says of a delivery, and what to do without it while the records are away."""

import asyncio
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Literal

import structlog

from records.deliveries import Before, DeliveryLog, Dispatch
from records.errors import RecordsAway
from records.reading import Reader
from records.rows import DeliveryRow, DeliveryState

Ended = Literal[DeliveryState.SENT, DeliveryState.FAILED]

log = structlog.get_logger(__name__)


class DeliveryRecord:
    """The record as one attempt of an activity sees it.

    The first attempt goes on without it: a page at night is worth more than its record. Later
    attempts raise RecordsAway, for without the record nobody knows what went out already.
    """

    def __init__(self, deliveries: DeliveryLog, reader: Reader, *, first_attempt: bool) -> None:
        self._deliveries = deliveries
        self._reader = reader
        self._first_attempt = first_attempt
        self._turn = asyncio.Lock()
        self._away: RecordsAway | None = None

    async def sent_before(self, escalation_ids: Collection[str]) -> dict[str, DeliveryRow]:
        """What an earlier attempt got through on any channel, by the notice's key. Raises RecordsAway."""
        if self._first_attempt:
            return {}
        rows = [row for each in sorted(escalation_ids) for row in await self._reader.deliveries(each)]
        return {row.notice_key: row for row in rows if row.state is DeliveryState.SENT}

    async def begin(self, dispatch: Dispatch) -> Before | None:
        """What was recorded before; None: nothing, or nobody knows. Raises RecordsAway."""
        # In turn, so that only the first one waits until a database counts as away.
        async with self._turn:
            if self._away is None:
                try:
                    return await self._deliveries.begin(dispatch, datetime.now(UTC))
                except RecordsAway as error:
                    self._away = error
                    log.warning("delivery_record_away", delivery=dispatch.key, why=str(error))
        if self._first_attempt:
            return None
        raise self._away

    async def finish(self, dispatch: Dispatch, *, sent: bool, detail: str, message_id: str = "") -> None:
        """Never raises for a record that is away: what was sent is in the activity's result as well.

        A delivery whose end is missing counts as cut off, should it be attempted again.
        """
        if self._away is not None:
            return
        state: Ended = DeliveryState.SENT if sent else DeliveryState.FAILED
        now = datetime.now(UTC)
        try:
            await self._deliveries.finish(dispatch.key, state, detail, now, message_id or None)
        except RecordsAway as error:
            self._away = error
            log.warning("delivery_record_away", delivery=dispatch.key, why=str(error))
