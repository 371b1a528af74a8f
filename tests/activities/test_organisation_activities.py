"""What workflows learn of the organisation: policies with their working time, and people."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.inputs import PrepareEscalation
from activities.organisation import OrganisationActivities
from domain.decisions.base import Author
from domain.errands import FetchPolicy, FindPeople, ResolveWorkingTime
from domain.policy import Target
from domain.vocabulary import LookupPurpose, Role, TargetKind
from domain.working_time import WorkingTime
from organisation.source import OrganisationSource
from tests.organisation import small

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
TODAY, TOMORROW = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def source(tmp_path: Path) -> OrganisationSource:
    return OrganisationSource(small.write(tmp_path / "organisation"))


@pytest.fixture
def activities(source: OrganisationSource) -> OrganisationActivities:
    return OrganisationActivities(source)


def fetch(name: str = "desk", version: str | None = None, until: datetime = NOW) -> FetchPolicy:
    author = Author(id="cyd", role=Role.ESCALATION_MANAGER)
    return FetchPolicy(
        key="k", name=name, version=version, at=NOW, until=until, reason="better", author=author
    )


def known(working_time: WorkingTime) -> tuple[datetime, datetime]:
    return datetime.fromtimestamp(working_time.start, UTC), working_time.horizon_at


async def test_an_escalation_begins_with_the_newest_policy_and_nine_months_of_working_time(
    environment: ActivityEnvironment, activities: OrganisationActivities, source: OrganisationSource
) -> None:
    fetched = await environment.run(activities.prepare_escalation, PrepareEscalation(policy="desk", at=NOW))

    assert fetched.policy == source.current().policies["desk"]
    assert sorted(fetched.working_time) == sorted(fetched.policy.calendars) == ["office"]
    assert known(fetched.working_time["office"]) == (
        TODAY - timedelta(days=1),
        TOMORROW + timedelta(days=270),
    )


async def test_working_time_is_worked_out_once_a_day(
    environment: ActivityEnvironment, activities: OrganisationActivities
) -> None:
    hours = (NOW, NOW + timedelta(hours=15), NOW + timedelta(hours=16))
    asked = [PrepareEscalation(policy="desk", at=at) for at in hours]
    first, same_day, next_day = [
        (await environment.run(activities.prepare_escalation, one)).working_time["office"] for one in asked
    ]
    assert first is same_day
    assert next_day.start == first.start + 86_400


async def test_a_policy_in_the_version_that_there_is_comes_with_time_beyond_what_was_known(
    environment: ActivityEnvironment, activities: OrganisationActivities, source: OrganisationSource
) -> None:
    version = source.current().policies["desk"].version
    until = NOW + timedelta(days=100)
    fetched = await environment.run(activities.fetch_policy, fetch(version=version, until=until))

    assert (fetched.key, fetched.policy.version) == ("k", version)
    assert known(fetched.working_time["office"])[1] == TOMORROW + timedelta(days=100 + 270)


async def test_an_unknown_policy_fails_for_good_and_names_the_nearest(
    environment: ActivityEnvironment, activities: OrganisationActivities
) -> None:
    with pytest.raises(ApplicationError, match="did you mean 'desk'") as failed:
        await environment.run(activities.prepare_escalation, PrepareEscalation(policy="dest", at=NOW))

    assert (failed.value.type, failed.value.non_retryable) == ("UnknownPolicy", True)


async def test_a_version_that_is_not_the_present_one_fails_for_good(
    environment: ActivityEnvironment, activities: OrganisationActivities
) -> None:
    with pytest.raises(ApplicationError) as failed:
        await environment.run(activities.fetch_policy, fetch(version="0000"))

    assert (failed.value.type, failed.value.non_retryable) == ("UnknownPolicyVersion", True)


async def test_working_time_is_resolved_from_the_definitions_that_are_handed_in(
    environment: ActivityEnvironment, activities: OrganisationActivities
) -> None:
    office = '{"name": "office", "zone": "Europe/Berlin", "weekly": {"friday": [["09:00", "17:00"]]}}'
    errand = ResolveWorkingTime(
        key="k", calendars={"office": office}, start=NOW - timedelta(hours=8), until=NOW + timedelta(days=2)
    )
    resolved = await environment.run(activities.resolve_working_time, errand)

    opening, closing = resolved.working_time["office"].edges
    assert datetime.fromtimestamp(opening, UTC) == NOW
    assert closing - opening == timedelta(hours=8).total_seconds()


@pytest.mark.parametrize(
    "definition", ["{}", "no json", '{"name": "x", "zone": "Mars/Base", "always_open": true}']
)
async def test_a_definition_that_is_no_calendar_fails_for_good(
    environment: ActivityEnvironment, activities: OrganisationActivities, definition: str
) -> None:
    errand = ResolveWorkingTime(
        key="k", calendars={"office": definition}, start=NOW, until=NOW + timedelta(days=1)
    )
    with pytest.raises(ApplicationError) as failed:
        await environment.run(activities.resolve_working_time, errand)

    assert (failed.value.type, failed.value.non_retryable) == ("InvalidCalendar", True)


async def test_targets_become_people(
    environment: ActivityEnvironment, activities: OrganisationActivities
) -> None:
    errand = FindPeople(
        key="k",
        purpose=LookupPurpose.LEVEL,
        targets=(
            Target(kind=TargetKind.TEAM, id="desk"),
            Target(kind=TargetKind.OWNER),
            Target(kind=TargetKind.TEAM, id="gone"),
        ),
        at=NOW,
        owner="cyd",
    )
    found = await environment.run(activities.find_people, errand)

    assert (found.key, found.people, found.unknown) == ("k", ("ben", "ann", "cyd"), ("team:gone",))
