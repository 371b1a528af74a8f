"""Streams: every event in reach, in order, once, from where the reader was; and an end that is said."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from domain.vocabulary import Role
from records.errors import RecordsAway
from records.feed import Feed
from starter.api import hub as hub_module
from starter.api import streams
from starter.api.hub import Hub
from tests.api.house import API, Api, a_body, api_on
from tests.api.listening import InProcess, listening, served
from tests.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALL = f"{API}/escalations/stream"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(api: Api) -> AsyncIterator[InProcess]:
    api.app.state.hub = Hub(Feed(api.house.database), every=0.02)
    async with served(api.app) as running:
        yield running
    del api.app.state.hub


async def note(api: Api, place: str, text: str, who: str = "team_lead", **fields: object) -> None:
    async with api.as_(who) as client:
        answer = await client.post(f"{place}/decisions", json={"type": "note", "text": text, **fields})
    assert answer.status_code == 200, answer.text


def id_of(place: str) -> str:
    return place.rpartition("/")[2]


async def test_what_happens_comes_as_it_happens_in_the_escalations_order(api: Api, server: InProcess) -> None:
    async with listening(server.address, ALL, api.keys["service"]) as stream:
        place = await api.open("stream-1")
        await note(api, place, "first")
        await note(api, place, "second")
        events = await stream.until("noted", sentence="Note: second")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["x-accel-buffering"] == "no"
    mine = [each.data for each in events if each.data["escalation_id"] == id_of(place)]
    assert [each["seq"] for each in mine] == list(range(1, len(mine) + 1))
    assert mine[-1].items() >= {"by": "lena-brandt", "role": "team_lead", "key": "stream-1"}.items()
    assert mine[-1]["at"].endswith("Z")


async def test_a_reader_who_comes_back_goes_on_after_the_last_event(api: Api, server: InProcess) -> None:
    place = await api.open("stream-2")
    async with listening(server.address, f"{place}/stream", api.keys["service"]) as stream:
        await note(api, place, "one")
        seen = await stream.until("noted", sentence="Note: one")
        last = stream.last_id
    await note(api, place, "two")
    await note(api, place, "three")
    async with listening(server.address, ALL, api.keys["service"], last) as again:
        missed = await again.until("noted", sentence="Note: three")
    mine = [each.data for each in missed if each.data["escalation_id"] == id_of(place)]
    # Messages of the opening may still be delivered in between.
    assert [each["seq"] for each in mine] == list(range(seen[-1].data["seq"] + 1, mine[-1]["seq"] + 1))
    assert [each["sentence"] for each in mine if each["type"] == "noted"] == ["Note: two", "Note: three"]


async def test_one_escalation_from_its_first_event_on_and_no_other(api: Api, server: InProcess) -> None:
    place, other = await api.open("stream-3"), await api.open("stream-3-other")
    await note(api, other, "elsewhere")
    await note(api, place, "here")
    path = f"{place}/stream?after=0-0"
    async with listening(server.address, path, api.keys["service"]) as stream:
        before = await stream.until("noted", sentence="Note: here")
        await note(api, other, "elsewhere again")
        await note(api, place, "and now")
        after = await stream.until("noted", sentence="Note: and now")
    assert before[0].event == "opened"
    assert {each.data["escalation_id"] for each in (*before, *after)} == {id_of(place)}
    seqs = [each.data["seq"] for each in (*before, *after)]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.parametrize("wrong", ["garbage", "1", "-", "1-x", "0-99999999999999999999"])
async def test_what_is_no_place_in_the_feed_is_refused(api: Api, wrong: str) -> None:
    async with api.as_("service") as client:
        by_header = await client.get(ALL, headers={"Last-Event-ID": wrong})
        by_query = await client.get(ALL, params={"after": wrong})
    assert (by_header.status_code, by_query.status_code) == (422, 422)
    assert by_header.json()["errors"][0]["parameter"] == "Last-Event-ID"
    assert by_query.json()["errors"][0]["parameter"] == "after"
    assert by_query.json()["errors"][0]["mend"]


async def test_a_place_beyond_the_feed_goes_on_from_its_end(api: Api, server: InProcess) -> None:
    place = await api.open("stream-4")
    beyond = "9000000000-1"
    async with listening(server.address, f"{place}/stream", api.keys["service"], beyond) as stream:
        await note(api, place, "after a restore")
        assert (await stream.until("noted"))[-1].data["sentence"] == "Note: after a restore"


async def test_reporters_hear_of_their_own_and_only_what_is_meant_for_them(
    api: Api, server: InProcess
) -> None:
    other = await api.open("stream-5-other")
    place = await open_as_reporter(api, "stream-5")
    async with listening(server.address, ALL, api.keys["reporter"]) as stream:
        await note(api, other, "not yours")
        await note(api, place, "between colleagues")
        await note(api, place, "for you", audience="customer")
        events = await stream.until("noted")
    assert {each.data["escalation_id"] for each in events} == {id_of(place)}
    assert events[-1].data["sentence"] == "Note: for you"
    assert events[-1].data["by"] == "staff"
    assert not any("colleagues" in str(each) for each in events)
    assert not {"team", "owner", "manager"} & events[-1].data.keys()


async def open_as_reporter(api: Api, key: str) -> str:
    body = a_body(key)
    body["report"]["asked_by"] = "kiosk"
    return await api.open(key, "reporter", report=body["report"])


async def test_out_of_reach_is_refused_before_anything_is_streamed(api: Api) -> None:
    place = await api.open("stream-6")
    async with api.as_("reporter") as client:
        assert (await client.get(f"{place}/stream")).status_code == 404
    async with api.as_(None) as client:
        assert (await client.get(ALL)).status_code == 401


async def test_a_key_that_is_revoked_ends_its_streams(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "KEEP_ALIVE", 0.05)
    keys = api.app.state.doors.keys
    key, text = await keys.create("short-lived", Role.SERVICE, created_by="tests")
    async with listening(server.address, ALL, text) as stream:
        kept = await stream.block()
        while kept is not None and kept.comment != "keep-alive":
            kept = await stream.block()
        assert kept is not None
        assert kept.id is not None
        await keys.revoke(key.prefix, by="tests")
        ended = (await stream.until("stream_ended"))[-1]
        assert ended.data["code"] == "unauthenticated"
        assert await stream.block() is None


async def test_a_key_that_is_revoked_reads_no_further_in_what_it_has_missed(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "KEEP_ALIVE", 0)
    monkeypatch.setattr(hub_module, "PAGE", 1)
    await api.open("stream-9")
    keys, after = api.app.state.doors.keys, Feed.after
    key, text = await keys.create("long-gone", Role.SERVICE, created_by="tests")

    async def revoked_meanwhile(feed: Feed, cursor: str, limit: int, of: str | None = None) -> object:
        await keys.revoke(key.prefix, by="tests")
        return await after(feed, cursor, limit, of)

    monkeypatch.setattr(Feed, "after", revoked_meanwhile)
    async with listening(server.address, ALL, text, "0-0") as stream:
        ended = await stream.event()
    assert (ended.event, ended.data["code"]) == ("stream_ended", "unauthenticated")


async def test_a_database_that_is_away_is_said_and_nothing_is_lost(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await api.open("stream-7")
    async with listening(server.address, f"{place}/stream", api.keys["service"]) as stream:
        with monkeypatch.context() as broken:

            async def away(*_: object) -> list[object]:
                raise RecordsAway("the cable is out")

            broken.setattr(Feed, "after", away)
            said = await stream.block()
            while said is not None and "away" not in (said.comment or ""):
                said = await stream.block()
            assert said is not None
            await note(api, place, "meanwhile")
        assert (await stream.until("noted"))[-1].data["sentence"] == "Note: meanwhile"


async def test_a_reader_who_does_not_read_is_sent_away_and_holds_nothing_up(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "WAITING_AT_MOST", 0)
    place = await api.open("stream-8")
    async with listening(server.address, f"{place}/stream", api.keys["service"]) as stream:
        await note(api, place, "too much")
        ended = (await stream.until("stream_ended"))[-1]
        last = stream.last_id
    assert ended.data["code"] == "too_slow"
    monkeypatch.undo()
    async with listening(server.address, f"{place}/stream", api.keys["service"], last) as again:
        assert (await again.until("noted"))[-1].data["sentence"] == "Note: too much"


async def test_there_is_room_for_so_many_streams_and_no_more(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "OPEN_AT_MOST_FOR_ONE", 1)
    async with listening(server.address, ALL, api.keys["auditor"]), api.as_("auditor") as client:
        full = await client.get(ALL)
    assert (full.status_code, full.json()["code"]) == (429, "rate_limited")
    assert full.headers["retry-after"] == "30"

    async def has_left() -> bool:
        return "audit" not in api.app.state.hub._open

    await eventually(has_left)


async def test_many_streams_that_are_asked_for_at_once_do_not_slip_in(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "OPEN_AT_MOST_FOR_ONE", 0)
    async with api.as_("auditor") as client:
        wrong = await client.get(ALL, params={"after": "nowhere"})
        monkeypatch.setattr(hub_module, "OPEN_AT_MOST_FOR_ONE", 2)
        let_in = [api.app.state.hub.enter("audit") for _ in range(3)]
        wrong_again = await client.get(ALL, params={"after": "nowhere"})
    for _ in range(2):
        api.app.state.hub.leave("audit")
    assert let_in == [True, True, False]
    assert (wrong.status_code, wrong_again.status_code) == (429, 429)


async def test_a_place_that_cannot_be_gives_the_room_back(api: Api) -> None:
    async with api.as_("auditor") as client:
        assert (await client.get(ALL, params={"after": "nowhere"})).status_code == 422
    assert "audit" not in api.app.state.hub._open


async def test_streams_of_one_caller_catch_up_in_turn_and_hold_nobody_else_up(
    api: Api, server: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, reading, most = api.app.state.hub, Counter[str](), Counter[str]()
    at_once = asyncio.Barrier(2)

    async def after(_feed: Feed, cursor: str, _limit: int, of: str | None) -> list[object]:
        who = str(of)
        reading[who] += 1
        most[who] = max(most[who], reading[who])
        if cursor == "meet":
            await at_once.wait()
        reading[who] -= 1
        return []

    async def read(caller: str, cursor: str) -> None:
        async for _ in hub.missed(caller, cursor, caller):
            raise AssertionError

    monkeypatch.setattr(Feed, "after", after)
    async with asyncio.timeout(30):
        await asyncio.gather(
            read("one", "meet"), read("two", "meet"), *(read("one", "0-0") for _ in range(9))
        )
    assert most == {"one": 1, "two": 1}


async def test_nobody_looks_when_nobody_listens(api: Api, server: InProcess) -> None:
    hub = api.app.state.hub

    async def is_at_rest() -> bool:
        return hub._looking is None and not hub._listeners and not hub._open

    async with listening(server.address, ALL, api.keys["service"]):
        assert not await is_at_rest()
    await eventually(is_at_rest)


async def test_a_server_that_is_told_to_stop_ends_its_streams_and_then_itself(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    async with api_on(api.house) as own:
        with caplog.at_level("ERROR", "uvicorn.error"):
            async with (
                served(own.app) as server,
                listening(server.address, ALL, own.keys["service"]) as stream,
            ):
                server.should_exit = True
                ended = (await stream.until("stream_ended"))[-1]
                assert await stream.block() is None
    assert ended.data["code"] == "server_stopping"
    assert caplog.messages == []
