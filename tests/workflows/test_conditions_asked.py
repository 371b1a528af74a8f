"""Conditions in CEL, asked by the real activities: of the running escalation's own rules."""

from datetime import timedelta
from pathlib import Path

from domain.events import LevelNotified, LevelPassedOver
from tests.organisation import small
from tests.workflows.files import Files
from tests.workflows.house import house

POLICY = "policies/desk.yaml"
LEVELS = """\
levels:
  - name: For many
    targets: [team:desk]
    wait: 5m
    when: {if: "case.customers > 1"}
  - name: For what comes back
    targets: [person:ann]
    wait: 5m
    when: {if: "now.hour < 24 && case.customers / case.reopened > 3"}
  - name: For the beginning
    targets: [person:ben]
    wait: 5m
    when: {if: "repeat == 0 && age < 60"}
"""


async def test_levels_are_told_or_not_by_the_conditions_that_the_escalation_began_with(
    tmp_path: Path,
) -> None:
    folder = small.write(tmp_path / "organisation")
    small.change(folder, POLICY, "levels:\n", LEVELS)
    async with house(Files(folder)) as home:
        life = await home.open()
        small.change(folder, POLICY, "case.customers > 1", "case.customers > 0")
        await home.pass_time(timedelta(hours=2))
        await life.settled()
    assert [event.level for event in life.all(LevelNotified)] == [2, 3, 4, 5, 2, 4, 5]
    assert {event.in_doubt for event in life.all(LevelNotified) if event.level == 2} == {
        "now.hour < 24 && case.customers / case.reopened > 3: divide by zero"
    }
    assert [(event.level, event.why) for event in life.all(LevelPassedOver)] == [
        (1, "case.customers > 1 does not hold (case.customers is 1)"),
        (1, "case.customers > 1 does not hold (case.customers is 1)"),
        (3, "repeat == 0 && age < 60 does not hold (repeat is 1, age is 40)"),
    ]
