"""The description of the API is complete: whoever reads it needs neither the code nor a try."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from starter.api.decision_bodies import KINDS
from starter.api.problems import STATUS
from tests.api.alone import API
from tests.api.routes import an_app, served

OPENAPI = an_app().openapi()
SCHEMAS = OPENAPI["components"]["schemas"]
PROBES = {"alive", "ready"}
"""Need no credentials, and are not counted against anybody's rate."""


class Operation(NamedTuple):
    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.said["operationId"])

    @property
    def contents(self) -> Iterator[dict[str, Any]]:
        """Of the body that is sent, and of all that are answered."""
        for each in (self.said.get("requestBody", {}), *self.said["responses"].values()):
            yield from each.get("content", {}).values()


OPERATIONS = [
    Operation(method, path, said)
    for path, methods in OPENAPI["paths"].items()
    for method, said in methods.items()
]
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.name)


def resolved(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}})


def test_it_is_valid_openapi() -> None:
    assert OPENAPI["openapi"].startswith("3.1")
    assert [each.message for each in OPENAPI_31_VALIDATOR.iter_errors(OPENAPI)] == []


def test_every_schema_is_valid() -> None:
    Draft202012Validator.check_schema({"$defs": SCHEMAS})


def test_every_route_is_in_it() -> None:
    described = {(each.method.upper(), each.path) for each in OPERATIONS}
    beside = {(each.method, each.path) for each in served(an_app())} - described
    assert {path for _, path in beside} == {
        f"{API}/openapi.json",
        "/docs",
        "/docs/oauth2-redirect",
        "/static-offline-docs",
    }


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [each.name for each in OPERATIONS]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)


@every_operation
def test_an_operation_says_what_it_does(operation: Operation) -> None:
    said = operation.said
    assert said["summary"][0].isupper()
    assert said["description"].endswith(".")
    assert said["description"] != said["summary"]
    assert len(said["tags"]) == 1
    assert [each["name"] for each in said.get("parameters", ()) if not each.get("description")] == []


@every_operation
def test_an_operation_says_who_may_call(operation: Operation) -> None:
    schemes = {name for each in operation.said.get("security", ()) for name in each}
    assert schemes == (set() if operation.name in PROBES else set(OPENAPI["components"]["securitySchemes"]))


@every_operation
def test_an_operation_says_every_answer(operation: Operation) -> None:
    responses = operation.said["responses"]
    assert "default" not in responses
    usual = {"413", "500"} if operation.name in PROBES else {"401", "403", "413", "422", "429", "500", "503"}
    assert usual <= responses.keys()
    assert all(response["description"] for response in responses.values())
    assert all("X-Request-Id" in response["headers"] for response in responses.values())


@every_operation
def test_every_error_is_a_problem_with_an_example_of_its_codes(operation: Operation) -> None:
    for status, response in operation.said["responses"].items():
        is_problem = int(status) >= 400 and (operation.name, status) != ("ready", "503")
        for media, content in response.get("content", {}).items():
            assert (media == "application/problem+json") is is_problem
            codes = {each["value"]["code"] for each in content.get("examples", {}).values()}
            assert bool(codes) is is_problem
            assert codes <= {code for code, (known, _) in STATUS.items() if known == int(status)}


@every_operation
def test_every_example_is_valid(operation: Operation) -> None:
    for content in operation.contents:
        for example in [each["value"] for each in content.get("examples", {}).values()]:
            resolved(content["schema"]).validate(example)
        if "example" in content:
            resolved(content["schema"]).validate(content["example"])


@every_operation
def test_what_takes_a_body_shows_one(operation: Operation) -> None:
    for content in operation.said.get("requestBody", {}).get("content", {}).values():
        assert content["example"]


def test_every_decision_is_told_apart_by_its_type() -> None:
    (decide,) = [each for each in OPERATIONS if each.name == "decide"]
    body = decide.said["requestBody"]["content"]["application/json"]["schema"]
    assert len(body["discriminator"]["mapping"]) == len(body["oneOf"]) == len(KINDS)


def test_a_misspelt_field_of_a_report_is_not_valid_at_any_depth() -> None:
    report = resolved(SCHEMAS["OpenBody"]["properties"]["report"])
    right = {"subject": "x", "what_happened": "x", "reason": "urgency", "asked_by": "x"}
    customer = {"id": "x", "name": "x"}
    assert report.is_valid({**right, "customer": customer})
    assert not report.is_valid({**right, "impakt": "high"})
    assert not report.is_valid({**right, "customer": {**customer, "teir": "gold"}})
    assert not report.is_valid({**right, "affected": [{**customer, "contacts": [{"name": "x", "fax": "1"}]}]})


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("open_escalation", ("200", "201", "202")),
        ("list_escalations", ("200",)),
        ("add_subscription", ("201",)),
        ("make_key", ("201",)),
        ("override", ("200", "201")),
        ("list_policies", ("200",)),
    ],
)
def test_what_is_made_or_listed_leads_on(name: str, statuses: tuple[str, ...]) -> None:
    known = {each.name: each.said for each in OPERATIONS}
    for status in statuses:
        links = known[name]["responses"][status]["links"]
        assert links
        for link in links.values():
            target = known[link["operationId"]].get("parameters", ())
            assert set(link["parameters"]) == {each["name"] for each in target if each["in"] == "path"}


@pytest.mark.parametrize("name", ["read_escalation", "possible", "decide"])
def test_what_no_worker_has_seen_yet_is_told_apart_from_other_absences(name: str) -> None:
    known = {each.name: each.said for each in OPERATIONS}
    (content,) = known[name]["responses"]["503"]["content"].values()
    assert {"server_away", "worker_away", "database_away"} <= content["examples"].keys()
