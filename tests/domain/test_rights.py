"""Who reads what and does what: total tables, and how far each role reaches."""

import pytest

from domain.parties import parties_of
from domain.rights import (
    ACTS,
    READS,
    SCOPES,
    Act,
    Reach,
    Read,
    Scope,
    Span,
    decision_reach_of,
    holds,
    may,
    may_decide,
    reach_of,
)
from domain.vocabulary import Role
from tests.domain.world import MINUTE, World

READ_TABLE = """
               list escalation timeline internal deliveries history policies on_call people own_profile \
webhooks keys metrics
reporter       y y y . . . . . . y . . .
agent          y y y y y . y y y y . . .
expert         y y y y y . y y y y . . .
team_lead      y y y y y y y y y y . . .
escalation_manager y y y y y y y y y y y . y
problem_coordinator y y y y y y y y y y . . .
customer_engagement_manager y y y y y y y y y y . . .
executive      y y y y y y y y y y . . .
auditor        y y y y y y y y y y y y y
administrator  y y y y y y y y y y y y y
service        y y y y y y y y y y . . y
"""
ACT_TABLE = """
               open bulk_decide override_on_call change_channels check_policies simulate \
send_test_message manage_webhooks manage_keys
reporter       y . . . . . . . .
agent          y y . y y y y . .
expert         y y . y y y y . .
team_lead      y y y y y y y . .
escalation_manager y y y y y y y y .
problem_coordinator y y . y y y y . .
customer_engagement_manager y y . y y y y . .
executive      y y . y y y y . .
auditor        . . . . y y . . .
administrator  y y y y y y y y y
service        y y . . y y . . .
"""


def rows(table: str) -> tuple[list[str], dict[str, list[str]]]:
    head, *lines = table.strip().splitlines()
    split = [line.split() for line in lines]
    return head.split(), {role: letters for role, *letters in split}


@pytest.mark.parametrize(("table", "kinds"), [(READ_TABLE, Read), (ACT_TABLE, Act)])
def test_each_role_may_exactly_what_its_row_says(table: str, kinds: type[Read] | type[Act]) -> None:
    columns, expected = rows(table)
    assert columns == [kind.value for kind in kinds]
    assert list(expected) == [role.value for role in Role]
    found = {role.value: ["y" if may(role, None, kind) else "." for kind in kinds] for role in Role}
    assert found == expected


def test_the_tables_are_total() -> None:
    assert set(READS) == set(ACTS) == set(Role)
    assert set(SCOPES) == {*Read, *Act}
    assert set(SCOPES.values()) | {Scope.DECISIONS} == set(Scope)


@pytest.mark.parametrize("what", [*Read, *Act])
def test_a_limited_key_may_what_its_scopes_say_and_nothing_beyond_its_role(what: Read | Act) -> None:
    others = frozenset(Scope) - {SCOPES[what]}
    assert may(Role.ADMINISTRATOR, {SCOPES[what]}, what)
    assert not may(Role.ADMINISTRATOR, others, what)
    assert not may(Role.ADMINISTRATOR, frozenset(), what)
    assert may(Role.REPORTER, frozenset(Scope), what) == may(Role.REPORTER, None, what)


READ_SPANS = {
    Role.REPORTER: Span.ASKED_BY,
    Role.AGENT: Span.TEAM,
    Role.EXPERT: Span.TEAM,
}
DECISION_SPANS = READ_SPANS | {Role.TEAM_LEAD: Span.TEAM, Role.AUDITOR: Span.NOTHING}


@pytest.mark.parametrize("role", list(Role))
def test_how_far_each_role_reaches(role: Role) -> None:
    assert reach_of(role, "p", "t").span is READ_SPANS.get(role, Span.EVERYTHING)
    assert decision_reach_of(role, "p", "t").span is DECISION_SPANS.get(role, Span.EVERYTHING)


@pytest.mark.parametrize("role", [Role.AGENT, Role.EXPERT])
def test_somebody_without_a_team_reaches_what_they_are_a_party_of(role: Role) -> None:
    assert reach_of(role, "p", None) == Reach(span=Span.PERSON, person="p")
    # An escalation cannot be of no team, but a caller can be in none.
    assert not reach_of(role, "p", None).holds(team="t", parties=("q",), asked_by="q")
    assert reach_of(role, "p", None).holds(team="t", parties=("p", "q"), asked_by="q")


def test_what_each_span_holds() -> None:
    def held(reach: Reach) -> bool:
        return reach.holds(team="t", parties=("p",), asked_by="r")

    inside = [
        Reach(span=Span.EVERYTHING, person="x"),
        Reach(span=Span.TEAM, person="x", team="t"),
        Reach(span=Span.TEAM, person="p", team="u"),
        Reach(span=Span.PERSON, person="p"),
        Reach(span=Span.ASKED_BY, person="r"),
    ]
    outside = [
        Reach(span=Span.TEAM, person="x", team="u"),
        Reach(span=Span.PERSON, person="x", team="t"),
        Reach(span=Span.ASKED_BY, person="p", team="t"),
        Reach(span=Span.NOTHING, person="p", team="t"),
    ]
    assert list(map(held, inside)) == [True] * len(inside)
    assert list(map(held, outside)) == [False] * len(outside)


def test_a_lead_reads_all_and_decides_about_the_own_team_or_as_a_party() -> None:
    escalation = World().escalation
    assert holds(reach_of(Role.TEAM_LEAD, "zoe", "other"), escalation)
    assert not may_decide(Role.TEAM_LEAD, "zoe", "other", escalation)
    assert may_decide(Role.TEAM_LEAD, "zoe", escalation.team, escalation)
    assert may_decide(Role.TEAM_LEAD, escalation.owner, "other", escalation)


def test_a_reporter_reaches_only_what_that_very_reporter_raised() -> None:
    escalation = World().escalation
    assert may_decide(Role.REPORTER, escalation.report.asked_by, None, escalation)
    assert not may_decide(Role.REPORTER, escalation.owner, escalation.team, escalation)


def test_whoever_was_told_stays_a_party_when_the_next_level_is_up() -> None:
    world = World()
    first = set(world.escalation.ladder.told)
    world.wait(11 * MINUTE)
    assert not first <= set(world.escalation.ladder.told)
    assert first <= set(parties_of(world.escalation))


def test_the_parties_are_all_who_were_given_something_to_do() -> None:
    world = World()
    before = set(parties_of(world.escalation))
    assert {world.escalation.report.asked_by, world.escalation.owner, world.escalation.manager} <= before
    world.decide("accept", "mara", reason="ours")
    world.decide("add_plan_step", "mara", step="s:1", text="look", owner="p-plan")
    world.decide("deploy_task_force", "mara", roles={"scribe": "p-force"})
    world.decide("request_approval", "mara", approval="r:1", kind="refund", amount=9, text="sorry")
    world.decide(
        "add_preventive_action",
        "mara",
        action="a:1",
        text="guard",
        owner="p-action",
        due=world.now + 10 * MINUTE,
    )
    after = set(parties_of(world.escalation))
    assert {"p-plan", "p-force", "p-action", "theo"} <= after - before
