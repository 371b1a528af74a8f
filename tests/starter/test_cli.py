"""The command line against a running stack: what people read, what programs read, and how it ends."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.starter.stack import UpProcess, up_process

SAMPLE = "examples/sample.yaml"
LENA = ("--as", "lena-brandt")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UpProcess]:
    with up_process(tmp_path_factory.mktemp("stack"), "--no-sample") as up:
        yield up


@pytest.fixture(scope="module")
def escalation(up: UpProcess) -> str:
    """The id of an open escalation that somebody has acknowledged."""
    opened = up.run("open", SAMPLE, "--json")
    assert opened.code == 0, opened.err
    done = up.run("decide", "sample-1", "acknowledge", *LENA, "--decision-id", "ack-1", "--wait", "30")
    assert done.code == 0, done.err
    return str(opened.json["escalation_id"])


def test_opening_the_same_file_again_answers_with_the_same_escalation(up: UpProcess, escalation: str) -> None:
    again = up.run("open", SAMPLE, "--json").json
    assert again == {
        "escalation_id": escalation,
        "key": "sample-1",
        "outcome": "already_open",
        "applied": True,
    }


def test_it_is_listed_and_filters_choose(up: UpProcess, escalation: str) -> None:
    listed = up.run("list", "--open", "--customer", "kranich", "--json").json
    assert [row["id"] for row in listed["escalations"]] == [escalation]
    assert up.run("list", "--owner", "nobody", "--json").json == {"escalations": [], "after": None}
    assert escalation in up.run("list").out


def test_showing_it_gives_the_record_and_the_live_state(up: UpProcess, escalation: str) -> None:
    shown = up.run("show", escalation, "--json").json
    assert shown["escalation"]["id"] == shown["live"]["id"] == escalation
    assert shown["no_live_because"] is None
    assert "Promises" in up.run("show", "sample-1").out


def test_its_timeline_is_read_in_order(up: UpProcess, escalation: str) -> None:
    timeline = up.run("timeline", escalation, "--json").json
    assert timeline["escalation_id"] == escalation
    assert [event["seq"] for event in timeline["events"]] == list(range(1, len(timeline["events"]) + 1))
    assert "Opened: The shop's checkout" in up.run("timeline", escalation).out


def test_the_same_decision_again_changes_nothing(up: UpProcess, escalation: str) -> None:
    again = up.run("decide", escalation, "acknowledge", *LENA, "--decision-id", "ack-1", "--json").json
    events = up.run("timeline", escalation, "--json").json["events"]
    assert (again["status"], again["decision_id"]) == ("done", "ack-1")
    assert [event["decision_id"] for event in events].count("ack-1") == 1


def test_what_the_rules_refuse_ends_with_1_and_says_why(up: UpProcess, escalation: str) -> None:
    refused = up.run("decide", escalation, "confirm", *LENA, "--json")
    assert refused.code == 1
    assert (refused.json["error"]["kind"], refused.json["error"]["refusal"]) == ("refused", "wrong_stage")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "nothing"),
        ("timeline", "nothing"),
        ("decide", "nothing", "note", "--text", "x", *LENA),
        ("mail", "99999"),
    ],
)
def test_what_is_not_there_ends_with_1(up: UpProcess, arguments: tuple[str, ...]) -> None:
    said = up.run(*arguments)
    assert said.code == 1
    assert "there is no" in said.err


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("note", "--txt", "x", *LENA), "did you mean 'text'?"),
        (("note", "--text", "x"), "--as"),
        (("note", "--text", "x", "--as", "lena-brant"), "did you mean 'lena-brandt'?"),
        (("climb", *LENA), "--reason (text, needed)"),
        (("acknowlege", *LENA), "did you mean 'acknowledge'?"),
        (("assign-owner", "--owner", "mei", *LENA), "owner: there is no person 'mei'"),
        (("note", "hello", *LENA), "--FIELD VALUE"),
    ],
)
def test_a_decision_that_cannot_be_read_ends_with_2_and_the_mend(
    up: UpProcess, escalation: str, arguments: tuple[str, ...], mend: str
) -> None:
    said = up.run("decide", escalation, *arguments)
    assert said.code == 2
    assert mend in said.err


def test_a_report_from_standard_input_names_what_is_wrong_in_it(up: UpProcess) -> None:
    said = up.run("open", "-", given="policy: sample\nreport: {subjekt: x}\n")
    assert said.code == 2
    assert "standard input:2" in said.err


def test_mail_that_went_out_can_be_read(up: UpProcess, escalation: str) -> None:
    mails = up.run("mail", "--json").json["mails"]
    assert mails[0]["number"] == 1
    assert mails[0]["subject"] in up.run("mail", "1").out


def test_the_fields_of_a_decision_are_listed(up: UpProcess) -> None:
    assert "--what-was-done (text, needed)" in up.run("decide", "any", "declare-resolved", "--fields").out


def test_a_second_stack_on_the_same_folder_is_refused(up: UpProcess) -> None:
    said = up.run_apart("up", "--no-sample")
    assert said.code == 3
    assert "already run by process" in said.err


def test_policies_are_checked(up: UpProcess, tmp_path: Path) -> None:
    assert up.run("policy", "check", "--json").json["ok"]
    nowhere = up.run("policy", "check", str(tmp_path / "nowhere"), "--json")
    assert (nowhere.code, nowhere.json["ok"]) == (2, False)


def test_processes_that_die_are_started_again(up: UpProcess) -> None:
    before = [int(pid) for pid in up.note("children.json")]
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    up.wait_until_running(instead_of=before)
