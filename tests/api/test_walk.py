"""Every route as nobody, as every role, and with a key that is not for it. What a route needs it says itself.

A new route walks along by itself, as soon as every parameter of its path and its body have a sample here.
"""

from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from domain.rights import SCOPES, Scope, Span, decision_reach_of, may
from domain.vocabulary import Role
from starter.settings import PROJECT, Settings
from tests.api.alone import API, Alone, api_alone
from tests.api.own_folder import own_files
from tests.api.routes import Served, an_app, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = frozenset(
    {
        ("GET", f"{API}/openapi.json"),
        ("HEAD", f"{API}/openapi.json"),
        ("GET", "/docs"),
        ("GET", "/docs/oauth2-redirect"),
        ("GET", "/static-offline-docs"),
        ("GET", "/healthz"),
        ("GET", "/readyz"),
    }
)
"""What needs no credentials: descriptions, and probes that say nothing about escalations."""
KNOWN = frozenset({("GET", f"{API}/session"), ("DELETE", f"{API}/session")})
"""What everybody may who is somebody."""
COMING_IN = frozenset({("POST", f"{API}/session")})
"""Carries its credentials in the body; its own tests say who is refused."""
DECIDE = ("POST", f"{API}/escalations/{{ref}}/decisions")

REPORT = {"subject": "Down", "what_happened": "All of it.", "reason": "urgency", "asked_by": "walk"}
NOTE = {"type": "note", "text": "seen"}
PLACES = {
    "name": "sample",
    "schedule": "first-line",
    "id": "sub_0123456789abcdef",
    "prefix": "aaaaaaaa",
    "caller": "nobody",
}
"""For what stands in paths beside `ref`, which is an escalation that the caller has asked for."""
BODIES: dict[tuple[str, str], Any] = {
    ("POST", f"{API}/escalations"): {"policy": "sample", "report": REPORT},
    DECIDE: NOTE,
    ("POST", f"{API}/escalations:bulk-decide"): {"items": [{"escalation": "x", "decision": NOTE}]},
    # None of these is carried out, for that takes seconds; their own tests do it.
    ("POST", f"{API}/policies:check"): b"\xff",
    ("POST", f"{API}/policies/{{name}}:simulate"): {},
    ("POST", f"{API}/on-call/{{schedule}}/overrides"): {},
    ("POST", f"{API}/keys"): {"name": "till", "role": "service", "scopes": ["keys"]},
    ("POST", f"{API}/webhooks"): {"url": "https://example.com/hook"},
    ("PATCH", f"{API}/webhooks/{{id}}"): {"enabled": False},
    ("POST", f"{API}/webhooks/{{id}}/replay"): {},
    ("POST", f"{API}/webhooks/{{id}}/test"): None,
    ("PUT", f"{API}/people/me/channels"): {"channels": []},
    ("POST", f"{API}/people/me/test-message"): {},
}
QUERIES: dict[tuple[str, str], dict[str, str]] = {
    # Streams that are let begin do not end.
    ("GET", f"{API}/escalations/stream"): {"after": "nowhere"},
    ("GET", f"{API}/escalations/{{ref}}/stream"): {"after": "nowhere"},
}
GARBAGE = b"{no JSON"
AWAY = {"server_away", "worker_away"}
"""What the right role is answered where only Temporal is missing."""
ROUTES = tuple(served(an_app()))
REFUSED_FOR_ANOTHER_REASON: dict[tuple[str, str], tuple[str, ...]] = {
    # Reporters report in the own name.
    ("POST", f"{API}/escalations"): ("invalid",),
    **dict.fromkeys(QUERIES, ("invalid",)),
    ("POST", f"{API}/policies:check"): ("invalid",),
    ("POST", f"{API}/policies/{{name}}:simulate"): ("invalid",),
    ("POST", f"{API}/on-call/{{schedule}}/overrides"): ("invalid",),
    ("DELETE", f"{API}/on-call/{{schedule}}/overrides/{{id}}"): ("not_found",),
    **{
        (method, path): ("not_found",)
        for method, path, _ in ROUTES
        if path.startswith((f"{API}/webhooks/{{id}}", f"{API}/keys/", f"{API}/people/me/"))
    },
}
"""Codes that say that the caller was let in, and the sample is not at home here."""
GUARDED = [each for each in ROUTES if (each.method, each.path) not in OPEN | COMING_IN]


