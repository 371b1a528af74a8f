"""`escalations`: the command line. Every command is in a file of its own; errors end here as exit codes."""

import sys
from enum import IntEnum

import typer

from domain.refusals import Refused
from organisation.findings import OrganisationInvalid
from records.errors import RecordsAway, SchemaMismatch
from starter.cli import db, decide, list_, mail, open_, policy, show, timeline, up, worker
from starter.cli.common import emit
from starter.connection import NotRegistered, ServerAway
from starter.embedded import ServerFailed
from starter.leaving import leave
from starter.order_file import FileInvalid
from starter.orders import NoAnswer, NotFound, OrderInvalid
from starter.settings import SettingsInvalid
from starter.tenancy import FolderTaken


class Exit(IntEnum):
    DONE = 0
    REFUSED = 1
    USAGE = 2
    AWAY = 3


app = typer.Typer(
    name="escalations",
    help="Carries urgent customer escalations from the first report to the root cause.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (up, worker, open_, list_, show, timeline, decide, mail):
    group.add_to(app)
app.add_typer(policy.app, name="policy")
app.add_typer(db.app, name="db")


def run(arguments: list[str]) -> int:
    """Runs a command and says by the exit code how it went."""
    try:
        app(arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.USAGE
    except Refused as error:
        return _fail(arguments, Exit.REFUSED, "refused", error, refusal=error.code)
    except NotFound as error:
        return _fail(arguments, Exit.REFUSED, "not_found", error)
    except (OrderInvalid, FileInvalid, SettingsInvalid, OrganisationInvalid) as error:
        return _fail(arguments, Exit.USAGE, "invalid", error)
    except (ServerAway, ServerFailed, NotRegistered, NoAnswer, FolderTaken) as error:
        return _fail(arguments, Exit.AWAY, "server_away", error)
    except (RecordsAway, SchemaMismatch) as error:
        return _fail(arguments, Exit.AWAY, "database_away", error)
    return Exit.DONE


def _fail(arguments: list[str], code: Exit, kind: str, error: Exception, **more: str) -> int:
    if "--json" in arguments:
        emit({"error": {"kind": kind, "message": str(error), **more}})
    else:
        typer.echo(str(error), err=True)
    return code


def main() -> None:
    leave(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
