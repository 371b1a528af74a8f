"""Somebody leaves a level or the house while a level waits: it is recorded, and nobody waits for them."""

from domain.errands import AnyAnswer, AnyErrand, NoticesSent, SendNotices
from domain.events import (
    LevelLeft,
    LevelNotified,
    LevelReached,
    MessageGivenUp,
    OwnerAssigned,
)
from domain.notices import Delivery
from domain.policy import Level, Policy, PromiseRule, Target
from domain.vocabulary import (
    AcknowledgementBy,
    LadderStatus,
    PromiseKind,
    PromiseStatus,
    Severity,
    TargetKind,
    Template,
)
from tests.domain.world import HOUR, MINUTE, POLICY, START, World, changed, person

ALL = AcknowledgementBy.ALL


class House(World):
    """A world in which people leave the schedule of a level (`duty`) or the organisation (`gone`)."""

    def __init__(
        self, policy: Policy, *duty: str, gone: tuple[str, ...] = (), away: tuple[str, ...] = ()
    ) -> None:
        self.duty = duty
        self.gone = gone
        self.away = away
        super().__init__(policy)

    def outside(self, errand: AnyErrand) -> AnyAnswer:
        self.on_call["second"] = self.duty
        self.unreachable = set(self.away)
        answer = super().outside(errand)
        if not isinstance(answer, NoticesSent) or not isinstance(errand, SendNotices):
            return answer
        lost = {one.key for one in errand.notices if one.recipient in self.gone}
        return answer.but(
            deliveries=tuple(
                Delivery(key=one.key, delivered=False, gone=True) if one.key in lost else one
                for one in answer.deliveries
            )
        )


def paging(**fields: object) -> Policy:
    """A level of half an hour that tells whoever is on duty every ten minutes; no promises."""
    on_duty = Target(kind=TargetKind.ON_CALL, id="second")
    level = {"name": "Duty", "targets": [on_duty], "wait": 30 * MINUTE, "rounds": 3, "every": 10 * MINUTE}
    last = Level(name="Last", targets=(person("mara"),), wait=HOUR)
    first = Level.model_validate({**level, **fields})
    return changed(POLICY, levels=(first, last), promises=dict.fromkeys(Severity, ()))


def told(house: House) -> list[tuple[str, ...]]:
    return [event.people for event in house.all(LevelNotified)]


def test_the_next_round_tells_only_who_is_left_and_records_who_is_gone() -> None:
    house = House(paging(), "anna", "ben")
    house.duty = ("ben",)
    house.wait(10 * MINUTE)
    assert told(house) == [("anna", "ben"), ("ben",)]
    assert house.last(LevelLeft).people == ("anna",)
    assert house.last(LevelLeft).sentence().endswith("No longer at level 1: anna")
    assert house.escalation.ladder.told == ("ben",)


def test_whoever_comes_in_their_place_is_told_with_the_next_round() -> None:
    house = House(paging(), "anna", "ben")
    house.duty = ("ben", "xena")
    house.wait(10 * MINUTE)
    assert told(house)[1:] == [("ben", "xena")]
    assert house.escalation.ladder.told == ("ben", "xena")


def test_a_level_that_asks_for_all_does_not_wait_for_somebody_who_left() -> None:
    house = House(paging(acknowledgement=ALL), "anna", "ben")
    house.decide("acknowledge", "ben")
    house.duty = ("ben",)
    house.wait(10 * MINUTE)
    ladder = house.escalation.ladder
    assert house.last(LevelLeft).stops
    assert (ladder.status, ladder.climb_at) == (LadderStatus.ACKNOWLEDGED, None)
    assert ladder.expires_at == START + 10 * MINUTE + 4 * HOUR
    assert house.last(OwnerAssigned).owner == "ben"
    assert len(told(house)) == 1


def test_a_level_that_asks_for_all_waits_for_the_newcomer_instead() -> None:
    house = House(paging(acknowledgement=ALL), "anna", "ben")
    house.decide("acknowledge", "ben")
    house.duty = ("ben", "xena")
    house.wait(10 * MINUTE)
    assert told(house)[1:] == [("xena",)]
    assert house.escalation.ladder.status is LadderStatus.CLIMBING
    house.decide("acknowledge", "xena")
    assert house.escalation.ladder.climb_at is None


def test_without_rounds_the_climb_comes_as_planned_although_somebody_left() -> None:
    house = House(paging(acknowledgement=ALL, rounds=1, every=None), "anna", "ben")
    house.decide("acknowledge", "ben")
    house.duty = ("ben",)
    house.wait(30 * MINUTE)
    assert house.last(LevelReached).level == 2


def test_a_look_up_that_fails_makes_nobody_leave() -> None:
    house = House(paging(acknowledgement=ALL), "anna", "ben")
    house.decide("acknowledge", "ben")
    house.failing["find_people"] = "the files are broken"
    house.wait(10 * MINUTE)
    assert house.all(LevelLeft) == []
    assert house.escalation.ladder.told == ("anna", "ben")


def test_whoever_was_told_may_still_acknowledge_after_leaving_the_level() -> None:
    house = House(paging(), "anna", "ben")
    house.duty = ("ben",)
    house.wait(10 * MINUTE)
    house.decide("acknowledge", "anna")
    assert house.escalation.ladder.acknowledged_by == ("anna",)
    assert house.escalation.owner == "anna"


def test_a_page_that_never_got_through_is_not_tried_again_once_its_reader_left_the_level() -> None:
    house = House(paging(), "anna", "ben", away=("anna",))
    house.duty = ("ben",)
    house.wait(10 * MINUTE)
    assert "anna" in {one.notice.recipient for one in house.escalation.undelivered.values()}
    house.wait(5 * MINUTE)
    given_up = house.last(MessageGivenUp)
    assert (given_up.recipient, given_up.why) == ("anna", "no longer at this level")
    assert house.escalation.undelivered == {}


def test_a_page_to_somebody_who_left_the_house_is_given_up_at_once_with_the_reason() -> None:
    house = House(paging(), "anna", "ben", away=("anna",))
    house.gone = ("anna",)
    house.wait(MINUTE)
    given_up = house.last(MessageGivenUp)
    assert (given_up.recipient, given_up.rounds) == ("anna", 2)
    assert given_up.why == "nobody in the organisation is called anna"
    assert house.escalation.undelivered == {}


def test_what_a_gone_owner_should_hear_the_escalation_manager_hears() -> None:
    late = PromiseRule(kind=PromiseKind.RESOLVE, target=8 * HOUR, warn_at=(0.5,))
    house = House(changed(paging(), promises=dict.fromkeys(Severity, (late,))), "anna")
    house.decide("acknowledge", "anna")
    house.gone = ("anna",)
    house.wait(4 * HOUR)
    assert house.heard(Template.PROMISE_AT_RISK) == ["anna", "mara"]


def test_a_stakeholder_who_left_the_house_does_not_break_the_promise_to_inform_everybody() -> None:
    house = House(POLICY, "xena", gone=("emil",))
    house.decide("accept", "mara", reason="ours")
    assert house.promise("inform").status is PromiseStatus.KEPT
    assert house.last(MessageGivenUp).recipient == "emil"