class Walk:
    """The application, a key for every role and for every scope, and an escalation that each may read."""

    def __init__(self, alone: Alone) -> None:
        self.alone = alone
        self.keys: dict[Role, str] = {}
        self.places: dict[Role, str] = {}

    async def begin(self) -> None:
        for role in Role:
            key, self.keys[role] = await self.alone.keys.create(f"walk-{role}", role, created_by="tests")
            self.places[role] = (await self.alone.has(asked_by=key.author)).rpartition("/")[2]

    async def limited(self, scopes: Collection[Scope]) -> str:
        """A key of somebody who may everything, for these only."""
        name = f"only-{len(scopes)}-{min(scopes)}"
        _, text = await self.alone.keys.create(
            name, Role.ADMINISTRATOR, created_by="tests", scopes=list(scopes)
        )
        return text

    async def send(
        self, route: Served, key: str | None, role: Role = Role.ADMINISTRATOR, body: Any = None
    ) -> httpx2.Response:
        """With the route's own body, unless there is another."""
        path = route.path.format(**{**PLACES, "ref": self.places[role]})
        async with self.alone.client() as client:
            if key is not None:
                client.headers["Authorization"] = f"Bearer {key}"
            body = BODIES.get((route.method, route.path)) if body is None else body
            sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
            query = QUERIES.get((route.method, route.path))
            if body == GARBAGE:
                client.headers["Content-Type"] = "application/json"
            return await client.request(route.method, path, params=query, **sent)

    async def answers(self, route: Served, roles: Collection[Role]) -> dict[Role, str]:
        """The code of the problem for each; empty where there is none."""
        found = {role: await self.send(route, self.keys[role], role) for role in roles}
        return {role: code_of(answer) for role, answer in found.items()}


def code_of(answer: httpx2.Response) -> str:
    return str(answer.json()["code"]) if answer.status_code >= 400 else ""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def walk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    folder: Path = tmp_path_factory.mktemp("walk")
    files = own_files(folder, PROJECT / "policies")
    settings = Settings(
        data=folder, policies=files, api_rate="100000/minute", api_rate_anonymous="100000/minute"
    )
    async with api_alone(folder, settings) as alone:
        walk = Walk(alone)
        await walk.begin()
        yield walk


def rightful(route: Served) -> frozenset[Role]:
    """Who may, by the table of rights."""
    if route.needs is not None:
        return frozenset(role for role in Role if may(role, None, route.needs))
    if (route.method, route.path) == DECIDE:
        return frozenset(role for role in Role if decision_reach_of(role, "x", None).span is not Span.NOTHING)
    return frozenset(Role)


def scope_of(route: Served) -> Scope | None:
    if route.needs is not None:
        return SCOPES[route.needs]
    return Scope.DECISIONS if (route.method, route.path) == DECIDE else None


def named(route: Served) -> str:
    return f"{route.method} {route.path}"


every_route = pytest.mark.parametrize("route", GUARDED, ids=named)
scoped = pytest.mark.parametrize("route", [each for each in GUARDED if scope_of(each)], ids=named)


async def test_what_is_open_and_what_every_other_route_needs_is_known() -> None:
    for_itself = {(each.method, each.path) for each in ROUTES if each.needs is None}
    assert for_itself - OPEN - KNOWN - COMING_IN == {DECIDE}


@pytest.mark.parametrize("route", ROUTES, ids=named)
async def test_a_route_has_a_sample(route: Served) -> None:
    """Without one the others here would not say anything about it."""
    assert all("{" not in part or part[1:-1] in {*PLACES, "ref"} for part in parts(route.path))
    takes_a_body = route.method in {"POST", "PUT", "PATCH"} and (route.method, route.path) not in COMING_IN
    assert not takes_a_body or (route.method, route.path) in BODIES


def parts(path: str) -> list[str]:
    """With what stands around a parameter cut off."""
    return [part[part.find("{") : part.find("}") + 1] if "{" in part else part for part in path.split("/")]


@every_route
async def test_nobody_is_let_in(walk: Walk, route: Served) -> None:
    for key in (None, "esc_aaaaaaaa_" + "s" * 43):
        answer = await walk.send(route, key)
        assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", [each for each in GUARDED if each.method != "GET"], ids=named)
async def test_who_calls_is_asked_before_the_body_is_read(walk: Walk, route: Served) -> None:
    assert (await walk.send(route, None, body=GARBAGE)).status_code == 401
    for role in set(Role) - rightful(route) if route.needs else ():
        assert (await walk.send(route, walk.keys[role], role, GARBAGE)).status_code == 403


@every_route
async def test_the_wrong_roles_are_refused(walk: Walk, route: Served) -> None:
    wrong = set(Role) - rightful(route)
    assert set((await walk.answers(route, wrong)).values()) <= {"forbidden"}


@every_route
async def test_the_right_roles_are_let_in(walk: Walk, route: Served) -> None:
    for role, code in (await walk.answers(route, rightful(route))).items():
        expected = {"", *AWAY, *REFUSED_FOR_ANOTHER_REASON.get((route.method, route.path), ())}
        assert code in expected, (role, code)


@scoped
async def test_a_key_that_is_for_everything_else_is_refused(walk: Walk, route: Served) -> None:
    key = await walk.limited(set(Scope) - {scope_of(route)})
    assert code_of(await walk.send(route, key)) == "out_of_scope"


@scoped
async def test_a_key_that_is_for_this_only_is_let_in(walk: Walk, route: Served) -> None:
    key = await walk.limited([scope for scope in Scope if scope is scope_of(route)])
    assert code_of(await walk.send(route, key)) not in {"unauthenticated", "forbidden", "out_of_scope"}
