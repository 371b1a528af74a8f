"""Scripts for simulations: what a file says, and what is said of mistakes in it."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.simulation.script import Actor, Script, Who
from organisation.load import load
from organisation.scripts import read_script, script_from
from organisation.yaml_source import Source, parse

ROOT = Path(__file__).resolve().parents[2]
HOUSE = load(ROOT / "policies")


def script(text: str) -> Script:
    read = script_from(source(text), HOUSE)
    assert isinstance(read, Script), read
    return read


def source(text: str) -> Source:
    parsed = parse(text, "script.yaml")
    assert isinstance(parsed, Source)
    return parsed


@pytest.mark.parametrize(
    "example", sorted((ROOT / "examples/scripts").glob("*.yaml")), ids=lambda one: one.stem
)
def test_every_example_can_be_played(example: Path) -> None:
    assert isinstance(read_script(example, HOUSE), Script)


def test_a_cue_says_who_does_what_when() -> None:
    (cue,) = script(
        "cues:\n"
        "- {when: level_notified, level: 2, after: 20m, until: acknowledged, who: told, does: acknowledge}\n"
    ).cues
    assert (cue.when, cue.level, cue.after, cue.until) == (
        "level_notified",
        2,
        timedelta(minutes=20),
        "acknowledged",
    )
    assert (cue.who, cue.does) == (Who(actor=Actor.TOLD), "acknowledge")


def test_a_text_that_a_decision_needs_may_be_left_out() -> None:
    (cue,) = script("cues:\n- {when: acknowledged, who: 'person:lena-brandt', does: accept}\n").cues
    assert cue.fields == {"reason": "(simulated)"}
    assert cue.who == Who(actor=Actor.PERSON, id="lena-brandt")


def test_an_instant_may_be_written_as_a_time_after_the_decision() -> None:
    (cue,) = script("cues:\n- {when: accepted, who: owner, does: set_estimate, with: {at: 4h}}\n").cues
    assert cue.moments == {"at": timedelta(hours=4)}


def test_durations_are_written_as_everywhere() -> None:
    (cue,) = script("cues:\n- {when: accepted, who: owner, does: wait_for_customer, with: {wait: 2d}}\n").cues
    assert cue.fields == {"question": "(simulated)", "wait": timedelta(days=2)}


def test_a_hand_over_by_skill_goes_to_the_team_that_has_it() -> None:
    (cue,) = script("cues:\n- {when: accepted, who: owner, does: hand_over, with: {skill: network}}\n").cues
    assert cue.fields == {"reason": "(simulated)", "skill": "network", "team": "platform"}


MISTAKES = [
    ("when: level_notifed, who: told, does: acknowledge", "when", "did you mean 'level_notified'?"),
    ("when: opened, who: told, does: acknowlege", "does", "did you mean 'acknowledge'?"),
    ("when: opened, who: onwer, does: acknowledge", "who", "did you mean 'owner'?"),
    ("when: opened, who: person, does: acknowledge", "who", "person:ID"),
    ("when: opened, who: 'person:lena-brant', does: acknowledge", "who", "did you mean 'lena-brandt'?"),
    ("when: opened, who: told, does: acknowledge, until: closd", "until", "did you mean 'closed'?"),
    ("when: opened, who: told, does: acknowledge, after: soon", "after", "write a number and a unit"),
    ("when: opened, who: told, does: acknowledge, every: 0s", "every", "write at least 1s"),
    ("when: opened, who: told, does: acknowledge, role: boss", "role", "allowed are"),
    ("when: opened, who: told, does: note, with: {txt: a}", "with.txt", "did you mean 'text'?"),
    ("when: opened, who: told, does: rate, with: {score: 9}", "with.score", "less than or equal to 5"),
    ("when: opened, who: told, does: rate", "with.score", "add score"),
    ("when: opened, who: owner, does: set_estimate, with: {at: later}", "with.at", "datetime"),
    ("when: opened, who: told, does: confirm, wiht: {}", "wiht", "did you mean 'with'?"),
    ("who: told, does: confirm", "when", "add when: the type of the event"),
    (
        "when: opened, who: owner, does: hand_over, with: {team: platfrom}",
        "with.team",
        "did you mean 'platform'?",
    ),
    (
        "when: opened, who: owner, does: hand_over, with: {skill: netwrk}",
        "with.skill",
        "did you mean 'network'?",
    ),
    ("when: opened, who: owner, does: assign_owner, with: {owner: mei}", "with.owner", "mean 'mei-tanaka'?"),
    (
        "when: opened, who: manager, does: move_policy, with: {policy: sampel}",
        "with.policy",
        "mean 'sample'?",
    ),
    (
        "when: opened, who: manager, does: deploy_task_force, with: {roles: {lead: tom-fisher}}",
        "with.roles.lead",
        "did you mean 'tom-fischer'?",
    ),
]


@pytest.mark.parametrize(("cue", "field", "mend"), MISTAKES)
def test_a_mistake_is_named_with_file_line_field_and_mend(cue: str, field: str, mend: str) -> None:
    found = script_from(source(f"title: x\ncues:\n- {{{cue}}}\n"), HOUSE)
    assert isinstance(found, list)
    (said,) = map(str, found)
    assert said.startswith(f"script.yaml:3: error: cues.0.{field}: ")
    assert mend in said


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    found = read_script(tmp_path / "nowhere.yaml", HOUSE)
    assert isinstance(found, list)
    assert "there is no such file" in str(found[0])
