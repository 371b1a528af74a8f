"""What somebody should look at although nothing is wrong: each doubt with its line and its mend."""

from pathlib import Path

import pytest

from organisation.findings import Weight
from organisation.review import review
from tests.organisation.small import TODAY, change, write

POLICY = "policies/desk.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small organisation without a doubt."""
    written = write(tmp_path / "organisation")
    change(written, POLICY, "stand_in: manager_of_owner", "stand_in: person:ben")
    change(written, POLICY, "close: {target: 20d}", "close: {target: 30d}")
    change(written, POLICY, "abuse_or_threat: 2", "abuse_or_threat: 1")
    return written


def told(folder: Path) -> list[str]:
    return [str(finding) for finding in review(folder, TODAY).findings]


DOUBTS = [
    pytest.param(
        POLICY,
        "    acknowledge: {target: 15m,",
        "    acknowledge: {target: 5m,",
        "policies/desk.yaml:17: warning: promises.S1.acknowledge: climbs when it breaks after 5m, and the "
        "first level climbs after 10m too: two climbs for one silence; leave climb out of on_breach, or "
        "make the first level's wait no longer than the target",
        id="two climbs for one silence",
    ),
    pytest.param(
        POLICY,
        "inform: {target: 16h}",
        "inform: {target: 31d}",
        "policies/desk.yaml:21: warning: promises.S2.inform.target: promised within 31d, but closing "
        "within 30d, which is earlier for a start on 2026-11-21 (closing by 2026-12-21); shorten it, or "
        "raise the closing limit",
        id="a promise past the limit that holds where the policy gives none",
    ),
    pytest.param(
        POLICY,
        "    acknowledge: {target: 1h}",
        "    acknowledge: {target: 1h}\n    task: {target: 1h}",
        "policies/desk.yaml:25: warning: promises.S4.task: never starts, since its length does not come from "
        "here; leave it out",
        id="a promise that nothing starts",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "confirmation: {wait: 2d, remind_after: [1d, 3d]}\nrca:",
        "policies/desk.yaml:38: warning: confirmation.remind_after.1: a reminder after 3d never comes: the "
        "customer has 2d to answer; remind earlier, or wait longer",
        id="a reminder after the end",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "delivery: {retry_after: [2h], give_up_after: 1h}\nrca:",
        "policies/desk.yaml:38: warning: delivery.retry_after.0: no message is tried again: each is given "
        "up after 1h; try again earlier, or give up later",
        id="messages that are given up before the second try",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "acknowledgement_expires: 40d\nrca:",
        "policies/desk.yaml:38: warning: acknowledgement_expires: never comes: closing is due within 30d; "
        "write less than 30d",
        id="an acknowledgement that outlives the escalation",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "involve:\n  - {after: 45d, targets: [manager]}\nrca:",
        "policies/desk.yaml:39: warning: involve.0.after: never comes: closing is due within 30d; write "
        "less than 30d",
        id="parties who are never brought in",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "involve:\n  - {after: 8h, targets: [manager]}\n  - {after: 4h, targets: [owner]}\nrca:",
        "policies/desk.yaml:40: warning: involve.1.after: comes only with the entry before it, after 8h; "
        "write the entries in the order of their times",
        id="parties in the wrong order",
    ),
    pytest.param(
        POLICY,
        "stand_in: person:ben",
        "stand_in: manager_of_owner",
        "policies/desk.yaml:37: warning: approvals.0.stand_in: cyd would stand in for themselves; name a "
        "stand-in who is not the approver",
        id="a stand-in who is the approver by another name",
    ),
    pytest.param(
        POLICY,
        "deadline: 4h}",
        "deadline: 4h, limits: {executive: 5}}",
        "policies/desk.yaml:37: warning: approvals.0.limits.executive: nobody in people.yaml is executive; "
        "leave it out, or give somebody that role; use one of agent, escalation_manager, team_lead",
        id="a limit that nobody has",
    ),
    pytest.param(
        POLICY,
        "rca:",
        "  - {kind: refund, approver: owner, stand_in: manager, deadline: 1d}\nrca:",
        "policies/desk.yaml:38: warning: approvals.1.kind: never counts: an entry before it is for refund, "
        "too; leave one of the two, or give it another kind",
        id="two approvals of one kind",
    ),
    pytest.param(
        POLICY,
        "writer: owner",
        "writer: manager",
        "policies/desk.yaml:40: warning: rca.reviewers: cyd would review what they wrote, which is not "
        "allowed; name somebody else as well",
        id="a root cause analysis that only its writer reviews",
    ),
    pytest.param(
        "people.yaml",
        "  cyd:\n",
        "  dee:\n    name: Dee\n    role: expert\n    channels: [console: dee]\n  cyd:\n",
        "people.yaml:11: warning: people.dee: no policy, team, schedule or person refers to them; name them "
        "somewhere, or leave them out",
        id="somebody nobody refers to",
    ),
]


