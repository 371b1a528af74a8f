"""`escalations decide`: whatever a person may decide, typed by the decision's own model."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated
from uuid import uuid4

import typer

from domain.decisions import AnyDecision
from organisation.source import OrganisationSource
from starter.cli.common import WORKER_WITHIN, As, AsJson, AsRole, Ref, Wait, emit, say, settings_now, wait_for
from starter.cli.live import a_gateway, author_of
from starter.decision_form import decision_from, decision_names, decision_type, described
from starter.errors import OrderInvalid, Problem, ServerAway
from starter.orders import DecisionOutcome
from starter.settings import Settings

EXTRA = {"allow_extra_args": True, "ignore_unknown_options": True}


def add_to(app: typer.Typer) -> None:
    app.command("decide", context_settings=EXTRA, epilog=f"Types: {', '.join(decision_names())}")(decide)


def decide(
    context: typer.Context,
    ref: Ref,
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="What is decided, such as acknowledge.")],
    who: As = None,
    role: AsRole = None,
    decision_id: Annotated[
        str | None, typer.Option(help="The same id twice decides once; made up without it.")
    ] = None,
    fields: Annotated[bool, typer.Option("--fields", help="Only say which fields TYPE takes.")] = False,
    wait: Wait = WORKER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Decide something: --FIELD VALUE for each field of TYPE; lists repeat the option, mappings take JSON."""
    wanted = decision_type(kind)
    if fields:
        _show_fields(kind, described(wanted), as_json)
        return
    own_id = decision_id or uuid4().hex
    settings = settings_now()
    source = OrganisationSource(settings.policies)
    author = author_of(source.current(), who, role)
    decision = decision_from(wanted, own_id, author, _pairs(context.args))
    outcome = wait_for(_decide(settings, source, ref, decision, timedelta(seconds=wait)))
    if as_json:
        emit({**outcome.model_dump(mode="json"), "decision_id": own_id})
    else:
        say(_sentence(kind, outcome))


async def _decide(
    settings: Settings,
    source: OrganisationSource,
    ref: str,
    decision: AnyDecision,
    patience: timedelta,
) -> DecisionOutcome:
    try:
        gateway = await a_gateway(settings, source)
        return await gateway.decide(ref, decision, patience)
    except ServerAway as away:
        raise ServerAway(f"{away}\n(repeat with --decision-id {decision.decision_id})") from away


def _pairs(arguments: list[str]) -> dict[str, list[str]]:
    """`--field value` and `--field=value`, in any order, each as often as wanted."""
    texts: dict[str, list[str]] = {}
    rest = iter(arguments)
    for argument in rest:
        name, has_value, value = argument.partition("=")
        if not name.startswith("--"):
            raise OrderInvalid(Problem(argument, "stands alone", "write --FIELD VALUE, and quote texts"))
        if not has_value:
            value = _next(rest, name)
        texts.setdefault(name[2:].replace("-", "_"), []).append(value)
    return texts


def _next(rest: Iterator[str], name: str) -> str:
    for value in rest:
        return value
    raise OrderInvalid(Problem(name, "has no value", "write one behind it"))


def _show_fields(kind: str, lines: list[str], as_json: bool) -> None:
    if as_json:
        emit({"type": kind, "fields": [each.strip() for each in lines]})
    else:
        typer.echo("\n".join(lines))


def _sentence(kind: str, outcome: DecisionOutcome) -> str:
    decided = outcome.decided
    if decided is None:
        return f"Accepted: {kind} on {outcome.escalation_id} is held and counts as soon as a worker runs"
    if not decided.changed:
        return f"Had been decided before: {kind} on {decided.escalation_id}"
    record = "" if decided.recorded else "; the record follows when the database is back"
    return f"Done: {kind} on {decided.escalation_id}, now at {decided.stage}{record}"
