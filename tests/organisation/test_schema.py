"""The schema for editors: it takes what the check takes, and knows the words that the check knows."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from organisation.policy_shape import PolicyFile
from organisation.schema import policy_schema, schema_text
from organisation.yaml_source import Source, parse, read
from tests.organisation import small

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "policies" / "policies").glob("*.yaml"))
PUBLISHED = ROOT / "docs" / "policy.schema.json"

WRONG = [
    pytest.param("target: 15m", "target: 15", "promises/S1/acknowledge/target", id="a length without unit"),
    pytest.param("[climb]", "[clmb]", "promises/S1/acknowledge/on_breach/0", id="an unknown action"),
    pytest.param("high/high: S1", "high/high: S7", "severities/high/high", id="an unknown severity"),
    pytest.param("  low/low: S4\n", "", "severities", id="a pair without severity"),
    pytest.param("  S3: *promises\n", "", "promises", id="a severity without promises"),
    pytest.param("    resolve:", "    resolv:", "promises/S1", id="an unknown promise"),
    pytest.param("on_call:desk-duty", "oncall:desk-duty", "levels/0/targets/0", id="an unknown target"),
    pytest.param("targets: [on_call:desk-duty]", "targets: []", "levels/0/targets", id="no target"),
    pytest.param(small.LEVELS, small.ONE_LEVEL, "levels", id="one level"),
    pytest.param("owner: ben\n", "", "", id="no owner"),
    pytest.param("repeats", "repeat", "", id="an unknown field"),
]


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return policy_schema()


@pytest.fixture(scope="module")
def validator(schema: dict[str, Any]) -> Any:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data(text: str) -> dict[str, Any]:
    source = parse(text, "desk.yaml")
    assert isinstance(source, Source)
    return source.data


def test_the_published_schema_is_what_the_command_prints() -> None:
    mend = "run: escalations policy schema > docs/policy.schema.json"
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), mend


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_policy_fits_the_schema(validator: Any, path: Path) -> None:
    source = read(path, path.name)
    assert isinstance(source, Source)
    assert [error.message for error in validator.iter_errors(source.data)] == []


@pytest.mark.parametrize(("old", "new", "where"), WRONG)
def test_the_schema_shows_where_a_file_is_wrong(validator: Any, old: str, new: str, where: str) -> None:
    text = small.POLICY.replace("last_resort:", "repeats: 1\nlast_resort:")
    assert list(validator.iter_errors(data(text))) == []
    assert where in [
        "/".join(str(part) for part in error.absolute_path)
        for error in validator.iter_errors(data(text.replace(old, new)))
    ]


def test_a_target_may_be_written_as_a_mapping_too(validator: Any) -> None:
    text = small.POLICY.replace("targets: [on_call:desk-duty]", "targets: [on_call: desk-duty, owner]")
    PolicyFile.model_validate(data(text))
    assert list(validator.iter_errors(data(text))) == []


def test_every_field_is_described(schema: dict[str, Any]) -> None:
    for name, definition in {"the file": schema, **schema["$defs"]}.items():
        silent = [
            field for field, about in definition.get("properties", {}).items() if "description" not in about
        ]
        assert (name, silent) == (name, [])


def test_lengths_are_shown_as_they_are_written(schema: dict[str, Any]) -> None:
    text = json.dumps(schema)
    assert schema["$defs"]["ConfirmationShape"]["properties"]["wait"]["default"] == "5d"
    assert '"format": "duration"' not in text
