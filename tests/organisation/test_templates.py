"""Messages from templates: complete, in the reader's language, and safe as mail."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import Template
from organisation.load import load
from organisation.model import Organisation
from organisation.templates import FACTS, one_line, render
from tests.organisation.small import TODAY, loaded, write

ROOT = Path(__file__).parents[2]
ABOUT_A_CASE = [template for template in Template if template is not Template.TEST_MESSAGE]
FACTS_FOR_ALL = {fact: f"the {fact}" for fact in FACTS}


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return load(ROOT / "policies", TODAY)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("template", ABOUT_A_CASE)
def test_every_message_says_what_it_is_about(
    organisation: Organisation, template: Template, language: str
) -> None:
    message = render(organisation, template, language, FACTS_FOR_ALL)
    assert "the subject" in message.subject
    assert "the key" in message.text
    assert "the text" in message.text
    assert "{" not in message.subject + message.text


@pytest.mark.parametrize("template", ABOUT_A_CASE)
def test_the_languages_differ(organisation: Organisation, template: Template) -> None:
    english, german = (render(organisation, template, code, FACTS_FOR_ALL) for code in ("en", "de"))
    assert english.subject != german.subject
    assert english.text != german.text


@pytest.mark.parametrize("template", ABOUT_A_CASE)
def test_a_message_goes_out_although_facts_are_missing(
    organisation: Organisation, template: Template
) -> None:
    message = render(organisation, template, "en", {"subject": "Printer"})
    assert "Printer" in message.subject
    assert "None" not in message.text


@pytest.mark.parametrize("language", ["fr", None])
def test_a_language_that_is_not_there_falls_back_to_english(
    organisation: Organisation, language: str | None
) -> None:
    english = render(organisation, Template.GUIDANCE, "en", FACTS_FOR_ALL)
    assert render(organisation, Template.GUIDANCE, language, FACTS_FOR_ALL) == english


def test_a_fact_cannot_bring_a_header(organisation: Organisation) -> None:
    evil = {"subject": "Printer\r\nBcc: all@example.com\r\n\r\nHello\u2028x\x00y"}
    message = render(organisation, Template.CUSTOMER_UPDATE, "en", evil)
    assert message.subject == "Where we stand: Printer Bcc: all@example.com Hello x y []"
    assert not message.text.startswith("Bcc")


def test_a_fact_is_never_template_text(organisation: Organisation) -> None:
    message = render(
        organisation, Template.GUIDANCE, "en", {"text": "{{ id }}{% raw %}", "subject": "{{ 1 }}"}
    )
    assert "{{ id }}{% raw %}" in message.text
    assert message.subject == "Guidance: {{ 1 }}"


def test_plain_text_is_not_escaped(organisation: Organisation) -> None:
    message = render(organisation, Template.GUIDANCE, "en", {"text": "a < b & c", "subject": "R&D"})
    assert "a < b & c" in message.text
    assert message.subject == "Guidance: R&D"


@given(st.text(max_size=400))
def test_a_subject_is_one_line_of_200_characters_whatever_it_is_made_of(text: str) -> None:
    subject = one_line(text)
    assert len(subject) <= 200
    assert len(subject.splitlines()) <= 1
    assert subject == one_line(subject)


def test_an_edited_template_counts_for_the_next_message(tmp_path: Path) -> None:
    organisation = loaded(write(tmp_path / "organisation"))
    path = organisation.templates / "en" / "closed.md"
    before = render(organisation, Template.CLOSED, "en", FACTS_FOR_ALL)
    path.write_text("Subject: Over\n\nIt is over.\n", "utf-8")
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime + 1))
    after = render(organisation, Template.CLOSED, "en", FACTS_FOR_ALL)
    assert (before.subject, after.subject) == ("the subject", "Over")
    assert after.text == "It is over.\n"


def test_a_test_message_has_words_where_an_organisation_has_no_file_for_it(tmp_path: Path) -> None:
    folder = write(tmp_path / "organisation")
    for file in (folder / "templates").glob("*/test_message.md"):
        file.unlink()
    message = render(load(folder), Template.TEST_MESSAGE, "de", {"owner": "Ann", "text": "email"})
    assert message.subject == "A test message for Ann"
    assert "reach you over email" in message.text
