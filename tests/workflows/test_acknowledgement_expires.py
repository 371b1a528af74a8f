"""Acknowledged, then silence."""

from datetime import timedelta

from domain.events import Acknowledged, AcknowledgementExpired, LevelReached
from tests.workflows.house import house


async def test_an_acknowledgement_without_any_further_word_expires() -> None:
    async with house() as home:
        life = await home.open()
        await life.decide("acknowledge", "anna")
        await home.pass_time(timedelta(hours=4, minutes=1))
        await life.settled()
    (acknowledged,) = life.all(Acknowledged)
    (expired,) = life.all(AcknowledgementExpired)
    assert expired.planned == acknowledged.at + timedelta(hours=4)
    assert [(event.level, event.planned) for event in life.all(LevelReached)][1] == (2, expired.planned)
