"""Communicate: who hears what, what is waited for, and what became of the messages."""

import pytest

from domain.events import (
    EverybodyInformed,
    InformationSent,
    LevelUnreached,
    MessageFailed,
    MessageGivenUp,
    MessageRetried,
    PromiseBroken,
)
from domain.policy import DeliveryRules
from domain.refusals import RefusalCode, Refused
from domain.vocabulary import PromiseStatus, Stage, Template
from tests.domain.choices import CUSTOMERS
from tests.domain.world import DAY, HOUR, MINUTE, POLICY, REPORT, START, World, accepted, changed, person

OUTAGE = REPORT.model_copy(update={"affected": CUSTOMERS})


def test_with_the_acceptance_all_customers_and_the_stakeholders_are_informed() -> None:
    world = accepted(report=OUTAGE)
    informed = [notice.recipient for notice in world.sent if notice.informs]
    assert sorted(informed) == ["acme/1", "emil", "globex/1", "initech/1", "initech/2"]
    assert world.escalation.stage is Stage.ESCALATE
    assert world.promise("inform").status is PromiseStatus.KEPT


def test_it_stays_in_communicate_until_the_last_message_is_through() -> None:
    world = World(report=OUTAGE)
    world.unreachable = {"globex/1"}
    world.decide("accept", "mara", reason="ours")
    stages = [world.escalation.stage]
    world.unreachable.clear()
    world.wait(MINUTE)
    assert [*stages, world.escalation.stage] == [Stage.COMMUNICATE, Stage.ESCALATE]
    assert world.promise("inform").status is PromiseStatus.KEPT


def test_not_informing_everybody_within_the_hour_is_a_breach() -> None:
    world = World(report=OUTAGE)
    world.unreachable = {"globex/1"}
    world.decide("accept", "mara", reason="ours")
    world.wait(HOUR)
    broken = [event.planned for event in world.all(PromiseBroken) if event.promise.key == "inform"]
    assert broken == [START + HOUR]


def test_work_goes_on_when_somebody_cannot_be_informed_at_all_and_the_timeline_says_so() -> None:
    world = World(report=OUTAGE)
    world.unreachable = {"globex/1"}
    world.decide("accept", "mara", reason="ours")
    for _ in range(110):
        world.wait(15 * MINUTE)
    assert world.escalation.stage is Stage.ESCALATE
    assert not world.last(EverybodyInformed).all_reached
    assert world.promise("inform").status is PromiseStatus.BROKEN
    assert world.promise("inform").settled_at is None


def test_stakeholders_get_words_of_their_own_and_every_later_update() -> None:
    world = accepted()
    first = next(notice for notice in world.sent if notice.recipient == "emil")
    assert first.facts["text"] == "The escalation was reviewed and accepted; work is under way."
    world.sent.clear()
    world.decide("send_update", "mara", text="we found it")
    assert world.heard(Template.STAKEHOLDER_NOTICE) == ["emil"]


def test_an_affected_customer_who_comes_later_is_informed_at_once() -> None:
    world = accepted()
    world.sent.clear()
    world.decide("add_affected_customer", "ben", customer=CUSTOMERS[0])
    assert world.heard(Template.CUSTOMER_UPDATE) == ["globex/1"]


def test_an_update_goes_to_all_customers_and_counts_as_the_first_response() -> None:
    world = accepted(report=OUTAGE)
    world.sent.clear()
    world.decide("send_update", "mara", text="we found it")
    assert world.heard(Template.CUSTOMER_UPDATE) == ["globex/1", "initech/1", "initech/2", "acme/1"]
    assert world.promise("first_response").status is PromiseStatus.KEPT


def test_an_update_for_inside_reaches_those_in_charge_but_not_its_author_nor_customers() -> None:
    world = accepted()
    world.decide("deploy_task_force", "theo", roles={"lead": "xena"})
    world.sent.clear()
    world.decide("send_update", "mara", text="the vendor is late", audience="internal")
    assert [notice.recipient for notice in world.sent] == ["emil", "xena"]
    assert world.promise("first_response").status is PromiseStatus.RUNNING


