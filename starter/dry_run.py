"""A case from a file, run dry under a policy of an organisation: no server, no database, no messages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from domain.calendars import Calendar
from domain.conditions import reported
from domain.decisions.base import Author
from domain.errands import PolicyFetched
from domain.opening import Opening
from domain.simulation.run import Endless, Simulated, TooLong, simulate
from domain.simulation.script import NOBODY_ANSWERS, Script
from domain.vocabulary import Role
from organisation.decision_names import unknown_team
from organisation.findings import nearest
from organisation.model import Organisation
from organisation.prepared import prepared
from organisation.rehearsal import Rehearsal
from organisation.scripts import read_script
from starter.errors import FileInvalid, OrderInvalid, Problem
from starter.ids import escalation_id_of, workflow_id_of
from starter.order_file import OrderFile

UNNAMED = "simulated"


@dataclass(frozen=True)
class DryRun:
    """What was run, and what came of it."""

    known: PolicyFetched
    script: Script
    simulated: Simulated
    zone: str
    """Whose nights count: that of the policy's calendars, else UTC."""


def dry_run(
    organisation: Organisation,
    order: OrderFile,
    *,
    policy: str,
    script: Script,
    at: datetime,
    length: timedelta,
    most: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> DryRun:
    """Raises OrderInvalid: no such policy, script without end, too many events; Refused by the core.

    `most` and `go_on` bound it, as `simulate` says.
    """
    if policy not in organisation.policies:
        what, mend = f"there is no policy {policy!r}", nearest(policy, organisation.policies)
        raise OrderInvalid(Problem("--policy", what, mend))
    strangers = [Problem(*one) for one in unknown_team(organisation, "report.team", order.report.team)]
    if strangers:
        raise OrderInvalid(*strangers)
    outside = Rehearsal(organisation)
    opening = opening_of(order, policy, outside, at)
    facts = reported(opening.report, opening.key)
    known = prepared(organisation, "simulate", policy, None, at, at + length, facts)
    try:
        simulated = simulate(opening, known, script, outside, at, at + length, most=most, go_on=go_on)
    except Endless as error:
        what, _, mend = str(error).partition("; ")
        raise OrderInvalid(Problem("--script", what, mend)) from error
    except TooLong as error:
        what, _, mend = str(error).partition("; ")
        raise OrderInvalid(Problem("--until", what, mend)) from error
    return DryRun(known, script, simulated, zone_of(known))


def script_in(file: Path | None, organisation: Organisation) -> Script:
    """Without a file nobody answers. Raises FileInvalid."""
    if file is None:
        return NOBODY_ANSWERS
    script = read_script(file, organisation)
    if isinstance(script, list):
        raise FileInvalid([str(finding) for finding in script])
    return script


def zone_of(known: PolicyFetched) -> str:
    """Where the policy's people work, as far as its calendars say."""
    calendars = (Calendar.model_validate_json(each) for _, each in sorted(known.policy.calendars.items()))
    return next((each.zone for each in calendars if not each.always_open), "UTC")


def opening_of(order: OrderFile, policy: str, outside: Rehearsal, at: datetime) -> Opening:
    who = order.report.asked_by
    key = order.key or UNNAMED
    return Opening(
        id=escalation_id_of(workflow_id_of(key), at),
        key=key,
        request_id=order.request_id or UNNAMED,
        policy=policy,
        report=order.report,
        author=Author(id=who, role=outside.role(who) or Role.SERVICE),
    )
