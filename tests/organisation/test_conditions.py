"""What comes of conditions in CEL: answers, faults, limits, and what bounds a hostile one."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from time import process_time

import pytest

from domain.conditions import CaseFacts, Condition, Situation, reported
from domain.policy import Route
from domain.vocabulary import Verdict
from organisation import cel
from organisation.cel import BadCondition, Scope, checked
from organisation.conditions import judged, routes_judged
from tests.domain.world import POLICY, REPORT, changed

CASE = CaseFacts(
    key="INC-7",
    subject="Shop is down",
    reason="major_outage",
    impact="high",
    urgency="high",
    severity="S1",
    services=("Shop", "Payments"),
    tier="gold",
    customers=12,
    priority="P1",
    stage="review",
    team="platform",
)
SATURDAY_IN_TOKYO = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
SITUATION = Situation(case=CASE, level=2, repeat=1, age=95, at=SATURDAY_IN_TOKYO, zone="Asia/Tokyo")


def asked(expression: str, situation: Situation = SITUATION) -> tuple[Verdict, str]:
    return judged(Condition(expression=expression, situation=situation))


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("case.customers > 10", Verdict.HOLDS),
        ("case.customers > 12", Verdict.FAILS),
        ("case.severity == 'S1' && (case.tier in ['gold', 'platinum'] || case.reopened > 0)", Verdict.HOLDS),
        ("'Payments' in case.services && size(case.services) == 2", Verdict.HOLDS),
        ("case.subject.matches('(?i)shop.*(down|slow)')", Verdict.HOLDS),
        ("case.topic == '' && case.product != 'Shop'", Verdict.HOLDS),
        ("case.reports > 1 || case.rejected > 0", Verdict.FAILS),
        ("level == 2 && repeat == 1 && age >= 95", Verdict.HOLDS),
        ("now.weekday == 'saturday' && now.hour == 1 && now.date == '2026-11-21'", Verdict.HOLDS),
        ("case.customers / case.reopened > 1", Verdict.CANNOT_TELL),
        ("case.services[7] == 'Shop'", Verdict.CANNOT_TELL),
        ("int(case.key) > 1", Verdict.CANNOT_TELL),
        ("case.reopened == 0 || case.customers / case.reopened > 1", Verdict.HOLDS),
    ],
)
def test_a_condition_holds_or_fails_or_nobody_can_tell(expression: str, verdict: Verdict) -> None:
    assert asked(expression)[0] is verdict


def test_why_it_fails_names_what_was_asked_and_found() -> None:
    assert asked("case.customers > 12 && repeat > 0") == (
        Verdict.FAILS,
        "case.customers > 12 && repeat > 0 does not hold (case.customers is 12, repeat is 1)",
    )


def test_why_nobody_can_tell_names_the_fault() -> None:
    said = "case.customers / case.reopened > 1: divide by zero"
    assert asked("case.customers / case.reopened > 1") == (Verdict.CANNOT_TELL, said)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("case.gone > 1", "there is no 'case.gone'"),
        ("case.customers", "neither true nor false"),
        ("true " * 250, "longer than 1000 characters"),
        ("case.customers >", "not CEL"),
    ],
)
def test_a_condition_that_an_older_release_let_through_cannot_tell(expression: str, why: str) -> None:
    verdict, said = asked(expression)
    assert verdict is Verdict.CANNOT_TELL
    assert why in said


def test_a_condition_of_too_much_cannot_tell() -> None:
    case = CASE.but(services=("ü" * 400,) * 100)
    verdict, why = asked("case.customers > 1", SITUATION.but(case=case))
    assert verdict is Verdict.CANNOT_TELL
    assert re.search(r"it would be asked of 8\d{4} bytes, more than 64000$", why)


def test_an_unknown_zone_cannot_tell() -> None:
    assert "unknown time zone 'Mars'" in asked("age > 1", SITUATION.but(zone="Mars"))[1]


LONG_TEXT = CASE.but(subject="a" * 200)
HOSTILE = [
    pytest.param("||".join(["case.subject.matches('(.?){0,999}b')"] * 5), id="slow patterns"),
    pytest.param("||".join([r"case.subject.matches('(\\pL?){0,999}b')"] * 5), id="patterns too large"),
    pytest.param("!" * 996 + "true", id="many signs"),
    pytest.param("&&".join(["case.subject != 'a'"] * 47), id="many comparisons"),
    pytest.param("[[[1],[2]],[[3]]] != [[[4]]] && " * 30 + "true", id="many lists"),
]


@pytest.mark.parametrize("expression", HOSTILE)
def test_a_hostile_condition_ends_soon(expression: str) -> None:
    begin = process_time()
    asked(expression, SITUATION.but(case=LONG_TEXT))
    assert process_time() - begin < 2


@pytest.mark.parametrize(
    ("expression", "what"),
    [
        ("case.services.all(a, case.services.all(b, a != b))", "all is not for conditions"),
        ("['ab'].map(x, x + x)" + ".map(x, x + x)" * 20 + " != []", "map is not for conditions"),
        ("[1, 2].exists(x, x > 1)", "exists is not for conditions"),
        ("case.subject + case.subject != ''", "'+' is not for string and string"),
        ("case.services + case.services != []", "'+' is not for list(string) and list(string)"),
        ("||".join(["case.subject.matches('a')"] * 6), "more than 5 patterns"),
        ("(" * 300 + "true" + ")" * 300, "nested too deeply"),
        ("[" * 300 + "]" * 300 + " == []", "nested too deeply"),
        ("true && " * 124 + "true1", "there is no 'true1'"),
    ],
)
def test_what_could_grow_without_bound_is_refused(expression: str, what: str) -> None:
    with pytest.raises(BadCondition, match=re.escape(what)):
        checked(expression, Scope.LEVEL)


def test_routes_are_asked_of_the_report() -> None:
    routes = (
        Route(team="a", expression="case.severity == 'S2' && case.customers == 1 && case.key == 'k'"),
        Route(team="b"),
        Route(team="c", expression="case.tier == 'platinum'"),
        Route(team="d", expression="case.services[0] == 'Shop'"),
        Route(team="e", expression="level == 1"),
    )
    found = routes_judged(changed(POLICY, routes=routes), reported(REPORT, "k"), SATURDAY_IN_TOKYO)
    assert [(one.route, one.verdict) for one in found] == [
        (1, Verdict.HOLDS),
        (3, Verdict.FAILS),
        (4, Verdict.CANNOT_TELL),
        (5, Verdict.CANNOT_TELL),
    ]


def test_a_workflow_of_an_earlier_release_has_nothing_to_ask_routes_of() -> None:
    routes = (Route(team="a", expression="case.customers > 0"),)
    assert routes_judged(changed(POLICY, routes=routes), None, SATURDAY_IN_TOKYO) == ()


@pytest.fixture
def _without_the_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    cel._environment.cache_clear()
    cel._compiled.cache_clear()
    yield
    cel._environment.cache_clear()


@pytest.mark.usefixtures("_without_the_package")
def test_without_the_package_a_running_escalation_cannot_tell_and_a_file_says_what_is_missing() -> None:
    assert asked("case.customers > 10")[0] is Verdict.CANNOT_TELL
    with pytest.raises(BadCondition, match="cel-expr-python, which is not installed here"):
        checked("case.customers > 10", Scope.LEVEL)
