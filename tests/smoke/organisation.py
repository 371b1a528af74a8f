"""The shipped organisation with policies of a few seconds beside its own, in a folder of the test's."""

import shutil
from pathlib import Path

from starter.settings import PROJECT

ONE, TWO, THREE, LAST = (
    "grace.okafor@example.com",
    "pavel.novak@example.com",
    "clara.moreau@example.com",
    "aisha.rahman@example.com",
)
"""Who is told at the three levels and at the last resort. All of them read English and have mail only."""
OWNER, MANAGER = "omar.haddad@example.com", "david.kim@example.com"

QUICK, CALM, SLOW = "quick", "calm", "slow"
_WAITS = {QUICK: "2s", CALM: "1h", SLOW: "3m"}
"""How long each level waits for an acknowledgement."""

_POLICY = """
title: Three levels, {wait} each
team: billing
owner: omar-haddad
manager: david-kim
severities:
  {{high/high: S1, high/medium: S2, high/low: S2, medium/high: S2, medium/medium: S3, medium/low: S3,
   low/high: S3, low/medium: S4, low/low: S4}}
promises:
  S1: &far
    acknowledge: {{target: 2h}}
    resolve: {{target: 4h}}
  S2: *far
  S3: *far
  S4: *far
levels:
  - {{name: First, targets: [person:grace-okafor], wait: {wait}}}
  - {{name: Second, targets: [person:pavel-novak], wait: {wait}}}
  - {{name: Third, targets: [person:clara-moreau], wait: {wait}}}
repeats: 0
last_resort: [person:aisha-rahman]
review_authority: {{team_lead: S1}}
confirmation: {{wait: 1h, remind_after: [], close_after: 0s}}
rca: {{owed_for: [], writer: owner, reviewers: [manager]}}
delivery: {{retry_after: [{retry}], give_up_after: 4h}}
"""
_RETRY = {QUICK: "1s, 2s", CALM: "1s, 2s", SLOW: "30s, 1m, 2m"}


def make(folder: Path) -> Path:
    shutil.copytree(PROJECT / "policies", folder)
    for name, wait in _WAITS.items():
        (folder / "policies" / f"{name}.yaml").write_text(_POLICY.format(wait=wait, retry=_RETRY[name]))
    return folder
