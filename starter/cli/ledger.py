"""The ledger for commands that read it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
