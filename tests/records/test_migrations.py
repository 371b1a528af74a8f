"""The migrations lead to the tables that the code describes, from nothing and only forwards."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.schema import SchemaItem

from records.database import Database
from records.errors import SchemaMismatch
from records.rows import METADATA
from records.tables import ONLY_ON

pytestmark = pytest.mark.filterwarnings(
    # Only PostgreSQL has that index, so SQLite need not compare it.
    "ignore:autogenerate skipping .* 'ix_search_shelf'; dialect 'sqlite'"
)


def _differences(connection: Connection) -> list[object]:
    def is_here(thing: SchemaItem, *_: object) -> bool:
        return bool(thing.info.get(ONLY_ON, connection.dialect.name) == connection.dialect.name)

    options = {"compare_type": True, "compare_server_default": True, "include_object": is_here}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), METADATA))


async def test_the_migrations_make_exactly_the_tables_of_the_code(empty_database: Database) -> None:
    await empty_database.upgrade()
    async with empty_database.reading() as connection:
        assert await connection.run_sync(_differences) == []


async def test_a_missing_table_would_be_seen(disposable_database: Database) -> None:
    async with disposable_database.writing() as connection:
        await connection.execute(text("DROP TABLE delivery"))
    async with disposable_database.reading() as connection:
        assert await connection.run_sync(_differences) != []


async def test_an_upgrade_of_what_is_up_to_date_changes_nothing(database: Database) -> None:
    await database.upgrade()
    await database.check()


async def test_two_upgrades_at_once_are_one(empty_database: Database) -> None:
    await asyncio.gather(empty_database.upgrade(), empty_database.upgrade())
    await empty_database.check()


async def test_a_database_without_tables_names_the_command_that_makes_them(
    disposable_database: Database,
) -> None:
    async with disposable_database.writing() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(SchemaMismatch, match="escalations db upgrade"):
        await disposable_database.check()


async def test_a_database_of_a_newer_release_is_left_alone(disposable_database: Database) -> None:
    async with disposable_database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="does not know"):
        await disposable_database.check()
    with pytest.raises(SchemaMismatch, match="does not know"):
        await disposable_database.upgrade()
