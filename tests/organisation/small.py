"""A small organisation whose every line is known, to be spoilt one place at a time."""

from datetime import date
from pathlib import Path

from domain.vocabulary import Template
from organisation.findings import OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation

DESK = "policies/desk.yaml"
TODAY = date(2026, 11, 21)

PEOPLE = """\
people:
  ann:
    name: Ann
    role: agent
    channels: [email: ann@example.com]
  ben:
    name: Ben
    role: team_lead
    manager: cyd
    channels: [email: ben@example.com, console: ben]
  cyd:
    name: Cyd
    role: escalation_manager
    channels: [email: cyd@example.com]
"""

TEAMS = """\
teams:
  desk:
    name: The desk
    lead: ben
    members: [ann]
"""

ON_CALL = """\
rotations:
  desk-duty:
    zone: Europe/Berlin
    starts: 2026-01-05T09:00
    shift: 1w
    people: [ann, ben]
overrides:
  - rotation: desk-duty
    from: 2026-12-24T09:00
    to: 2026-12-25T09:00
    person: cyd
"""

CALENDARS = """\
calendars:
  office:
    zone: Europe/Berlin
    weekly:
      monday: ["09:00-17:00"]
    breaks: ["12:00-12:30"]
    dates:
      2026-12-23: ["09:00-12:00"]
    holidays:
      country: DE
      region: BE
      own:
        2026-12-24: Our day
  unused:
    zone: UTC
    always_open: true
"""

POLICY = """\
title: The desk's policy
team: desk
owner: ben
manager: cyd
severities:
  high/high: S1
  high/medium: S1
  high/low: S2
  medium/high: S2
  medium/medium: S3
  medium/low: S3
  low/high: S3
  low/medium: S4
  low/low: S4
promises:
  S1:
    acknowledge: {target: 15m, warn_at: [0.5], on_breach: [climb]}
    resolve: {target: 8h, calendar: office}
    close: {target: 20d}
  S2: &promises
    inform: {target: 16h}
  S3: *promises
  S4:
    acknowledge: {target: 1h}
levels:
  - name: On call
    targets: [on_call:desk-duty]
    channels: [email]
    wait: 10m
  - name: The manager
    targets: [manager, team: desk]
    wait: 20m
last_resort: [manager]
straight_to_manager:
  abuse_or_threat: 2
approvals:
  - {kind: refund, approver: manager, stand_in: manager_of_owner, deadline: 4h}
rca:
  writer: owner
  reviewers: [manager]
review_authority: {team_lead: S1}
"""

LEVELS = POLICY[POLICY.index("levels:") : POLICY.index("last_resort:")]
ONE_LEVEL = LEVELS[: LEVELS.index("  - name: The manager")]


def write(folder: Path) -> Path:
    """Writes the small organisation into a folder, and returns it."""
    (folder / "policies").mkdir(parents=True)
    (folder / "templates" / "en").mkdir(parents=True)
    files = {
        "people.yaml": PEOPLE,
        "teams.yaml": TEAMS,
        "on-call.yaml": ON_CALL,
        "calendars.yaml": CALENDARS,
        "policies/desk.yaml": POLICY,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for template in Template:
        (folder / f"templates/en/{template}.md").write_text("Subject: {{ subject }}\n\n{{ text }}\n", "utf-8")
    return folder


def write_without_flaws(folder: Path) -> Path:
    """The same in which the check finds nothing at all."""
    write(folder)
    change(folder, "policies/desk.yaml", "stand_in: manager_of_owner", "stand_in: person:ben")
    change(folder, "policies/desk.yaml", "close: {target: 20d}", "close: {target: 30d}")
    change(folder, "policies/desk.yaml", "abuse_or_threat: 2", "abuse_or_threat: 1")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces a text that is in the file once."""
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def asked(folder: Path, condition: str) -> None:
    """Puts a condition to the first level of the desk's policy."""
    change(folder, DESK, "    wait: 10m", f'    wait: 10m\n    when: {{if: "{condition}"}}')


def loaded(folder: Path) -> Organisation:
    return load(folder, TODAY)


def findings(folder: Path) -> list[str]:
    """The findings that keep the folder from being loaded, as people read them."""
    try:
        load(folder, TODAY)
    except OrganisationInvalid as invalid:
        return [str(finding) for finding in invalid.findings]
    raise AssertionError("nothing was found")
