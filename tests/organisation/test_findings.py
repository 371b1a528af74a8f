"""What is told of mistakes: all at once, without noise, and what is only a warning."""

from pathlib import Path

from tests.organisation.small import change, findings, loaded, write

POLICY = "policies/desk.yaml"
PEOPLE, TEAMS, ON_CALL, CALENDARS = "people.yaml", "teams.yaml", "on-call.yaml", "calendars.yaml"
TEMPLATE = "templates/en/closed.md"


def test_the_small_organisation_has_no_mistake(tmp_path: Path) -> None:
    assert loaded(write(tmp_path / "organisation")).warnings == ()


def test_a_misspelt_field_is_found_missing_and_strange(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, POLICY, "owner: ben", "ownr: ben")
    who = "the person who is accountable until somebody acknowledges"
    assert findings(folder) == [
        f"{POLICY}:1: error: owner: missing; add owner: {who}",
        "policies/desk.yaml:3: error: ownr: unknown field; did you mean 'owner'?",
    ]


def test_everybody_whom_a_level_cannot_reach_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, POLICY, "channels: [email]", "channels: [console]")
    found = findings(folder)
    assert [finding.split(" cannot")[0] for finding in found] == [
        "policies/desk.yaml:27: error: levels.0.targets.0: ann",
        "policies/desk.yaml:27: error: levels.0.targets.0: cyd",
    ]
    assert found[0].endswith("; give ann such a channel in people.yaml, or allow another one here")


def test_mistakes_in_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, POLICY, "on_call:desk-duty", "on_call:duty")
    change(folder, PEOPLE, "role: agent", "role: boss")
    change(folder, TEAMS, "lead: ben", "lead: bea")
    change(folder, ON_CALL, "shift: 1w", "shift: week")
    change(folder, CALENDARS, "zone: UTC", "zone: UTX")
    change(folder, TEMPLATE, "{{ text }}", "{{ tex }}")
    (folder / "templates/en/guidance.md").unlink()
    files = [finding.split(":")[0] for finding in findings(folder)]
    assert files == [
        CALENDARS,
        ON_CALL,
        PEOPLE,
        POLICY,
        TEAMS,
        TEMPLATE,
        "templates/en/guidance.md",
    ]


def test_a_file_that_is_not_there_is_a_finding_and_no_noise_about_its_names(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / PEOPLE).unlink()
    assert findings(folder) == ["people.yaml:1: error: there is no such file; create it"]


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    assert findings(tmp_path / "nowhere")[0].endswith("there is no such folder; name an existing one")


def test_a_folder_without_policies_is_a_finding(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / POLICY).unlink()
    assert findings(folder) == ["policies:1: error: there is no policy; create policies/<name>.yaml"]


def test_a_file_that_is_not_utf8_is_a_finding(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / TEAMS).write_bytes("teams: Größe".encode("latin-1"))
    assert findings(folder) == ["teams.yaml:1: error: not UTF-8 at byte 9; save it as UTF-8"]


def test_a_policy_cannot_have_a_name_with_spaces(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / POLICY).rename(folder / "policies" / "the desk.yaml")
    [finding] = findings(folder)
    assert finding == (
        "policies/the desk.yaml:1: error: the file's name is no name for a policy; "
        "use letters, digits and . _ - only"
    )


def test_a_template_of_no_message_is_a_finding(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / "templates/en/closd.md").write_text("Subject: x\n\nx\n", "utf-8")
    assert findings(folder) == [
        "templates/en/closd.md:1: error: no message is called 'closd'; did you mean 'closed'?"
    ]


def test_a_second_language_needs_every_message(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / "templates/de").mkdir()
    assert len(findings(folder)) == 22


def test_a_promise_longer_than_the_closing_limit_is_a_warning(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    change(folder, POLICY, "acknowledge: {target: 15m,", "acknowledge: {target: 20d1h,")
    [warning] = loaded(folder).warnings
    assert str(warning) == (
        "policies/desk.yaml:17: warning: promises.S1.acknowledge.target: promised within 20d1h, "
        "but closing within 20d; shorten it, or raise the closing limit"
    )


def test_a_policy_with_the_other_ending_is_a_warning(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    (folder / "policies/other.yml").write_text("", "utf-8")
    [warning] = loaded(folder).warnings
    assert str(warning) == "policies/other.yml:1: warning: a .yml file is not read; rename it to .yaml"
