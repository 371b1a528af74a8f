"""The ledger for commands that read it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from records.past import PastLives
from records.reading import Reader
from starter.database import open_database
from starter.settings import Settings


@asynccontextmanager
async def a_reader(settings: Settings) -> AsyncIterator[Reader]:
    """Reads the ledger. Raises RecordsAway, and SchemaMismatch when its tables are another release's."""
    database = open_database(settings)
    try:
        await database.check()
        yield Reader(database)
    finally:
        await database.close()


@asynccontextmanager
async def past_lives(
    settings: Settings, since: datetime, policies: Sequence[str] | None
) -> AsyncIterator[PastLives]:
    """The ledger's escalations since then. Raises like `a_reader`."""
    database = open_database(settings)
    try:
        await database.check()
        yield PastLives(database, since, policies)
    finally:
        await database.close()