def test_a_changed_estimate_is_itself_an_update() -> None:
    world = accepted()
    world.wait(HOUR)
    world.sent.clear()
    world.decide("set_estimate", "mara", at=START + 6 * HOUR)
    world.decide("set_estimate", "mara", at=START + 7 * HOUR, text="a part is missing")
    texts = [notice.facts["text"] for notice in world.sent if notice.template is Template.CUSTOMER_UPDATE]
    assert texts == ["We expect the solution at 2026-03-02 15:00 UTC.", "a part is missing"]
    assert world.promise("next_update").due == START + 3 * HOUR
    assert world.promise("estimate").due == START + 7 * HOUR


def test_a_missed_estimate_comes_back_to_the_owner() -> None:
    world = accepted()
    world.decide("set_estimate", "mara", at=START + HOUR)
    world.sent.clear()
    world.wait(HOUR)
    assert "mara" in world.heard(Template.PROMISE_BROKEN)


def test_an_estimate_in_the_past_is_refused() -> None:
    with pytest.raises(Refused, match="has passed; give a later time") as refused:
        accepted().decide("set_estimate", "mara", at=START - HOUR)
    assert refused.value.code is RefusalCode.INVALID


def test_a_question_to_the_customer_is_a_response_and_is_repeated_before_the_wait_is_over() -> None:
    world = accepted(report=OUTAGE)
    world.sent.clear()
    world.decide("wait_for_customer", "mara", question="which one?", wait=DAY)
    assert world.heard(Template.INFORMATION_REQUEST) == ["acme/1"]
    assert world.promise("first_response").status is PromiseStatus.KEPT
    world.wait(12 * HOUR)
    assert world.heard(Template.INFORMATION_REQUEST) == ["acme/1", "acme/1"]


def test_a_customers_silence_comes_back_to_the_owner() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=HOUR)
    world.sent.clear()
    world.wait(HOUR)
    assert world.heard(Template.PROMISE_BROKEN) == ["mara"]


def test_a_late_answer_settles_the_broken_wait() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?", wait=HOUR)
    world.wait(2 * HOUR)
    world.decide("customer_replied", "rita", text="the second")
    assert world.promise("customer_answer").settled_at == START + 2 * HOUR


def test_two_waits_at_a_time_are_refused() -> None:
    world = accepted()
    world.decide("wait_for_customer", "mara", question="which one?")
    with pytest.raises(Refused, match="waited for already"):
        world.decide("wait_for_customer", "mara", question="which one?")


def test_the_customers_choice_is_recorded_and_the_owner_hears_it() -> None:
    world = accepted()
    world.decide("propose_options", "ben", options_id="o", options=["money back", "a new one"])
    world.decide("choose_option", "rita", options_id="o", option=2)
    assert world.escalation.options[0].chosen == "a new one"
    assert world.sent[-1].facts["text"] == "The customer chose: a new one"


@pytest.mark.parametrize(
    ("options_id", "option", "code"), [("p", 1, RefusalCode.UNKNOWN), ("o", 3, RefusalCode.INVALID)]
)
def test_only_what_was_proposed_can_be_chosen(options_id: str, option: int, code: RefusalCode) -> None:
    world = accepted()
    world.decide("propose_options", "ben", options_id="o", options=["money back", "a new one"])
    with pytest.raises(Refused) as refused:
        world.decide("choose_option", "rita", options_id=options_id, option=option)
    assert refused.value.code is code


def test_a_message_that_fails_is_tried_again_in_rounds_under_the_same_key() -> None:
    world = World()
    world.unreachable = {"olga"}
    world.decide("assign_owner", "theo", owner="olga")
    key = world.sent[-1].key
    tried = []
    for _ in range(4):
        tried += [event.at for event in world.wait(MINUTE) if event.type == "message_retried"]
    assert tried == [START + 1 * MINUTE, START + 2 * MINUTE, START + 4 * MINUTE]
    assert {notice.key for notice in world.sent if notice.recipient == "olga"} == {key}