def test_a_sound_organisation_leaves_no_doubt(folder: Path) -> None:
    found = review(folder, TODAY)
    assert found.findings == ()
    assert found.organisation is not None


def test_the_shipped_organisation_leaves_no_doubt() -> None:
    assert told(Path(__file__).parents[2] / "policies") == []


@pytest.mark.parametrize(("file", "old", "new", "doubt"), DOUBTS)
def test_a_doubt_is_told_with_line_and_mend(folder: Path, file: str, old: str, new: str, doubt: str) -> None:
    change(folder, file, old, new)
    found = review(folder, TODAY)
    assert doubt in [str(finding) for finding in found.findings]
    assert found.count(Weight.ERROR) == 0


NOBODY = [
    pytest.param(
        "manager_of_owner",
        [("people.yaml", "    manager: cyd\n", "")],
        id="the manager of somebody who has none",
    ),
    pytest.param(
        "on_call:desk-duty",
        [
            ("on-call.yaml", "shift: 1w\n", "shift: 1w\n    until: 2026-06-01T09:00\n"),
            ("on-call.yaml", "from: 2026-12-24", "from: 2025-12-24"),
            ("on-call.yaml", "to: 2026-12-25", "to: 2025-12-25"),
        ],
        id="a schedule that has ended",
    ),
]


@pytest.mark.parametrize(("target", "edits"), NOBODY)
def test_a_level_that_can_reach_nobody_is_told(
    folder: Path, target: str, edits: list[tuple[str, str, str]]
) -> None:
    change(folder, POLICY, "targets: [on_call:desk-duty]", f"targets: [{target}]")
    assert told(folder) == []
    for file, old, new in edits:
        change(folder, file, old, new)
    assert (
        f"policies/desk.yaml:27: warning: levels.0.targets: {target} can reach nobody "
        "(owner ben, the next 90 days); name somebody else as well"
    ) in told(folder)


def test_a_level_that_a_reason_starts_at_is_reached_whatever_comes_before(folder: Path) -> None:
    change(folder, POLICY, "wait: 10m", "wait: 30d")
    assert any("levels.1: is reached after 30d" in each for each in told(folder))
    change(folder, POLICY, "abuse_or_threat: 1", "abuse_or_threat: 2")
    assert not any("levels.1: is reached" in each for each in told(folder))


def test_a_level_that_may_be_passed_over_keeps_nobody_waiting(folder: Path) -> None:
    change(folder, POLICY, "    wait: 10m\n", "    wait: 30d\n    when: {severity: [S4]}\n")
    assert not any("levels.1: is reached" in each for each in told(folder))


def test_the_team_in_charge_is_somebody(folder: Path) -> None:
    change(folder, POLICY, "targets: [on_call:desk-duty]", "targets: [team_in_charge]")
    assert told(folder) == []


def test_a_gap_in_a_schedule_is_told_where_the_schedule_is_written(folder: Path) -> None:
    change(folder, "on-call.yaml", "shift: 1w\n", "shift: 1w\n    until: 2026-12-30T09:00\n")
    assert any(each.startswith("on-call.yaml:2: warning: ") for each in told(folder))


@pytest.mark.parametrize("target", ["team:desk", "on_call:desk-duty", "manager_of_owner", "team_in_charge"])
def test_somebody_without_a_channel_behind_any_target_is_an_error(folder: Path, target: str) -> None:
    change(folder, POLICY, "targets: [on_call:desk-duty]", f"targets: [{target}]")
    change(folder, "people.yaml", "    channels: [email: cyd@example.com]\n", "")
    change(folder, "people.yaml", "    channels: [email: ann@example.com]\n", "")
    assert any("has no channel, but is told by policies" in each for each in told(folder))
    assert review(folder, TODAY).organisation is None


def test_doubts_wait_until_the_errors_are_mended(folder: Path) -> None:
    change(folder, POLICY, "stand_in: person:ben", "stand_in: manager_of_owner")
    change(folder, POLICY, "owner: ben", "owner: benn")
    [finding] = review(folder, TODAY).findings
    assert (finding.severity, finding.line) == (Weight.ERROR, 3)
