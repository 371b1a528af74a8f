"""Where a person is, so that it is known when it is night there."""

from pathlib import Path

from tests.organisation.small import change, findings, loaded, write


def test_a_person_may_say_where_they_are(tmp_path: Path) -> None:
    folder = write(tmp_path / "org")
    change(folder, "people.yaml", "    name: Ann\n", "    name: Ann\n    zone: America/St_Johns\n")
    people = loaded(folder).people
    assert (people["ann"].zone, people["ben"].zone) == ("America/St_Johns", None)


def test_a_zone_that_does_not_exist_is_named_with_the_nearest(tmp_path: Path) -> None:
    folder = write(tmp_path / "org")
    change(folder, "people.yaml", "    name: Ann\n", "    name: Ann\n    zone: Europe/Berln\n")
    (finding,) = findings(folder)
    assert finding.startswith("people.yaml:4: error: ")
    assert finding.endswith("unknown time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?")
