"""Conditions from the file to the timeline: levels and routes, in the activities and in dry runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.inputs import PrepareEscalation
from activities.organisation import OrganisationActivities
from domain.conditions import CaseFacts, Condition, Situation, reported
from domain.errands import FindPeople
from domain.events import LevelNotified, LevelPassedOver, Opened
from domain.policy import Target
from domain.report import Customer
from domain.simulation.run import Simulated
from domain.simulation.script import NOBODY_ANSWERS
from domain.vocabulary import LookupPurpose, TargetKind, Verdict
from organisation.source import OrganisationSource
from starter.dry_run import dry_run
from starter.order_file import OrderFile
from tests.domain.world import REPORT
from tests.organisation.small import change, loaded, write

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
POLICY = "policies/desk.yaml"
FOR_MANY = "case.customers > 10 && case.severity in ['S1', 'S2']"
WHAT_IS = "case.customers is 1, case.severity is 'S1'"
MANY = tuple(Customer(id=f"customer-{number}", name="One of many") for number in range(10))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The desk with a team that is told for many customers only, and a route for outages of many."""
    folder = write(tmp_path / "organisation")
    level = (
        "levels:\n  - name: Everybody\n    targets: [team:desk]\n    wait: 5m\n"
        f'    when: {{if: "{FOR_MANY}"}}\n'
        "  - name: Nearly everybody\n    targets: [person:ann]\n    wait: 5m\n"
        '    when: {if: "case.customers / case.reopened > 3"}\n'
    )
    change(folder, POLICY, "levels:\n", level)
    routes = "routes:\n  - {team: desk, level: 4, if: \"case.customers > 10 && case.topic == 'outage'\"}\n"
    change(folder, POLICY, "rca:", f"{routes}  - {{team: desk, if: \"case.services[0] == 'Mail'\"}}\nrca:")
    return folder


def simulated(folder: Path, **report: object) -> Simulated:
    order = OrderFile(policy="desk", report=REPORT.model_copy(update={"asked_by": "ann", **report}))
    run = dry_run(
        loaded(folder), order, policy="desk", script=NOBODY_ANSWERS, at=MONDAY, length=timedelta(minutes=7)
    )
    return run.simulated


def said(run: Simulated, *kinds: type) -> list[str]:
    return [event.sentence() for event in run.events if isinstance(event, kinds)]


def test_a_dry_run_shows_levels_that_are_passed_over_and_those_told_in_doubt(folder: Path) -> None:
    assert said(simulated(folder), LevelPassedOver, LevelNotified) == [
        f"Level 1 (Everybody) does not apply: {FOR_MANY} does not hold ({WHAT_IS})",
        "Level 2 is told: ann; cannot tell whether case.customers / case.reopened > 3: divide by zero",
        "Level 3 is told: ann",
    ]


def test_a_dry_run_tells_a_level_whose_condition_holds(folder: Path) -> None:
    assert (
        said(simulated(folder, affected=MANY), LevelPassedOver, LevelNotified)[0]
        == "Level 1 is told: ben, ann"
    )


def test_a_dry_run_takes_the_route_whose_condition_holds_and_says_what_it_cannot_tell(folder: Path) -> None:
    run = simulated(folder, affected=MANY, topic="outage")
    assert run.escalation.level == 4
    (opened,) = [event for event in run.events if isinstance(event, Opened)]
    assert (opened.route, opened.in_doubt) == (1, ())
    (other,) = [event for event in simulated(folder).events if isinstance(event, Opened)]
    assert other.route is None
    assert other.in_doubt == ("route 2: case.services[0] == 'Mail': Index error: index=0 size=0",)


async def test_the_activity_that_prepares_an_escalation_asks_the_routes(
    folder: Path,
) -> None:
    environment = ActivityEnvironment()
    activities = OrganisationActivities(OrganisationSource(folder))
    facts = reported(REPORT.but(services=("Mail",)), "k")
    fetched = await environment.run(
        activities.prepare_escalation, PrepareEscalation(policy="desk", at=MONDAY, facts=facts)
    )
    assert [(one.route, one.verdict) for one in fetched.judged] == [(1, Verdict.FAILS), (2, Verdict.HOLDS)]
    assert fetched.holding() == (2,)


async def test_the_activity_asks_the_escalations_own_condition_whatever_the_files_say_now(
    folder: Path,
) -> None:
    environment = ActivityEnvironment()
    activities = OrganisationActivities(OrganisationSource(folder))
    errand = FindPeople(
        key="k",
        purpose=LookupPurpose.LEVEL,
        targets=(Target(kind=TargetKind.TEAM, id="desk"),),
        at=MONDAY,
        owner="ben",
        condition=Condition(
            expression="case.customers > 3", situation=Situation(case=CaseFacts(customers=3), at=MONDAY)
        ),
    )
    found = await environment.run(activities.find_people, errand)
    assert (found.people, found.verdict) == ((), Verdict.FAILS)
    assert found.why == "case.customers > 3 does not hold (case.customers is 3)"
    assert errand.condition is not None
    holds = errand.but(condition=errand.condition.but(expression="case.customers == 3"))
    assert (await environment.run(activities.find_people, holds)).people == ("ben", "ann")
    untold = errand.but(condition=errand.condition.but(expression="case.customers / 0 == 3"))
    told = await environment.run(activities.find_people, untold)
    assert (told.people, told.verdict) == (("ben", "ann"), Verdict.CANNOT_TELL)
