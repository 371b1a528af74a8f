"""Who is on call over HTTP, and overrides that go into the file with who wrote them."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest

from organisation.yaml_source import Source, read
from tests.api.house import API, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")

BILLING = f"{API}/on-call/billing"
NOON = "2026-12-01T12:00:00Z"


def a_day(day: int, **change: Any) -> dict[str, Any]:
    return {
        "from": f"2027-02-{day:02}T09:00:00+01:00",
        "to": f"2027-02-{day:02}T17:00:00+01:00",
        "reason": "At the dentist's",
        **change,
    }


def file_of(own: Api) -> Path:
    return own.house.settings.policies / "on-call.yaml"


async def test_who_is_on_call_since_when_and_who_comes_next(api: Api) -> None:
    async with api.as_("agent") as client:
        billing = (await client.get(BILLING, params={"at": NOON})).json()
        listed = (await client.get(f"{API}/on-call", params={"at": NOON})).json()["schedules"]
    assert billing == {
        "schedule": "billing",
        "zone": "Europe/Berlin",
        "at": NOON,
        "people": ["pavel-novak"],
        "since": "2026-11-30T08:00:00Z",
        "next_handover": {"at": "2026-12-07T08:00:00Z", "people": ["mei-tanaka"]},
    }
    assert billing in listed
    assert {one["schedule"] for one in listed} == set(api.house.source.current().on_call.schedules)


async def test_the_final_schedule_has_no_hole_and_can_be_one_persons(api: Api) -> None:
    stretch = {"from": "2026-12-21T08:00:00Z", "to": "2026-12-30T08:00:00Z"}
    async with api.as_("agent") as client:
        whole = (await client.get(f"{BILLING}/shifts", params=stretch)).json()["shifts"]
        his = await client.get(f"{BILLING}/shifts", params={**stretch, "person": "omar-haddad"})
    assert [one["people"] for one in whole] == [["mei-tanaka"], ["omar-haddad"], ["pavel-novak"]]
    assert [one["to"] for one in whole[:-1]] == [one["from"] for one in whole[1:]]
    assert [one["from"] for one in his.json()["shifts"]] == ["2026-12-24T08:00:00Z"]


async def test_a_calendar_file_has_addresses_for_administrators_only(api: Api) -> None:
    dates = {"from": NOON, "days": "14"}
    async with api.as_("agent") as agent, api.as_("administrator") as administrator:
        plain = await agent.get(f"{BILLING}.ics", params=dates)
        full = await administrator.get(f"{BILLING}.ics", params=dates)
    assert plain.headers["content-type"] == "text/calendar; charset=utf-8"
    assert plain.text.count("BEGIN:VEVENT") == full.text.count("BEGIN:VEVENT") == 3
    assert "Pavel Novak" in plain.text
    assert "@example.com" not in plain.text
    assert "@example.com" in full.text


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("on-call/biling", 404, "schedule"),
        ("on-call/biling.ics", 404, "schedule"),
        ("on-call/biling/shifts", 404, "schedule"),
        ("on-call/biling/overrides", 404, "schedule"),
        ("on-call/billing?at=noon", 422, "at"),
        ("on-call/billing?at=2026-12-01T12:00:00", 422, "at"),
        ("on-call/billing?at=9999-12-31T23:59:59Z", 422, "at"),
        ("on-call/billing/shifts?from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", 422, "to"),
        ("on-call/billing/shifts?from=2026-12-02T00:00:00Z&to=2029-12-01T00:00:00Z", 422, "to"),
        ("on-call/billing/shifts?person=omar", 422, "person"),
        ("on-call/billing.ics?days=401", 422, "days"),
    ],
)
async def test_a_mistaken_question_says_what_to_do(api: Api, path: str, status: int, parameter: str) -> None:
    async with api.as_("agent") as client:
        answer = await client.get(f"{API}/{path}")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["parameter"] == parameter
    assert answer.json()["errors"][0]["mend"]


async def test_an_override_is_in_the_file_with_who_and_why_and_counts_at_once(own: Api) -> None:
    before = file_of(own).read_text(encoding="utf-8")
    async with own.as_("team_lead") as client:
        written = await client.post(f"{BILLING}/overrides", json=a_day(1, person="omar-haddad"))
        then = await client.get(BILLING, params={"at": "2027-02-01T12:00:00+01:00"})
        listed = (await client.get(f"{BILLING}/overrides")).json()["overrides"]
    assert written.status_code == 201, written.text
    assert then.json()["people"] == ["omar-haddad"]
    assert [one["people"] for one in written.json()["then"]["shifts"]] == [["omar-haddad"]]
    assert listed[-1] == written.json()["override"]
    assert (listed[-1]["by"], listed[-1]["reason"]) == ("lena-brandt", "At the dentist's")
    assert file_of(own).read_text(encoding="utf-8").startswith(before)


@pytest.mark.parametrize(
    ("day", "change", "people"),
    [
        (2, {"add": ["omar-haddad"]}, ["mei-tanaka", "omar-haddad"]),
        (3, {"replace": {"mei-tanaka": "david-kim"}}, ["david-kim"]),
        (4, {"nobody": True}, []),
    ],
)
async def test_every_kind_of_change_is_written(
    own: Api, day: int, change: dict[str, Any], people: list[str]
) -> None:
    async with own.as_("team_lead") as client:
        answer = await client.post(f"{BILLING}/overrides", json=a_day(day, **change))
    assert answer.status_code == 201, answer.text
    assert [one["people"] for one in answer.json()["then"]["shifts"]] == [people]
    said = answer.json()["override"]
    assert {name: said[name] for name in change} == change


async def test_the_same_override_again_changes_nothing(own: Api) -> None:
    async with own.as_("team_lead") as client:
        first = await client.post(f"{API}/on-call/platform/overrides", json=a_day(5, add=["david-kim"]))
        before = file_of(own).read_text(encoding="utf-8")
        again = await client.post(f"{API}/on-call/platform/overrides", json=a_day(5, add=["david-kim"]))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["override"] == first.json()["override"]
    assert file_of(own).read_text(encoding="utf-8") == before


async def test_the_same_override_several_times_at_once_is_written_once(own: Api) -> None:
    platform = f"{API}/on-call/platform/overrides"
    async with own.as_("team_lead") as client:
        answers = await asyncio.gather(
            *(client.post(platform, json=a_day(8, person="david-kim")) for _ in range(3))
        )
        listed = (await client.get(platform)).json()["overrides"]
    assert sorted(one.status_code for one in answers) == [200, 200, 201]
    (id_,) = {one.json()["override"]["id"] for one in answers}
    assert [one["id"] for one in listed].count(id_) == 1


async def test_an_override_is_taken_back_once_and_the_file_is_as_before(own: Api) -> None:
    platform = f"{API}/on-call/platform/overrides"
    before = file_of(own).read_text(encoding="utf-8")
    async with own.as_("team_lead") as client:
        made = await client.post(platform, json=a_day(6, person="omar-haddad"))
        id_ = made.json()["override"]["id"]
        other = await client.delete(f"{BILLING}/overrides/{id_}")
        gone = await client.delete(f"{platform}/{id_}")
        again = await client.delete(f"{platform}/{id_}")
        listed = (await client.get(platform)).json()["overrides"]
    assert (other.status_code, gone.status_code, again.status_code) == (404, 200, 404)
    assert gone.json()["override"] == made.json()["override"]
    assert [one["people"] for one in gone.json()["then"]["shifts"]] != [["omar-haddad"]]
    assert id_ not in {one["id"] for one in listed}
    assert file_of(own).read_text(encoding="utf-8") == before


async def test_an_override_of_the_file_that_somebody_else_has_just_taken_out_is_not_there(own: Api) -> None:
    managers = f"{API}/on-call/managers/overrides"
    async with own.as_("team_lead") as client:
        made = (await client.post(managers, json=a_day(7, person="omar-haddad"))).json()["override"]
        answers = await asyncio.gather(*(client.delete(f"{managers}/{made['id']}") for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 404, 404]


async def test_overrides_at_the_same_moment_are_all_kept(own: Api) -> None:
    people = ["omar-haddad", "david-kim", "mei-tanaka"]
    async with own.as_("team_lead") as client:
        answers = await asyncio.gather(
            *(
                client.post(f"{API}/on-call/managers/overrides", json=a_day(10 + number, person=person))
                for number, person in enumerate(people)
            )
        )
        listed = (await client.get(f"{API}/on-call/managers/overrides")).json()["overrides"]
    assert [one.status_code for one in answers] == [201, 201, 201]
    assert {one.json()["override"]["person"] for one in answers} == set(people)
    assert {one.get("person") for one in listed if one["reason"]} == set(people)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (a_day(20, person="omar-hadad"), "/person"),
        (a_day(20, add=["omar-haddad", "nobody"]), "/add/1"),
        (a_day(20, replace={"pavel-novak": "nobody"}), "/replace/pavel-novak"),
        (a_day(20), ""),
        (a_day(20, person="omar-haddad", nobody=True), ""),
        (a_day(20, person="omar-haddad", reason=""), "/reason"),
        (a_day(20, person="omar-haddad", to="2027-02-01T09:00:00Z"), "/to"),
        (a_day(20, person="omar-haddad", to="2029-02-01T09:00:00Z"), "/to"),
        (a_day(20, person="omar-haddad", by="me"), "/by"),
        (a_day(20, person=7), "/person"),
        (a_day(20, add=[]), "/add"),
    ],
)
async def test_a_mistaken_override_names_the_place_and_writes_nothing(
    own: Api, body: dict[str, Any], pointer: str
) -> None:
    before = file_of(own).read_text(encoding="utf-8")
    async with own.as_("team_lead") as client:
        answer = await client.post(f"{BILLING}/overrides", json=body)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert answer.json()["errors"][0]["mend"]
    assert file_of(own).read_text(encoding="utf-8") == before


async def test_only_who_is_in_charge_overrides(own: Api) -> None:
    async with own.as_("agent") as agent, own.as_("auditor") as auditor, own.as_("service") as service:
        answers = [
            await one.post(f"{BILLING}/overrides", json=a_day(21, nobody=True))
            for one in (agent, auditor, service)
        ]
    assert [one.status_code for one in answers] == [403, 403, 403]


async def test_files_that_cannot_be_written_or_are_wrong_already_say_so(
    own: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = own.house.settings.policies / "people.yaml"
    right = people.read_text(encoding="utf-8")

    def read_only(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    async with own.as_("administrator") as client:
        with monkeypatch.context() as patched:
            patched.setattr(tempfile, "mkstemp", read_only)
            fixed = await client.post(f"{BILLING}/overrides", json=a_day(22, nobody=True))
        people.write_text(right.replace("role: agent", "role: agant", 1), encoding="utf-8")
        wrong = await client.post(f"{BILLING}/overrides", json=a_day(22, nobody=True))
        people.write_text(right, encoding="utf-8")
    assert (fixed.status_code, fixed.json()["code"]) == (409, "files_not_writable")
    assert "Read-only file system" in fixed.json()["detail"]
    assert (wrong.status_code, wrong.json()["code"]) == (409, "files_wrong")
    assert "people.yaml:" in wrong.json()["detail"]
    assert isinstance(read(file_of(own), "on-call.yaml"), Source)
