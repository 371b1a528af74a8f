"""Sessions of people who have shown a key or a token: kept here, so that they can be ended at any time."""

import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy import insert as insert_into

from domain.rights import Scope
from domain.value import Value
from domain.vocabulary import Role
from records.database import Database
from records.errors import RecordsAway
from records.remembered import Remembered
from records.tables import SESSION

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=1)
"""Without a request it ends after that."""
USE_NOTED_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=1)
"""How long the row of a session that is over stays."""
SECRET_BYTES = 32

log = structlog.get_logger(__name__)


class Session(Value):
    """Who it is of, as that caller was when it began. Instants are UTC."""

    digest: str
    """Of its id, which nobody but its owner has."""
    caller: str
    role: Role
    team: str | None = None
    person: str | None = None
    scopes: tuple[Scope, ...] | None = None
    """None: all that the role may."""
    key_prefix: str = ""
    """Of the key that was shown; when that no longer counts, neither does the session."""
    created_at: datetime
    expires_at: datetime
    seen_at: datetime
    """To the minute."""
    ended_at: datetime | None = None


def _now() -> datetime:
    return datetime.now(UTC)


class Sessions:
    """The edge for sessions. Long-lived; `close` it before its database. What is said of keys holds here."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now
        self._remembered = Remembered(self._read)
        self._noted: dict[str, datetime] = {}
        self._noting: set[asyncio.Task[None]] = set()

    async def begin(
        self,
        caller: str,
        role: Role,
        *,
        team: str | None = None,
        person: str | None = None,
        scopes: tuple[Scope, ...] | None = None,
        key_prefix: str = "",
    ) -> tuple[Session, str]:
        """The session, and its id, which is given out once. Raises RecordsAway."""
        now, id_ = self._now(), secrets.token_urlsafe(SECRET_BYTES)
        session = Session(
            digest=_digest(id_),
            caller=caller,
            role=role,
            team=team,
            person=person,
            scopes=scopes,
            key_prefix=key_prefix,
            created_at=now,
            expires_at=now + LASTS,
            seen_at=now,
        )
        async with self._database.writing() as connection:
            await connection.execute(delete(SESSION).where(SESSION.c.expires_at < now - KEPT))
            await connection.execute(insert_into(SESSION).values(session.model_dump()))
        return session, id_

    async def find(self, id_: str) -> Session | None:
        """None for a session that is unknown or over. Raises RecordsAway for one that was not used lately."""
        digest = _digest(id_)
        session = await self._remembered.get(digest)
        now = self._now()
        if session is None or session.ended_at is not None or session.expires_at <= now:
            return None
        if max(session.seen_at, self._noted.get(digest, session.seen_at)) + IDLE <= now:
            return None
        self._note_use(digest, now)
        return session

    async def end(self, digest: str) -> None:
        """Here at once, elsewhere within 10 seconds. A second time changes nothing. Raises RecordsAway."""
        running = (SESSION.c.digest == digest) & SESSION.c.ended_at.is_(None)
        async with self._database.writing() as connection:
            await connection.execute(update(SESSION).where(running).values(ended_at=self._now()))
        self._remembered.forget(digest)
        self._noted.pop(digest, None)

    async def end_all(self, caller: str) -> int:
        """Every session of that caller, as `end`. How many there were. Raises RecordsAway."""
        now = self._now()
        theirs = (SESSION.c.caller == caller) & SESSION.c.ended_at.is_(None) & (SESSION.c.expires_at > now)
        async with self._database.writing() as connection:
            ended = update(SESSION).where(theirs).values(ended_at=now).returning(SESSION.c.digest)
            digests = (await connection.execute(ended)).scalars().all()
        for digest in digests:
            self._remembered.forget(digest)
            self._noted.pop(digest, None)
        return len(digests)

    async def close(self) -> None:
        """Waits until every use is noted down."""
        await asyncio.gather(*self._noting)

    async def _read(self, digest: str) -> Session | None:
        rows = await self._database.rows(select(SESSION).where(SESSION.c.digest == digest))
        return Session.model_validate(dict(rows[0]._mapping)) if rows else None

    def _note_use(self, digest: str, now: datetime) -> None:
        """Beside the request, which neither waits for it nor fails with it."""
        before = self._noted.get(digest)
        if before is not None and now - before < USE_NOTED_EVERY:
            return
        self._forget_old(now)
        self._noted[digest] = now
        task = asyncio.create_task(self._write_use(digest, now))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    def _forget_old(self, now: datetime) -> None:
        self._noted = {digest: at for digest, at in self._noted.items() if now - at < IDLE}

    async def _write_use(self, digest: str, at: datetime) -> None:
        changes: dict[str, Any] = {"seen_at": at}
        this = (SESSION.c.digest == digest) & (SESSION.c.seen_at < at)
        try:
            noting = update(SESSION).where(this).values(changes)
            await self._database.write(lambda connection: connection.execute(noting))
        except RecordsAway as error:
            log.info("use_of_session_not_noted", error=str(error))


def _digest(id_: str) -> str:
    """SHA-256, for the same reason as with keys: there is nothing to guess."""
    return sha256(id_.encode()).hexdigest()
