"""`escalations policy check`, kind by kind: an organisation with one flaw has exactly that finding."""

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from organisation.review import review
from tests.organisation.small import TODAY, change, write_without_flaws

DESK = "policies/desk.yaml"
Edit = Callable[[Path], None]


class Flaw(NamedTuple):
    edits: list[Edit]
    finding: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small organisation without a flaw, and with a schedule and a calendar that are not always there."""
    written = write_without_flaws(tmp_path / "organisation")
    change(written, "on-call.yaml", "rotations:\n", f"rotations:\n{DAYTIME}")
    change(written, "calendars.yaml", "  unused:\n", f"{LONG_DAYS}  unused:\n")
    return written


DAYTIME = """\
  daytime:
    zone: Europe/Berlin
    starts: 2026-01-05T09:00
    shift: 1w
    people: [ann]
    only: [{hours: 08:00-20:00}]
    expects_gaps: true
"""
LONG_DAYS = """\
  long-days:
    zone: Europe/Berlin
    weekly: {monday: ["07:00-19:00"], wednesday: ["07:00-19:00"]}
"""


def edit(file: str, old: str, new: str) -> Edit:
    return partial(change, file=file, old=old, new=new)


def policy(old: str, new: str) -> Edit:
    return edit(DESK, old, new)


def routes(*written: str) -> Edit:
    lines = "".join(f"  - {route}\n" for route in written)
    return policy("rca:\n", f"routes:\n{lines}rca:\n")


def in_german_but(missing: str) -> Edit:
    def translate(folder: Path) -> None:
        shutil.copytree(folder / "templates/en", folder / "templates/de")
        (folder / f"templates/de/{missing}.md").unlink()

    return translate


def a_level_before(condition: str) -> Edit:
    level = f"{{name: Early, targets: [person:ann], wait: 15m, when: {condition}}}"
    return policy("levels:\n", f"levels:\n  - {level}\n")


FLAWS = {
    "an unreachable level: the case should long be closed": Flaw(
        [
            policy("wait: 10m", "wait: 30d"),
            policy(
                ", on_breach: [climb]",
                "",
            ),
        ],
        "policies/desk.yaml:30: warning: levels.1: is reached after 30d at the earliest, but closing is "
        "due within 30d; shorten the waits of the levels before it, or let a reason or a route start here",
    ),
    "an unreachable level: its hours never meet": Flaw(
        [a_level_before("{hours: office, outside_hours: long-days}")],
        "policies/desk.yaml:26: warning: levels.0.when: can never hold: all hours of office are hours of "
        "long-days too; correct the hours, or leave the level out",
    ),
    "an unreachable level: it is for outside of hours that never end": Flaw(
        [a_level_before("{outside_hours: unused}")],
        "policies/desk.yaml:26: warning: levels.0.when: can never hold: unused is always open; correct "
        "the hours, or leave the level out",
    ),
    "an unreachable level: nothing is of its severity": Flaw(
        [
            a_level_before("{severity: [S4]}"),
            policy("low/low: S4", "low/low: S3"),
            policy("low/medium: S4", "low/medium: S3"),
        ],
        "policies/desk.yaml:26: warning: levels.0.when.severity: can never hold: no pair of impact and "
        "urgency gives S4; give a pair that severity, or write one of S1, S2, S3 here",
    ),
    "an unreachable level: its reason starts above it": Flaw(
        [
            a_level_before("{reason: [abuse_or_threat]}"),
            policy("abuse_or_threat: 1", "abuse_or_threat: 2"),
            policy("last_resort:", "repeats: 0\nlast_resort:"),
        ],
        "policies/desk.yaml:26: warning: levels.0.when.reason: is never reached: abuse_or_threat starts "
        "above it, and the ladder is not repeated; let straight_to_manager start here or below, or leave "
        "the level out",
    ),
    "an unreachable level: the ladder is not repeated so often": Flaw(
        [a_level_before("{repeats_at_least: 2}")],
        "policies/desk.yaml:26: warning: levels.0.when.repeats_at_least: can never hold: repeats is 1; "
        "repeat the ladder more often, or leave the level out",
    ),
    "an unending ladder": Flaw(
        [policy("    wait: 20m\n", "    wait: 10h\nrepeats: 90\n")],
        "policies/desk.yaml:33: warning: repeats: the last resort is told after 38d13h10m, but closing is"
        " due within 30d; shorten the waits, or repeat it less often",
    ),
    "a ladder of which only the last level is left": Flaw(
        [policy("    wait: 10m\n", "    wait: 10m\n    when: {severity: [S1, S2], hours: office}\n")],
        "policies/desk.yaml:31: warning: levels.1: is the only level for S1 outside office; let another "
        "level apply as well, or add one for that case if it is meant",
    ),
    "a ladder that is silent at times": Flaw(
        [
            policy("[on_call:desk-duty]", "[on_call:daytime]"),
            policy("[manager, team: desk]", "[on_call:daytime]"),
        ],
        "policies/desk.yaml:25: warning: levels: no level has anybody to tell for anything at 2026-11-21 "
        "01:00 Europe/Berlin, so the last resort is told at once; let a level without a condition tell "
        "somebody who is always there",
    ),
    "a ladder that is silent at times, since who is always there has a condition": Flaw(
        [
            a_level_before("{severity: [S1]}"),
            policy("[on_call:desk-duty]", "[on_call:daytime]"),
            policy("[manager, team: desk]", "[on_call:daytime]"),
        ],
        "policies/desk.yaml:25: warning: levels: no level has anybody to tell for S2 at 2026-11-21 01:00 "
        "Europe/Berlin, so the last resort is told at once; let a level without a condition tell somebody"
        " who is always there",
    ),
    "a last resort that is silent at times": Flaw(
        [policy("last_resort: [manager]", "last_resort: [on_call:daytime]")],
        "policies/desk.yaml:33: warning: last_resort: nobody of them is on call at 2026-11-21 01:00 "
        "Europe/Berlin, so the escalation manager would be told; name somebody who is always there as "
        "well",
    ),
    "a level whose people have no channel": Flaw(
        [edit("people.yaml", "channels: [email: ann@example.com]", "channels: []")],
        "people.yaml:2: error: people.ann: has no channel, but is told by policies; give at least one, "
        "such as channels: [email: anna@example.com]",
    ),
    "a level whose people have no channel of the kinds it may use": Flaw(
        [policy("channels: [email]", "channels: [console]"), policy("[on_call:desk-duty]", "[person:ann]")],
        "policies/desk.yaml:27: error: levels.0.targets.0: ann cannot be reached by console; give ann "
        "such a channel in people.yaml, or allow another one here",
    ),
    "a target that is nobody": Flaw(
        [
            policy("[on_call:desk-duty]", "[manager_of_owner]"),
            edit(
                "people.yaml",
                "    manager: cyd\n",
                "",
            ),
        ],
        "policies/desk.yaml:27: warning: levels.0.targets: manager_of_owner can reach nobody (owner ben, "
        "the next 90 days); name somebody else as well",
    ),
    "a schedule with gaps": Flaw(
        [
            edit(
                "on-call.yaml",
                "    expects_gaps: true\n",
                "",
            )
        ],
        "on-call.yaml:2: warning: rotations.daytime: nobody is on call from 2026-11-21 01:00 to "
        "2026-11-21 08:00 Europe/Berlin, and 90 more times in the next 90 days; fill it with a layer or "
        "an override, or write expects_gaps: true",
    ),
    "a promise longer than the closing limit": Flaw(
        [policy("target: 15m,", "target: 31d,")],
        "policies/desk.yaml:17: warning: promises.S1.acknowledge.target: promised within 31d, but closing"
        " within 30d; shorten it, or raise the closing limit",
    ),
    "a promise in working hours longer than the closing limit": Flaw(
        [policy("resolve: {target: 8h,", "resolve: {target: 40h,")],
        "policies/desk.yaml:18: warning: promises.S1.resolve.target: promised within 1d16h of office, but"
        " closing within 30d, which is earlier for a start on 2026-11-21 (closing by 2026-12-21); shorten"
        " it, or raise the closing limit",
    ),
    "a promise to some longer than the closing limit": Flaw(
        [
            policy(
                "acknowledge: {target: 1h}",
                "acknowledge: {target: 1h, for: [{tier: [gold], target: 1h}, {tier: [silver], target: 31d}]}",
            )
        ],
        "policies/desk.yaml:24: warning: promises.S4.acknowledge.for.1.target: promised within 31d, but "
        "closing within 30d, which is earlier for a start on 2026-11-21 (closing by 2026-12-21); shorten "
        "it, or raise the closing limit",
    ),
    "a closing limit for some that is shorter than a promise": Flaw(
        [
            policy("acknowledge: {target: 1h}", "resolve: {target: 2d}\n    close: &close {target: 9d}"),
            policy("{target: 9d}", "{target: 9d, for: [{reason: [urgency], target: 1d}]}"),
        ],
        "policies/desk.yaml:25: warning: promises.S4.close.for.0.target: closing within 1d, but resolve "
        "within 2d, which is later for a start on 2026-11-21 (closing by 2026-11-22); raise it, or "
        "promise resolve to the same within less",
    ),
    "two climbs of one silence, for some": Flaw(
        [policy("on_breach: [climb]}", "on_breach: [climb], for: [{tier: [gold], target: 5m}]}")],
        "policies/desk.yaml:17: warning: promises.S1.acknowledge.for.0: climbs when it breaks after 5m, "
        "and the first level climbs after 10m too: two climbs for one silence; leave climb out of "
        "on_breach, or make the first level's wait no longer than the target",
    ),
    "a route that an earlier one shadows": Flaw(
        [routes("{topic: [a, b], team: desk}", "{topic: [B], tier: [gold], team: desk}")],
        "policies/desk.yaml:40: error: routes.1: is never taken: route 1 takes all that would come this "
        "way; put it before route 1, or leave it out",
    ),
    "a route that earlier ones shadow together": Flaw(
        [routes("{topic: [a], team: desk}", "{topic: [b], team: desk}", "{topic: [b, a], team: desk}")],
        "policies/desk.yaml:41: error: routes.2: is never taken: routes 1, 2 together take all that would"
        " come this way; put it before route 1, or leave it out",
    ),
    "a calendar without hours": Flaw(
        [
            edit(
                "calendars.yaml",
                "    always_open: true\n",
                "",
            )
        ],
        "calendars.yaml:17: error: calendars.unused: no open hours; give weekly or dates some, or set "
        "always_open",
    ),
    "a calendar whose hours are all breaks": Flaw(
        [
            edit(
                "calendars.yaml",
                "    always_open: true\n",
                '    weekly: {monday: ["09:00-10:00"]}\n    breaks: ["08:00-11:00"]\n',
            )
        ],
        "calendars.yaml:17: warning: calendars.unused: has no open hour in the year ahead, so what is "
        "promised in it is never due; give it hours that breaks and holidays leave open",
    ),
    "an unknown person": Flaw(
        [policy("owner: ben", "owner: benn")],
        "policies/desk.yaml:3: error: owner: there is no person 'benn'; did you mean 'ben'?",
    ),
    "an unknown team": Flaw(
        [policy("team: desk\nowner", "team: dask\nowner")],
        "policies/desk.yaml:2: error: team: there is no team 'dask'; did you mean 'desk'?",
    ),
    "an unknown schedule": Flaw(
        [policy("desk-duty", "desk-dutty")],
        "policies/desk.yaml:27: error: levels.0.targets.0: there is no on-call schedule 'desk-dutty'; did"
        " you mean 'desk-duty'?",
    ),
    "an unknown calendar": Flaw(
        [policy("calendar: office", "calendar: offices")],
        "policies/desk.yaml:18: error: promises.S1.resolve.calendar: there is no calendar 'offices'; did "
        "you mean 'office'?",
    ),
    "an unknown tier": Flaw(
        [
            policy("promises:\n", "tier_raises: {gold: 1}\npromises:\n"),
            policy("{target: 1h}", "{target: 1h, for: [{tier: [glod], target: 30m}]}"),
        ],
        "policies/desk.yaml:25: warning: promises.S4.acknowledge.for.0.tier.0: no customer has the tier "
        "'glod', as far as tier_raises tells; did you mean 'gold'? Or name it in tier_raises, with 0 if "
        "it raises nothing",
    ),
    "an unknown field": Flaw(
        [policy("    wait: 10m", "    wayt: 10m\n    wait: 10m")],
        "policies/desk.yaml:29: error: levels.0.wayt: unknown field; did you mean 'wait'?",
    ),
    "an unknown word": Flaw(
        [policy("on_breach: [climb]", "on_breach: [clim]")],
        "policies/desk.yaml:17: error: promises.S1.acknowledge.on_breach.0: 'clim' is not allowed; did "
        "you mean 'climb'? allowed are climb, tell_manager, involve, record",
    ),
    "nobody who may review": Flaw(
        [policy("review_authority: {team_lead: S1}\n", "")],
        "policies/desk.yaml:1: warning: review_authority: nobody may review S1, S2, S3, S4: such cases "
        "cannot be accepted, returned or joined; give a role authority up to S1, as in review_authority: "
        "{team_lead: S1}",
    ),
    "nobody who may review the worst": Flaw(
        [policy("{team_lead: S1}", "{team_lead: S2, agent: S4}")],
        "policies/desk.yaml:41: warning: review_authority: nobody may review S1: such cases cannot be "
        "accepted, returned or joined; give a role authority up to S1, as in review_authority: "
        "{team_lead: S1}",
    ),
    "a message without translation": Flaw(
        [in_german_but("guidance")],
        "templates/de/guidance.md:1: error: there is no template guidance in 'de'; create the file",
    ),
    "a person in whose language there are no messages": Flaw(
        [edit("people.yaml", "    role: agent\n", "    role: agent\n    language: fr\n")],
        "people.yaml:5: warning: people.ann.language: there are no templates in 'fr', so they are written"
        " to in English; create templates/fr; use one of en",
    ),
    "customers in whose language there are no messages": Flaw(
        [routes("{language: [en, fr], team: desk}")],
        "policies/desk.yaml:39: warning: routes.0.language.1: there are no templates in 'fr', so these "
        "customers are written to in English; create templates/fr; use one of en",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_found_once_with_its_place_its_weight_and_its_mend(folder: Path, flaw: str) -> None:
    edits, finding = FLAWS[flaw]
    for apply in edits:
        apply(folder)
    assert [str(each) for each in review(folder, TODAY).findings] == [finding]


def test_without_a_flaw_nothing_is_found(folder: Path) -> None:
    assert review(folder, TODAY).findings == ()
