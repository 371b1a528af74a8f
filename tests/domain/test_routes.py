"""Routes: which team is in charge of a report, and where climbing begins."""

import pytest

from domain.events import HandedOver, LevelNotified, Opened
from domain.policy import Level, Route, Target
from domain.vocabulary import Reason, TargetKind
from tests.domain.world import CUSTOMER, MINUTE, POLICY, REPORT, TEAMS, World, changed

ROUTES = (
    Route(team="network", level=2, topics=("Outage",), tiers=("gold", "platinum")),
    Route(team="sales", products=("Invoices", "Payments"), languages=("de", "en")),
    Route(team="vendor", reasons=(Reason.RECURRENCE,), skills=("routing",)),
    Route(team="vendor", languages=("fr",)),
)
IN_CHARGE = Target(kind=TargetKind.TEAM_IN_CHARGE)
ROUTED = changed(
    POLICY,
    routes=ROUTES,
    levels=(Level(name="The team", targets=(IN_CHARGE,), wait=10 * MINUTE), *POLICY.levels[1:]),
)
FRENCH = CUSTOMER.model_copy(update={"language": "fr"})


def opened(**report: object) -> World:
    return World(ROUTED, REPORT.model_copy(update=report))


@pytest.mark.parametrize(
    ("report", "team", "level"),
    [
        ({"topic": "outage"}, "network", 2),
        ({"topic": "outage", "customer": None}, "support", 1),
        ({"product": "payments"}, "sales", 1),
        ({"services": ("Shop", "Invoices")}, "sales", 1),
        ({"product": "Invoices", "language": "fr"}, "vendor", 1),
        ({"skill": "routing", "reason": Reason.RECURRENCE}, "vendor", 1),
        ({"skill": "routing"}, "support", 1),
        ({"customer": FRENCH}, "vendor", 1),
        ({"topic": "outage", "team": "vendor"}, "vendor", 2),
        ({"topic": "outage", "reason": Reason.ABUSE_OR_THREAT}, "network", 3),
        ({}, "support", 1),
    ],
)
def test_the_first_route_that_fits_gives_team_and_level(
    report: dict[str, object], team: str, level: int
) -> None:
    world = opened(**report)
    assert (world.escalation.team, world.escalation.level) == (team, level)


def test_the_timeline_says_which_route_was_taken() -> None:
    world = opened(product="Invoices")
    assert world.last(Opened).sentence().endswith(", route 2 to sales)")


def test_a_level_can_tell_the_team_in_charge_also_after_a_hand_over() -> None:
    before, after = TEAMS["sales"], TEAMS["network"]
    world = opened(product="Invoices")
    assert world.last(LevelNotified).people == before
    world.decide("hand_over", "xena", team="network", reason="a switch")
    world.decide("climb", "ben", reason="too much")
    world.decide("de_escalate", "theo", guidance="look again")
    assert world.last(LevelNotified).people == after


def test_a_hand_over_by_skill_says_so() -> None:
    world = World()
    world.decide("hand_over", "xena", team="network", skill="routing", reason="a switch")
    assert world.last(HandedOver).says() == "Handed over to network for routing: a switch"


@pytest.mark.parametrize(
    ("later", "covered"),
    [
        (Route(team="x", topics=("OUTAGE",), tiers=("gold",)), True),
        (Route(team="x", topics=("outage", "other"), tiers=("gold",)), False),
        (Route(team="x", topics=("outage",)), False),
        (Route(team="x", topics=("outage",), tiers=("platinum",), skills=("routing",)), True),
        (Route(team="x"), False),
    ],
)
def test_a_route_covers_another_when_it_takes_all_that_the_other_would(later: Route, covered: bool) -> None:
    assert ROUTES[0].covers(later) is covered