def test_a_message_is_given_up_when_the_policys_time_is_over() -> None:
    rules = DeliveryRules(retry_after=(10 * MINUTE,), give_up_after=25 * MINUTE)
    world = World(changed(POLICY, delivery=rules))
    world.unreachable = {"olga"}
    world.decide("assign_owner", "theo", owner="olga")
    for _ in range(4):
        world.wait(10 * MINUTE)
    assert world.last(MessageGivenUp).why == "3 rounds failed since 2026-03-02 09:00 UTC"
    gone = world.last(MessageGivenUp).notice
    failed = [event for event in world.all(MessageFailed) if event.undelivered.notice.key == gone]
    assert ["tried again" in event.sentence() for event in failed] == [True, True, False]
    assert gone not in world.escalation.undelivered


def test_a_whole_attempt_that_failed_is_tried_again_and_says_why() -> None:
    world = World()
    world.failing["send_notices"] = "no worker"
    world.decide("assign_owner", "theo", owner="olga")
    assert world.last(MessageFailed).sentence() == (
        "Not delivered to olga: owner assigned (no worker), tried again 09:00:30 UTC"
    )


def test_a_page_is_not_tried_again_once_somebody_has_acknowledged() -> None:
    world = World()
    world.unreachable = {"xena"}
    world.wait(10 * MINUTE)
    world.decide("acknowledge", "ben")
    world.wait(MINUTE)
    assert world.last(MessageGivenUp).why == "the page is no longer needed"
    assert world.all(MessageRetried) == []


def test_a_level_that_no_message_reaches_is_recorded_and_climbing_goes_on_as_planned() -> None:
    world = World()
    world.unreachable = {"xena"}
    world.wait(10 * MINUTE)
    assert world.last(LevelUnreached).people == ("xena",)
    world.wait(10 * MINUTE)
    assert world.escalation.level == 3


def test_a_level_of_which_somebody_was_reached_is_not_unreached() -> None:
    world = World()
    assert world.all(LevelUnreached) == []


def test_messages_are_still_delivered_after_the_end() -> None:
    world = World()
    world.unreachable = {"mara"}
    world.decide("cancel", "theo", reason="a mistake")
    world.unreachable.clear()
    world.wait(MINUTE)
    assert world.escalation.undelivered == {}


def test_an_answer_that_comes_after_the_end_changes_nothing() -> None:
    world = World()
    world.answers = False
    world.decide("accept", "mara", reason="ours")
    world.decide("cancel", "theo", reason="a mistake")
    before = len(world.all(InformationSent))
    world.answer_all()
    assert len(world.all(InformationSent)) == before
    assert world.escalation.informing == ()


def test_more_customers_than_an_errand_carries_are_informed_in_several() -> None:
    many = tuple(CUSTOMERS[0].model_copy(update={"id": f"c{number}"}) for number in range(120))
    world = World(report=REPORT.model_copy(update={"affected": many}))
    world.answers = False
    world.decide("accept", "mara", reason="ours")
    batches = [errand for errand in world.errands if errand.type == "send_notices"]
    assert [len(errand.notices) for errand in batches] == [50, 50, 21]
    assert len({errand.key for errand in world.errands}) == len(world.errands)


def test_two_answers_that_tell_the_same_person_send_two_messages() -> None:
    world = World(changed(POLICY, stakeholders=(person("theo"),)))
    world.answers = False
    world.decide("request_approval", "anna", approval="a", kind="refund", amount=9, text="sorry")
    world.decide("accept", "mara", reason="ours")
    looked_up = [one for one in world.errands if one.type == "find_people"]
    world.errands = []
    for errand in looked_up:
        world.answer(errand)
    keys = [
        notice.key
        for errand in world.errands
        if errand.type == "send_notices"
        for notice in errand.notices
        if notice.recipient == "theo"
    ]
    assert len(keys) == len(set(keys)) == 2
