"""The same trouble reported twice is one escalation, whoever reports it."""

from tests.smoke.files import CUSTOMER, TICKET, written
from tests.smoke.organisation import ONE, OWNER
from tests.smoke.stack import Stack


async def test_the_same_file_opens_once_and_other_words_under_its_key_join(stack: Stack) -> None:
    file = written(stack.folder, TICKET)
    first = await stack.run_here("open", file, "--json")
    second = await stack.run_here("open", file, "--json")
    await stack.expect_mail(ONE, "Please acknowledge: Case ticket-9")
    await stack.expect_mail(CUSTOMER, "We are on it: Case ticket-9")
    more = written(stack.folder, TICKET.replace("charged twice", "charged three times"), "more.yaml")
    third = await stack.run_here("open", more, "--json")
    outcomes = [said.document["outcome"] for said in (first, second, third)]
    assert outcomes == ["started", "already_open", "joined"]
    assert len({said.document["escalation_id"] for said in (first, second, third)}) == 1
    await stack.expect_mail(CUSTOMER, "We are on it: Case ticket-9")
    await stack.expect_mail(OWNER, "For your information: Case ticket-9")
    await stack.expect_event(first.document["escalation_id"], "message_delivered", nth=4)
    joined = await stack.ledger_agrees(first.document["escalation_id"])
    assert [event.type for event in joined].count("report_joined") == 1
    assert (await stack.client.count_workflows()).count == 1
