"""The organisation's files are edited while an escalation runs: it keeps its calendars, not its people."""

from datetime import timedelta
from pathlib import Path

from domain.events import LevelLeft, LevelNotified, MessageGivenUp, PolicyMoved, PromiseReplanned
from tests.organisation import small
from tests.workflows.files import Files
from tests.workflows.house import Life, house

POLICY = "policies/desk.yaml"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = "".join(f'      {day}: ["00:00-24:00"]\n' for day in DAYS)


def organisation(folder: Path) -> Path:
    """The small organisation, whose desk has a promise in hours of every day and pages in rounds."""
    written = small.write(folder / "organisation")
    small.change(written, "calendars.yaml", '      monday: ["09:00-17:00"]\n', EVERY_DAY)
    small.change(written, "calendars.yaml", '    breaks: ["12:00-12:30"]\n', "")
    small.change(written, "calendars.yaml", "      country: DE\n      region: BE\n", "")
    small.change(written, "calendars.yaml", "Europe/Berlin", "UTC")
    small.change(written, POLICY, "resolve: {target: 8h,", "resolve: {target: 36h,")
    small.change(written, POLICY, "[on_call:desk-duty]", "[team:desk]")
    small.change(written, POLICY, "wait: 10m", "wait: 30m\n    rounds: 3\n    every: 10m")
    return written


async def solution_due_after(life: Life) -> timedelta:
    state = await life.settled()
    due = state.promises["resolve"].due
    assert due is not None
    return due - state.opened_at


async def test_a_holiday_added_after_the_start_counts_for_new_escalations_and_for_those_that_are_moved(
    tmp_path: Path,
) -> None:
    folder = organisation(tmp_path)
    async with house(Files(folder)) as home:
        life = await home.open()
        tomorrow = life.events()[0].at.date() + timedelta(days=1)
        small.change(folder, "calendars.yaml", "2026-12-24: Our day", f"{tomorrow}: A new holiday")
        later = await home.open()
        assert await solution_due_after(life) == timedelta(hours=36)
        assert await solution_due_after(later) > timedelta(hours=36)

        await life.decide("move_policy", "mara", policy="desk", reason="everybody is off tomorrow")
        await life.has("policy_moved")
        assert await solution_due_after(life) == timedelta(hours=60)
    [moved] = life.all(PolicyMoved)
    assert (moved.by, moved.reason) == ("mara", "everybody is off tomorrow")
    assert moved.policy.version != life.events()[0].policy.version  # type: ignore[union-attr]
    assert {event.by for event in life.all(PromiseReplanned)} == {"mara"}


async def test_somebody_who_is_taken_out_of_the_files_is_neither_told_again_nor_waited_for(
    tmp_path: Path,
) -> None:
    folder = organisation(tmp_path)
    outside = Files(folder)
    outside.unreachable.add("ann")
    async with house(outside) as home:
        life = await home.open()
        small.change(folder, "teams.yaml", "members: [ann]", "members: []")
        small.change(folder, "on-call.yaml", "[ann, ben]", "[ben]")
        people = small.PEOPLE
        small.change(folder, "people.yaml", people[people.index("  ann:") : people.index("  ben:")], "")
        await home.pass_time(timedelta(minutes=11))
        await life.has("level_left")
        await life.settled()
    assert [event.people for event in life.all(LevelNotified)] == [("ben", "ann"), ("ben",)]
    assert [event.people for event in life.all(LevelLeft)] == [("ann",)]
    [given_up] = life.all(MessageGivenUp)
    assert given_up.why == "nobody in the organisation is called ann"
