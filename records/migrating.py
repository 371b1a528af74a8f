"""Brings tables to this release's revision, and tells whether they are at it. Alembic, set up in code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from records import moving
from records.errors import SchemaMismatch
from records.reshelving import reshelve

_ONE_UPGRADE_AT_A_TIME = 4_242_010_001
"""Key of the advisory lock on PostgreSQL; on SQLite the write transaction excludes others."""


def upgrade(connection: Connection) -> None:
    """Runs the missing migrations inside the connection's transaction: all of them or none. A ledger that
    was restored from another server is made this server's own, and what a forgotten worker of the release
    before wrote meanwhile is put right.

    Raises SchemaMismatch when a newer release was here before.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_UPGRADE_AT_A_TIME})
    config = _config(connection)
    _refuse_newer(_revision(connection), ScriptDirectory.from_config(config))
    command.upgrade(config, "head")
    moving.adopt(connection)
    reshelve(connection)


def check(connection: Connection) -> None:
    """Raises SchemaMismatch unless the tables are at this release's revision, and this server's own."""
    scripts = ScriptDirectory.from_config(_config(connection))
    revision, head = _revision(connection), scripts.get_current_head()
    _refuse_newer(revision, scripts)
    if revision != head:
        found = "has no tables yet" if revision is None else f"is at revision {revision}"
        raise SchemaMismatch(f"the database {found}, this release needs {head}: run `escalations db upgrade`")
    moving.check(connection)


def _refuse_newer(revision: str | None, scripts: ScriptDirectory) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaMismatch(
            f"the database is at revision {revision}, which this release does not know: "
            "use the release that last upgraded it, or a newer one"
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    scripts = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
