"""`escalations`: the command line. Every command is in a file of its own; errors end here as exit codes."""

import sys
from enum import IntEnum
from importlib import import_module

import typer
from typer.exceptions import Abort, TyperException

from domain.refusals import Refused
from organisation.findings import NotWritable, OrganisationInvalid
from records.errors import RecordsAway, SchemaMismatch
from starter.cli.common import emit
from starter.errors import (
    FileInvalid,
    FolderTaken,
    NoAnswer,
    NotFound,
    NotRegistered,
    OrderInvalid,
    ServerAway,
    ServerFailed,
    SettingsInvalid,
)
from starter.leaving import leave

COMMANDS = {
    "up": "up",
    "worker": "worker",
    "api": "api",
    "open": "open_",
    "simulate": "simulate",
    "list": "list_",
    "show": "show",
    "timeline": "timeline",
    "decide": "decide",
    "mail": "mail",
    "policy": "policy",
    "calendar": "calendar",
    "on-call": "on_call",
    "keys": "keys",
    "webhooks": "webhooks",
    "db": "db",
}
"""Command to the module that adds it."""


class Exit(IntEnum):
    DONE = 0
    REFUSED = 1
    USAGE = 2
    AWAY = 3


def run(arguments: list[str]) -> int:
    """Runs a command and says by the exit code how it went."""
    try:
        # Left to itself, Typer tells programs that ask for JSON about options in words for people.
        code = _app(arguments)(arguments, standalone_mode="--json" not in arguments)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.USAGE
    except TyperException as error:
        said = TyperException(f"{error.format_message().rstrip('.')}; --help says what there is")
        return _fail(arguments, Exit.USAGE, "invalid", said)
    except Abort:
        return Exit.REFUSED
    except Refused as error:
        return _fail(arguments, Exit.REFUSED, "refused", error, refusal=error.code)
    except NotFound as error:
        return _fail(arguments, Exit.REFUSED, "not_found", error)
    except (OrderInvalid, FileInvalid, SettingsInvalid, OrganisationInvalid, NotWritable) as error:
        return _fail(arguments, Exit.USAGE, "invalid", error)
    except (ServerAway, ServerFailed, NotRegistered, NoAnswer, FolderTaken) as error:
        return _fail(arguments, Exit.AWAY, "server_away", error)
    except (RecordsAway, SchemaMismatch) as error:
        return _fail(arguments, Exit.AWAY, "database_away", error)
    return code if isinstance(code, int) else Exit.DONE


def _app(arguments: list[str]) -> typer.Typer:
    """With the one command that is asked for: loading SQL, Temporal and the rest for each takes seconds."""
    app = typer.Typer(
        name="escalations",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    # A callback keeps the command's name in the line even where there is only one.
    app.callback()(_escalations)
    asked = arguments[0] if arguments else ""
    for module in (COMMANDS[asked],) if asked in COMMANDS else COMMANDS.values():
        import_module(f"starter.cli.{module}").add_to(app)
    return app


def _escalations() -> None:
    """Carries urgent customer escalations from the first report to the root cause."""


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
