"""`escalations db`: the ledger's database."""

import typer

from starter.cli.common import AsJson, emit, say, settings_now, wait_for
from starter.database import open_database
from starter.settings import Settings

app = typer.Typer(help="The ledger's database.", no_args_is_help=True)


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="db")


@app.callback()
def group() -> None:
    """The ledger's database."""


@app.command("upgrade")
def upgrade(as_json: AsJson = False) -> None:
    """Bring the tables to this release; harmless to repeat."""
    where = wait_for(upgrade_database(settings_now()))
    if as_json:
        emit({"database": where, "upgraded": True})
    else:
        say(f"{where} has the tables of this release")


async def upgrade_database(settings: Settings) -> str:
    """Returns the database's URL without its password."""
    database = open_database(settings)
    try:
        await database.upgrade()
    finally:
        await database.close()
    return database.url.render_as_string(hide_password=True)
