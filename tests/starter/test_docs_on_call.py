"""`docs/on-call.md`: every example passes the check, and every command line does what it says."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from organisation.load import load
from organisation.yaml_source import Source, parse, read
from starter.cli.main import run
from starter.settings import PROJECT
from tests.organisation.small import TODAY

GUIDE = (PROJECT / "docs" / "on-call.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)
SCHEDULES = ("rotations", "schedules")
COMMANDS = re.findall(r"^\$ escalations (.*)$", GUIDE, re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped organisation, with one policy: it is on-call.yaml that matters here."""
    folder = Path(shutil.copytree(PROJECT / "policies", tmp_path_factory.mktemp("guide") / "policies"))
    for policy in (folder / "policies").glob("[!s]*.yaml"):
        policy.unlink()
    return folder


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_passes_the_check_without_a_warning(example: str, folder: Path, tmp_path: Path) -> None:
    written, shipped = parse(example, "example"), read(folder / "on-call.yaml", "on-call.yaml")
    assert isinstance(written, Source)
    assert isinstance(shipped, Source)
    # The policies need their schedules; JSON is YAML.
    sections = {name: {**shipped.data.get(name, {}), **written.data.get(name, {})} for name in SCHEDULES}
    trial = Path(shutil.copytree(folder, tmp_path / "trial"))
    (trial / "on-call.yaml").write_text(json.dumps({**written.data, **sections}), encoding="utf-8")
    assert load(trial, TODAY).warnings == ()


def test_every_command_line_does_what_it_says(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "policies"))
    monkeypatch.setenv("ESCALATIONS_POLICIES", str(own))
    monkeypatch.chdir(tmp_path)
    codes = {line: run(shlex.split(line)) for line in COMMANDS}
    assert codes == dict.fromkeys(COMMANDS, 0), capsys.readouterr().err


def test_the_guide_shows_every_command_and_every_section_of_the_file() -> None:
    assert {line.split()[1] for line in COMMANDS if line.startswith("on-call")} == {
        "at",
        "show",
        "gaps",
        "override",
        "overrides",
        "take-back",
        "export",
        "import",
    }
    sections = {line.rstrip(":") for example in EXAMPLES for line in example.splitlines() if line[:1] != " "}
    assert sections == {"rotations", "schedules", "overrides", "swaps", "temporary"}
