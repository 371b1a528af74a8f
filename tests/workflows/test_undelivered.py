"""Messages that do not get through."""

from datetime import timedelta

from domain.events import MessageGivenUp
from tests.workflows.house import Life, house


async def test_a_closed_escalation_waits_for_a_message_until_it_is_delivered() -> None:
    async with house() as home:
        home.outside.unreachable.add("olga")
        life = await home.open()
        await _end(life)
        open_still = await life.settled()
        home.outside.unreachable.clear()
        await home.pass_time(timedelta(hours=12))
        ended = await life.ended()
    assert open_still.is_closed
    assert list(open_still.undelivered) != []
    assert ended.undelivered == {}
    assert life.types().index("closed") < life.types().index("message_retried")
    assert life.types()[-1] == "message_delivered"


async def test_a_closed_escalation_ends_once_its_message_is_given_up() -> None:
    async with house() as home:
        home.outside.unreachable.add("olga")
        life = await home.open()
        await _end(life)
        await home.pass_time(timedelta(days=3))
        ended = await life.ended()
    (given_up,) = life.all(MessageGivenUp)
    assert given_up.recipient == "olga"
    assert ended.undelivered == {}


async def _end(life: Life) -> None:
    """Olga, the owner by policy, is told of it; nobody else is."""
    await life.decide("cancel", "mara", reason="a false alarm")
