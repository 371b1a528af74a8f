"""A whole life from the command line alone, as somebody on the phone would carry it."""

from tests.smoke.files import CUSTOMER, TICKET, written
from tests.smoke.organisation import MANAGER, ONE, OWNER
from tests.smoke.stack import Stack

OMAR = ("--as", "omar-haddad", "--json")
MIRA = ("--as", CUSTOMER, "--role", "reporter", "--json")
MILESTONES = ["opened", "level_notified", "acknowledged", "accepted", "resolution_declared", "closed"]


async def test_a_life_is_opened_steered_and_read_from_the_command_line(stack: Stack) -> None:
    opened = await stack.run("open", written(stack.folder, TICKET), "--json")
    assert (opened.code, opened.document["outcome"]) == (0, "started")
    await stack.expect_mail(ONE, "Please acknowledge: Case ticket-9")
    await stack.expect_mail(CUSTOMER, "We are on it: Case ticket-9")
    seen = await stack.run_here("decide", "ticket-9", "acknowledge", *OMAR)
    assert (seen.code, seen.document["status"]) == (0, "done")
    accepted = await stack.run_here("decide", "ticket-9", "accept", "--reason", "Ours.", *OMAR)
    assert accepted.code == 0
    await stack.expect_mail(CUSTOMER, "Where we stand: Case ticket-9")
    await stack.expect_event(opened.document["escalation_id"], "everybody_informed")
    listed = await stack.run_here("list", "--open", "--json")
    shown = await stack.run_here("show", "ticket-9", "--json")
    assert [row["key"] for row in listed.document["escalations"]] == ["ticket-9"]
    assert shown.document["escalation"]["owner"] == "omar-haddad"
    assert shown.document["live"]["stage"] == "escalate"

    done = ("--what-was-done", "Paid back.")
    solved = await stack.run_here("decide", "ticket-9", "declare-resolved", *done, *OMAR)
    assert solved.document["decided"]["stage"] == "resolve"
    await stack.expect_mail(CUSTOMER, "Is it solved? Case ticket-9")
    await stack.expect_mail(MANAGER, "For your information: Case ticket-9")
    confirmed = await stack.run_here("decide", "ticket-9", "confirm", "--text", "It is.", *MIRA)
    assert confirmed.document["decided"]["stage"] == "closed"
    for address in (OWNER, MANAGER, CUSTOMER):
        await stack.expect_mail(address, "Closed: Case ticket-9")
    await stack.expect_closed(opened.document["escalation_id"])
    timeline = await stack.run("timeline", "ticket-9", "--json")
    types = [event["type"] for event in timeline.document["events"]]
    assert [each for each in types if each in MILESTONES] == MILESTONES


async def test_exit_codes_tell_refused_missing_misused_and_away_apart(stack_without_worker: Stack) -> None:
    stack = stack_without_worker
    missing = await stack.run_here("show", "ticket-10", "--json")
    misused = await stack.run_here("decide", "ticket-10", "acknowlege", *OMAR)
    stack.kill_server()
    away = await stack.run_here("open", written(stack.folder, TICKET), "--json")
    listed = await stack.run_here("list", "--json")
    assert [said.code for said in (missing, misused, away, listed)] == [1, 2, 3, 0]
    assert away.document["error"]["kind"] == "server_away"
