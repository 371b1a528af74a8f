"""API keys: made once, stored as a hash, found with every request, revoked at any time."""

import asyncio
import hmac
import re
import secrets
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import insert as insert_into
from sqlalchemy import or_, select, update

from domain.rights import Scope
from domain.text import Identifier
from domain.value import Value
from domain.vocabulary import Role
from records.database import Database
from records.errors import RecordsAway
from records.remembered import Remembered
from records.tables import API_KEY

SECRET_BYTES = 32
PREFIX_LENGTH = 8
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without what is easily misread."""
_FORM = re.compile(r"esc_([a-z0-9]{8})_[A-Za-z0-9_-]{43}")
USE_NOTED_EVERY = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Key(Value):
    """What is known of a key; not its secret. Instants are UTC."""

    prefix: str
    """Names the key in lists and logs."""
    name: Identifier
    role: Role
    person: Identifier | None = None
    """Whoever calls with it is this person of the organisation."""
    scopes: tuple[Scope, ...] | None = None
    """None: all that the role may."""
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    """None also for keys that an earlier release revoked."""
    last_used_at: datetime | None = None
    """To the minute."""

    @property
    def author(self) -> str:
        """Who decides with it. A person's key is the person, so that nobody has two pairs of eyes."""
        return self.person or self.name


class KeyFault(StrEnum):
    """Why a key does not count; for the log, never for the caller."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WRONG_SECRET = "wrong_secret"
    REVOKED = "revoked"
    EXPIRED = "expired"


class _Stored(Value):
    key: Key
    digest: str


def _now() -> datetime:
    return datetime.now(UTC)


class Keys:
    """The edge for keys. Long-lived; `close` it before its database.

    A key that was just used goes on counting for ten minutes while the database is away, for decisions
    must reach the workflow then, too; the price is that in this time a revocation is not heard of.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._now = now
        self._remembered = Remembered(self._read)
        self._noted: dict[str, datetime] = {}
        self._noting: set[asyncio.Task[None]] = set()

    async def create(
        self,
        name: str,
        role: Role,
        *,
        created_by: str,
        person: str | None = None,
        scopes: Collection[Scope] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[Key, str]:
        """The key, and its text, which is shown once and stored nowhere.

        Raises RecordsAway, and ValidationError (a ValueError) for names that cannot be ids.
        """
        prefix = "".join(secrets.choice(_ALPHABET) for _ in range(PREFIX_LENGTH))
        key = Key(
            prefix=prefix,
            name=name,
            role=role,
            person=person,
            scopes=None if scopes is None else tuple(sorted(set(scopes))),
            created_at=self._now(),
            created_by=created_by,
            expires_at=expires_at,
        )
        text = f"esc_{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"
        row = {**key.model_dump(), "digest": digest_of(text)}
        async with self._database.writing() as connection:
            await connection.execute(insert_into(API_KEY).values(row))
        return key, text

    async def find(self, text: str) -> Key | None:
        """The key of that text; None, with the reason in the log, when it does not count.

        Raises RecordsAway for a key that was not used lately.
        """
        match await self.judge(text):
            case Key() as key:
                self._note_use(key)
                return key
            case fault:
                log.warning("key_refused", reason=fault, prefix=prefix_of(text))
                return None

    async def judge(self, text: str) -> Key | KeyFault:
        """The key, or what is wrong with it."""
        prefix = prefix_of(text)
        if prefix is None:
            return KeyFault.MALFORMED
        stored = await self._remembered.get(prefix)
        if stored is None:
            return KeyFault.UNKNOWN
        if not hmac.compare_digest(stored.digest, digest_of(text)):
            return KeyFault.WRONG_SECRET
        return self._fault(stored.key) or stored.key

    async def counts(self, prefix: str) -> bool:
        """Whether the key of that prefix still counts; for what was given out for it. Raises RecordsAway."""
        stored = await self._remembered.get(prefix)
        return stored is not None and self._fault(stored.key) is None

    def _fault(self, key: Key) -> KeyFault | None:
        if key.revoked_at is not None:
            return KeyFault.REVOKED
        if key.expires_at is not None and key.expires_at <= self._now():
            return KeyFault.EXPIRED
        return None

    async def list(self) -> tuple[Key, ...]:
        """All keys, the oldest first, revoked and expired ones too."""
        query = select(API_KEY).order_by(API_KEY.c.created_at, API_KEY.c.prefix)
        return tuple(_stored(row._mapping).key for row in await self._database.rows(query))

    async def revoke(self, prefix: str, *, by: str) -> Key | None:
        """The key as it is then; None when there is no such key. A second time changes nothing."""
        this = API_KEY.c.prefix == prefix
        async with self._database.writing() as connection:
            running = this & API_KEY.c.revoked_at.is_(None)
            end = {"revoked_at": self._now(), "revoked_by": by}
            await connection.execute(update(API_KEY).where(running).values(end))
            row = (await connection.execute(select(API_KEY).where(this))).one_or_none()
        self._remembered.forget(prefix)
        return None if row is None else _stored(row._mapping).key

    async def close(self) -> None:
        """Waits until every use is noted down."""
        await asyncio.gather(*self._noting)

    async def _read(self, prefix: str) -> _Stored | None:
        rows = await self._database.rows(select(API_KEY).where(API_KEY.c.prefix == prefix))
        return _stored(rows[0]._mapping) if rows else None

    def _note_use(self, key: Key) -> None:
        """Beside the request, which neither waits for it nor fails with it."""
        now, before = self._now(), self._noted.get(key.prefix)
        if before is not None and now - before < USE_NOTED_EVERY:
            return
        self._noted[key.prefix] = now
        task = asyncio.create_task(self._write_use(key.prefix, now))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _write_use(self, prefix: str, at: datetime) -> None:
        used = API_KEY.c.last_used_at
        earlier = or_(used.is_(None), used <= at - USE_NOTED_EVERY)
        noting = update(API_KEY).where((API_KEY.c.prefix == prefix) & earlier).values(last_used_at=at)
        try:
            await self._database.write(lambda connection: connection.execute(noting))
        except RecordsAway as error:
            log.info("use_of_key_not_noted", prefix=prefix, error=str(error))


def prefix_of(text: str) -> str | None:
    """The visible part of a key's text; None where it is none."""
    form = _FORM.fullmatch(text)
    return form[1] if form else None


def digest_of(text: str) -> str:
    """SHA-256: the secret has 256 random bits, so there is nothing to guess that a slow hash would guard."""
    return sha256(text.encode()).hexdigest()


def _stored(row: Any) -> _Stored:
    return _Stored(key=Key.model_validate(dict(row)), digest=row["digest"])
