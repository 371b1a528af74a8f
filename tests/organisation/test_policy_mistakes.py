"""Every kind of mistake in a policy's file: the finding names line and field, and says the mend."""

from pathlib import Path

import pytest

from tests.organisation import small
from tests.organisation.small import change, findings, write

POLICY = "policies/desk.yaml"

MISTAKES = [
    pytest.param(
        "owner: ben",
        "owner: benn",
        3,
        "owner: there is no person 'benn'",
        "did you mean 'ben'?",
        id="an unknown person",
    ),
    pytest.param(
        "manager: cyd",
        "manager: sid",
        4,
        "manager: there is no person 'sid'",
        "use one of ann, ben, cyd",
        id="an unknown manager",
    ),
    pytest.param(
        "team: desk\nowner",
        "team: dask\nowner",
        2,
        "team: there is no team 'dask'",
        "did you mean 'desk'?",
        id="an unknown team",
    ),
    pytest.param(
        "target: 15m",
        "target: 15",
        17,
        "promises.S1.acknowledge.target: '15' is no duration",
        "write a number and a unit (s, m, h, d, w), such as 15m, 4h, 2d or 1h30m",
        id="a duration without unit",
    ),
    pytest.param(
        "target: 15m",
        "target: 0s",
        17,
        "promises.S1.acknowledge.target: a length of nothing",
        "write at least 1s",
        id="a duration of nothing",
    ),
    pytest.param(
        "warn_at: [0.5]",
        "warn_at: [50]",
        17,
        "promises.S1.acknowledge.warn_at.0: 50 does not fit",
        "it should be less than 1",
        id="a warning beyond the whole time",
    ),
    pytest.param(
        "target: 1h}",
        "target: 1h, for: [{target: 1h}]}",
        24,
        "promises.S4.acknowledge.for.0: does not say for whom",
        "give a tier, a reason, or both",
        id="other terms for nobody",
    ),
    pytest.param(
        "target: 1h}",
        "target: 1h, for: [{tier: [gold], target: 4h}, {reason: [major_outage], target: 2h}]}",
        24,
        "promises.S4.acknowledge: for gold and major_outage it can be 4h and 2h, and none is more specific",
        "leave one, or add a case for gold with major_outage",
        id="two sets of terms for the same",
    ),
    pytest.param(
        "target: 1h}",
        "target: 1h, for: [{tier: [gold], target: 4h, calendar: offices}]}",
        24,
        "promises.S4.acknowledge.for.0.calendar: there is no calendar 'offices'",
        "did you mean 'office'?",
        id="an unknown calendar of other terms",
    ),
    pytest.param(
        "target: 1h}",
        "target: 1h, for: [{tier: [gold], target: 4h, pauses_while: [waiting_for_customer]}]}",
        24,
        "promises.S4.acknowledge.for.0.pauses_while: would pause while waiting for the customer, but it is "
        "owed all the same",
        "leave waiting_for_customer out here",
        id="other terms that pause what is owed",
    ),
    pytest.param(
        "rca:",
        "routes:\n  - {topic: [a], team: dusk}\nrca:",
        39,
        "routes.0.team: there is no team 'dusk'",
        "did you mean 'desk'?",
        id="a route to an unknown team",
    ),
    pytest.param(
        "rca:",
        "routes:\n  - {topic: [a], team: desk, level: 3}\nrca:",
        39,
        "routes.0.level: there is no level 3",
        "give a level from 1 to 2",
        id="a route to a level that is not there",
    ),
    pytest.param(
        "rca:",
        "routes:\n  - {topic: [a, b], team: desk}\n  - {topic: [B], tier: [gold], team: desk}\nrca:",
        40,
        "routes.1: is never taken: route 1 takes all that would come this way",
        "put it before route 1, or leave it out",
        id="a route that an earlier one shadows",
    ),
    pytest.param(
        "warn_at: [0.5]",
        "warn_before: [10m, 20m]",
        17,
        "promises.S1.acknowledge: would warn 20m before a target of 15m, which is before the clock starts",
        "give a shorter time in warn_before",
        id="a warning before the clock starts",
    ),
    pytest.param(
        "[climb]",
        "[clmb]",
        17,
        "promises.S1.acknowledge.on_breach.0: 'clmb' is not allowed",
        "did you mean 'climb'? allowed are climb, tell_manager, involve, record",
        id="an unknown breach action",
    ),
    pytest.param(
        "high/high: S1",
        "high/high: S7",
        6,
        "severities.high/high: 'S7' is not allowed",
        "allowed are S1, S2, S3, S4",
        id="an unknown severity",
    ),
    pytest.param(
        "  low/low: S4\n",
        "",
        5,
        "severities: no severity for low/low",
        "give each pair impact/urgency one",
        id="a pair without severity",
    ),
    pytest.param(
        "low/low:",
        "low/lw:",
        14,
        "severities.low/lw: 'low/lw' is no pair of impact and urgency",
        "did you mean 'low/low'?",
        id="a misspelt pair",
    ),
    pytest.param(
        "  S3: *promises\n",
        "",
        15,
        "promises: no promises for S3",
        "give each severity its promises",
        id="a severity without promises",
    ),
    pytest.param(
        "    resolve:",
        "    resolv:",
        18,
        "promises.S1.resolv: 'resolv' is not allowed",
        "did you mean 'resolve'? allowed are acknowledge, first_response,",
        id="a promise of an unknown kind",
    ),
    pytest.param(
        "calendar: office",
        "calendar: offices",
        18,
        "promises.S1.resolve.calendar: there is no calendar 'offices'",
        "did you mean 'office'?",
        id="an unknown calendar",
    ),
    pytest.param(
        "target: 15m,",
        "target: 15m, pauses_while: [waiting_for_customer],",
        17,
        "promises.S1.acknowledge.pauses_while: would pause while waiting for the",
        "leave waiting_for_customer out here",
        id="an acknowledgement that waits for the customer",
    ),
    pytest.param(
        "on_call:desk-duty",
        "on_call:desk-duti",
        27,
        "levels.0.targets.0: there is no on-call schedule 'desk-duti'",
        "did you mean 'desk-duty'?",
        id="an unknown rotation",
    ),
    pytest.param(
        "targets: [on_call:desk-duty]",
        "targets: []",
        27,
        "levels.0.targets: tells nobody",
        "give at least one target, such as team:support or owner",
        id="a level that tells nobody",
    ),
    pytest.param(
        "    targets: [on_call:desk-duty]\n",
        "",
        26,
        "levels.0.targets: missing",
        "add targets: whom to tell, such as team:support",
        id="a level without targets",
    ),
    pytest.param(
        "on_call:desk-duty",
        "oncall:desk-duty",
        27,
        "levels.0.targets.0: 'oncall' is no kind of target",
        "did you mean 'on_call'?",
        id="a target of an unknown kind",
    ),
    pytest.param(
        "on_call:desk-duty",
        "on_call",
        27,
        "levels.0.targets.0: 'on_call' does not say which",
        "write on_call: and a name",
        id="a target that does not say which",
    ),
    pytest.param(
        "targets: [manager, team: desk]",
        "targets: [manager:cyd]",
        31,
        "levels.1.targets.0: 'manager' takes no name",
        "write manager alone",
        id="a manager with a name",
    ),
    pytest.param(
        "last_resort: [manager]",
        "last_resort: manager",
        33,
        "last_resort: 'manager' is no list",
        "write a list, such as [a, b]",
        id="one target instead of a list",
    ),
    pytest.param(
        small.LEVELS,
        small.ONE_LEVEL,
        25,
        "levels: a policy with 1 level(s) cannot climb",
        "give at least two levels",
        id="a policy with one level",
    ),
    pytest.param(
        "abuse_or_threat: 2",
        "abuse_or_threat: 3",
        35,
        "straight_to_manager.abuse_or_threat: there is no level 3",
        "give a level from 1 to 2",
        id="a straight way to a level that is not there",
    ),
    pytest.param(
        "abuse_or_threat: 2",
        "abuse_or_thread: 2",
        35,
        "straight_to_manager.abuse_or_thread: 'abuse_or_thread' is not allowed",
        "did you mean 'abuse_or_threat'? allowed are missing_knowledge,",
        id="an unknown reason",
    ),
    pytest.param(
        "  writer: owner\n",
        "",
        38,
        "rca.writer: missing",
        "add writer: who writes the root cause analysis",
        id="an RCA that nobody writes",
    ),
    pytest.param(
        "last_resort:",
        "repeats: twice\nlast_resort:",
        33,
        "repeats: 'twice' does not fit",
        "it should be a valid integer, unable to parse string as an integer",
        id="a number of repeats that is none",
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "mend"), MISTAKES)
def test_a_mistake_in_a_policy_is_found_once_with_its_place_and_its_mend(
    tmp_path: Path, old: str, new: str, line: int, what: str, mend: str
) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, POLICY, old, new)
    [finding] = findings(folder)
    assert finding.startswith(f"{POLICY}:{line}: error: {what}")
    assert mend in finding.partition("; ")[2]
