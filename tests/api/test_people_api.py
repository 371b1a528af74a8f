"""People over HTTP: who one is, how one is reached, and a message to try it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from starter.api import test_messages as sending
from starter.api.doors import Doors
from starter.mail_sink import read_mails
from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANNELS = f"{API}/people/me/channels"
TEST_MESSAGE = f"{API}/people/me/test-message"
A_MINUTE = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
ANNA = [
    {"kind": "email", "address": "anna.weber@example.com"},
    {"kind": "console", "address": "anna-weber"},
]


def file_of(own: Api) -> Path:
    return own.house.settings.policies / "people.yaml"


async def test_one_reads_who_one_is_with_masked_addresses(api: Api) -> None:
    async with api.as_("agent") as client:
        me = (await client.get(f"{API}/people/me")).json()
    assert (me["id"], me["role"], me["how"]) == ("anna-weber", "agent", "key")
    assert me["person"]["team"] == "first-line"
    assert me["person"]["channels"] == [
        {"kind": "email", "address": "a…@example.com"},
        {"kind": "console", "address": "anna-weber"},
    ]


async def test_a_service_is_nobody_in_the_files(api: Api) -> None:
    async with api.as_("service") as client:
        me = (await client.get(f"{API}/people/me")).json()
    assert (me["role"], me["person"]) == ("service", None)


async def test_people_are_listed_and_only_administrators_see_addresses(api: Api) -> None:
    async with api.as_("agent") as agent, api.as_("administrator") as administrator:
        plain = await agent.get(f"{API}/people", params={"team": "first-line"})
        full = await administrator.get(f"{API}/people")
    assert {one["team"] for one in plain.json()["people"]} == {"first-line"}
    assert "@example.com" not in plain.text
    anna = next(one for one in full.json()["people"] if one["id"] == "anna-weber")
    assert anna["channels"] == ANNA


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("reporter", "GET", f"{API}/people"),
        ("reporter", "PUT", CHANNELS),
        ("auditor", "PUT", CHANNELS),
        ("service", "PUT", CHANNELS),
        ("auditor", "POST", TEST_MESSAGE),
        ("service", "POST", TEST_MESSAGE),
    ],
)
async def test_who_may_not_is_refused(api: Api, name: str, method: str, path: str) -> None:
    async with api.as_(name) as client:
        answer = await client.request(method, path, json={"channels": []} if method == "PUT" else None)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_administrator_who_is_nobody_in_the_files_has_no_channels(api: Api) -> None:
    async with api.as_("administrator") as client:
        answers = [
            await client.get(CHANNELS),
            await client.put(CHANNELS, json={"channels": []}),
            await client.post(TEST_MESSAGE),
        ]
    assert [one.status_code for one in answers] == [404, 404, 404]


async def test_own_channels_are_written_in_order_and_count_at_once(own: Api) -> None:
    before = file_of(own).read_text(encoding="utf-8").splitlines()
    hook = {"kind": "webhook", "address": "https://hooks.example.com/a?token={x}&y=[z]"}
    async with own.as_("agent") as client:
        assert (await client.get(CHANNELS)).json() == {"channels": ANNA}
        written = await client.put(CHANNELS, json={"channels": [ANNA[1], hook, ANNA[0]]})
        read = (await client.get(CHANNELS)).json()
        me = (await client.get(f"{API}/people/me")).json()["person"]["channels"]
        after = file_of(own).read_text(encoding="utf-8").splitlines()
        back = await client.put(CHANNELS, json={"channels": ANNA})
    assert written.status_code == 200, written.text
    assert read == written.json() == {"channels": [ANNA[1], hook, ANNA[0]]}
    assert me[1]["address"] == "https://hooks.example.com/…"
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1
    assert back.status_code == 200
    assert file_of(own).read_text(encoding="utf-8").splitlines() == before


async def test_channels_that_were_set_meanwhile_are_not_overwritten(own: Api) -> None:
    async with own.as_("agent") as client:
        seen = (await client.get(CHANNELS)).headers["etag"]
        phone, desk = {"channels": ANNA[::-1]}, {"channels": ANNA[:1]}
        answers = await asyncio.gather(
            *(client.put(CHANNELS, json=each, headers={"If-Match": seen}) for each in (phone, desk))
        )
        late = await client.put(CHANNELS, json=desk, headers={"If-Match": seen})
        now = await client.get(CHANNELS)
        back = await client.put(CHANNELS, json={"channels": ANNA}, headers={"If-Match": now.headers["etag"]})
    assert sorted(each.status_code for each in answers) == [200, 412]
    (written,) = [each for each in answers if each.status_code == 200]
    assert now.json() == written.json()
    assert now.headers["etag"] == written.headers["etag"] != seen
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert (back.status_code, back.headers["etag"]) == (200, seen)


async def test_channels_of_two_people_at_the_same_moment_are_both_kept(own: Api) -> None:
    async with own.as_("agent") as anna, own.as_("team_lead") as lena:
        theirs = [(one, (await one.get(CHANNELS)).json()["channels"]) for one in (anna, lena)]
        await asyncio.gather(*(one.put(CHANNELS, json={"channels": had[::-1]}) for one, had in theirs))
        now = [(await one.get(CHANNELS)).json()["channels"] for one, _ in theirs]
        for one, had in theirs:
            await one.put(CHANNELS, json={"channels": had})
    assert now == [had[::-1] for _, had in theirs]


@pytest.mark.parametrize(
    ("channels", "pointer"),
    [
        ([{"kind": "email", "address": "s3cret at example"}], "/channels/0/address"),
        ([{"kind": "webhook", "address": "ftp://s3cret"}], "/channels/0/address"),
        ([{"kind": "console", "address": "s3cret\x00"}], "/channels/0/address"),
        ([{"kind": "apprise", "address": "json://s3cret.internal"}], "/channels/0"),
        ([ANNA[0], ANNA[0]], "/channels/1"),
        ([], ""),
        ([{"kind": "pigeon", "address": "s3cret"}], "/channels/0/kind"),
        ([{"kind": "email"}], "/channels/0/address"),
        ([{"kind": "email", "address": "x" * 2_000}], "/channels/0/address"),
        ([ANNA[0]] * 11, "/channels"),
        ("email", "/channels"),
    ],
)
async def test_channels_that_cannot_be_used_are_refused_without_repeating_them(
    own: Api, channels: Any, pointer: str
) -> None:
    before = file_of(own).read_text(encoding="utf-8")
    async with own.as_("agent") as client:
        answer = await client.put(CHANNELS, json={"channels": channels})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["mend"]
    assert "s3cret" not in answer.text
    assert file_of(own).read_text(encoding="utf-8") == before


async def test_a_test_message_goes_over_each_channel_and_once_a_minute(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Doors, "now", lambda _: A_MINUTE)
    async with api.as_("team_lead") as client:
        each = await client.post(TEST_MESSAGE)
        again = await client.post(TEST_MESSAGE)
    assert [one.status_code for one in (each, again)] == [200, 200], each.text
    assert again.json() == each.json()
    assert [one["kind"] for one in each.json()["channels"]] == ["email", "console"]
    assert {one["status"] for one in each.json()["channels"]} == {"sent"}
    mails = [one for one in read_mails(api.house.settings.mail_folder) if "Testnachricht" in one.subject]
    assert [one.subject for one in mails] == ["Eine Testnachricht für Lena Brandt"]


async def test_a_test_message_that_nobody_sends_in_time_is_answered_so(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "PATIENCE", timedelta(0))
    async with api.as_("team_lead") as client:
        answer = await client.post(TEST_MESSAGE, json={"channel": "console"})
    assert (answer.status_code, answer.json()) == (202, {"finished": False, "channels": []})


async def test_a_channel_that_one_does_not_have_cannot_be_tried(api: Api) -> None:
    async with api.as_("team_lead") as client:
        answer = await client.post(TEST_MESSAGE, json={"channel": "webhook"})
        wrong = await client.post(TEST_MESSAGE, json={"channel": "pigeon"})
    assert [one.status_code for one in (answer, wrong)] == [422, 422]
    assert answer.json()["errors"][0]["mend"] == "use one of email, console"
