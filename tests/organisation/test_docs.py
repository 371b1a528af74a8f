"""Every YAML example in the docs goes through the check, as it would in the sample organisation."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.simulation.script import Script
from organisation.explain import shaped
from organisation.on_call_shapes import OnCallFile
from organisation.policy_shape import PolicyFile
from organisation.review import Review, review
from organisation.scripts import ScriptFile, script_from
from organisation.yaml_source import Source, parse, read
from tests.organisation.small import TODAY

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^#+ (?P<heading>[^\n]*)$|^```yaml\n(?P<yaml>.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = ("calendars", "people", "teams")


def fields(shape: Any) -> frozenset[str]:
    return frozenset(field.alias or name for name, field in shape.model_fields.items())


KINDS = {
    "policy": fields(PolicyFile),
    "on call": fields(OnCallFile),
    "script": fields(ScriptFile),
    **{name: frozenset({name}) for name in FILES},
}


class Example(NamedTuple):
    """A block of YAML, below a heading of a page."""

    page: str
    heading: str
    source: Source

    @property
    def kind(self) -> str:
        """Of which file it is a part; a block that fits none is a mistake."""
        [kind] = [kind for kind, known in KINDS.items() if known >= self.source.data.keys()]
        return kind

    def __str__(self) -> str:
        return f"{self.page}: {self.heading}"


def examples(page: Path) -> list[Example]:
    found, heading = [], ""
    for match in EXAMPLE.finditer(page.read_text(encoding="utf-8")):
        heading = match["heading"] or heading
        source = parse(match["yaml"], f"{page.name}: {heading}") if match["yaml"] else None
        found += [Example(page.name, heading, source)] if isinstance(source, Source) else []
    return found


PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
ALL = [example for page in PAGES for example in examples(page)]
POLICIES = [example for example in ALL if example.kind == "policy"]


def over(base: Any, more: Any) -> Any:
    """What `more` says beside or instead of `base`: mappings are merged, all else is replaced."""
    if not isinstance(base, Mapping) or not isinstance(more, Mapping):
        return more
    return {**base, **{key: over(base.get(key), value) for key, value in more.items()}}


def said(file: Path) -> dict[str, Any]:
    source = read(file, file.name)
    assert isinstance(source, Source)
    return source.data


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """The sample organisation with all examples at once: each policy's beside the others."""
    folder = tmp_path_factory.mktemp("docs") / "organisation"
    shutil.copytree(ROOT / "policies", folder)
    whole = POLICIES[0].source.data
    for number, example in enumerate(POLICIES):
        text = json.dumps(over(whole, example.source.data))
        (folder / f"policies/example-{number:02}.yaml").write_text(text, encoding="utf-8")
    for name in FILES:
        file = folder / f"{name}.yaml"
        data = said(file)
        for example in ALL:
            data = over(data, example.source.data) if example.kind == name else data
        file.write_text(json.dumps(data), encoding="utf-8")
    return review(folder, TODAY)


def test_the_first_policy_is_whole_and_the_others_add_to_it() -> None:
    assert isinstance(shaped(POLICIES[0].source, PolicyFile), PolicyFile)
    assert len(POLICIES) > 20


@pytest.mark.parametrize(
    ("number", "example"), list(enumerate(POLICIES)), ids=[str(example) for example in POLICIES]
)
def test_an_example_of_a_policy_passes_the_check_without_a_warning(
    checked: Review, number: int, example: Example
) -> None:
    file = f"policies/example-{number:02}.yaml"
    assert [str(finding) for finding in checked.findings if finding.file == file] == []


def test_the_examples_of_the_other_files_pass_the_check_without_a_warning(checked: Review) -> None:
    assert [str(finding) for finding in checked.findings if "example-" not in finding.file] == []


def test_the_examples_of_scripts_can_be_played(checked: Review) -> None:
    assert checked.organisation is not None
    scripts = [example.source for example in ALL if example.kind == "script"]
    assert all(isinstance(script_from(each, checked.organisation), Script) for each in scripts)


def test_schedules_are_shown_only_where_their_examples_are_checked() -> None:
    # tests/starter/test_docs_on_call.py checks each of them by itself: they name the same schedules.
    assert {example.page for example in ALL if example.kind == "on call"} == {"on-call.md"}


def test_every_block_of_yaml_is_an_example_that_was_read() -> None:
    blocks = sum(page.read_text(encoding="utf-8").count("```yaml") for page in PAGES)
    assert len(ALL) == blocks


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name == "docs"], ids=lambda page: page.name
)
def test_every_link_within_a_page_leads_to_a_heading(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= headings
