"""Whom a policy's targets mean at an instant."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errands import FindPeople, PeopleFound
from domain.policy import Target
from domain.vocabulary import LookupPurpose, TargetKind
from organisation.find_people import find_people
from tests.organisation.small import change, loaded, write

ANN_IS_ON_CALL = datetime(2026, 1, 7, 12, tzinfo=UTC)
BEN_IS_ON_CALL = datetime(2026, 1, 14, 12, tzinfo=UTC)
CYD_STANDS_IN = datetime(2026, 12, 24, 12, tzinfo=UTC)
BEFORE_ALL = datetime(2026, 1, 1, 12, tzinfo=UTC)

DUTY = Target(kind=TargetKind.ON_CALL, id="desk-duty")
DESK = Target(kind=TargetKind.TEAM, id="desk")
OWNER = Target(kind=TargetKind.OWNER)
ABOVE = Target(kind=TargetKind.MANAGER_OF_OWNER)
MANAGER = Target(kind=TargetKind.MANAGER, id="cyd")
ANN = Target(kind=TargetKind.PERSON, id="ann")


def found(folder: Path, *targets: Target, owner: str = "ann", at: datetime = ANN_IS_ON_CALL) -> PeopleFound:
    errand = FindPeople(key="ask-1", purpose=LookupPurpose.LEVEL, targets=targets, at=at, owner=owner)
    return find_people(loaded(folder), errand)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "organisation")


@pytest.mark.parametrize(
    ("target", "people"),
    [
        pytest.param(ANN, ("ann",), id="a person"),
        pytest.param(DESK, ("ben", "ann"), id="a team, its lead first"),
        pytest.param(DUTY, ("ann",), id="who is on call"),
        pytest.param(OWNER, ("ann",), id="the owner"),
        pytest.param(MANAGER, ("cyd",), id="the policy's manager"),
        pytest.param(ABOVE, ("ben",), id="the lead of the owner's team"),
    ],
)
def test_a_target_means_people(folder: Path, target: Target, people: tuple[str, ...]) -> None:
    assert found(folder, target) == PeopleFound(key="ask-1", people=people)


def test_the_owners_own_manager_goes_before_the_lead(folder: Path) -> None:
    assert found(folder, ABOVE, owner="ben").people == ("cyd",)


def test_an_owner_with_nobody_above_has_nobody(folder: Path) -> None:
    assert found(folder, ABOVE, owner="cyd") == PeopleFound(
        key="ask-1", people=(), nobody=("manager_of_owner",)
    )


def test_a_lead_is_not_their_own_manager(folder: Path) -> None:
    change(folder, "people.yaml", "    manager: cyd\n", "")
    assert found(folder, ABOVE, owner="ben").nobody == ("manager_of_owner",)


@pytest.mark.parametrize(
    ("at", "people"),
    [
        (ANN_IS_ON_CALL, ("ann",)),
        (BEN_IS_ON_CALL, ("ben",)),
        (CYD_STANDS_IN, ("cyd",)),
        (BEFORE_ALL, ()),
    ],
)
def test_on_call_is_asked_for_the_errands_instant(
    folder: Path, at: datetime, people: tuple[str, ...]
) -> None:
    assert found(folder, DUTY, at=at).people == people


def test_each_person_is_named_once_in_the_order_of_the_targets(folder: Path) -> None:
    assert found(folder, MANAGER, ANN, DESK, DUTY, OWNER).people == ("cyd", "ann", "ben")


def test_nobody_on_call_and_unknown_targets_are_told_beside_those_found(folder: Path) -> None:
    strangers = [
        Target(kind=kind, id="gone") for kind in (TargetKind.PERSON, TargetKind.TEAM, TargetKind.ON_CALL)
    ]
    assert found(folder, *strangers, DUTY, ANN, at=BEFORE_ALL) == PeopleFound(
        key="ask-1",
        people=("ann",),
        unknown=("person:gone", "team:gone", "on_call:gone"),
        nobody=("on_call:desk-duty",),
    )


def test_an_owner_who_left_is_unknown(folder: Path) -> None:
    assert found(folder, OWNER, ABOVE, owner="gone").unknown == ("owner", "manager_of_owner")
