"""Messages from templates: one file for each message and language, plain text, first line the subject.

A template may say the facts of `FACTS` and nothing else. It runs in a sandbox and cannot change
what it is given; facts are data, never template text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import StrictUndefined
from jinja2 import Template as Compiled
from jinja2.sandbox import ImmutableSandboxedEnvironment

from domain.vocabulary import Template
from organisation.model import Organisation

FACTS = (
    "id",
    "key",
    "subject",
    "severity",
    "stage",
    "level",
    "owner",
    "due",
    "text",
    "by",
    "customer",
    "team",
    "what_happened",
    "reason",
)
"""What every template may say. A fact that does not apply to a message is empty."""

FALLBACK_LANGUAGE = "en"
BUILT_IN = {
    Template.TEST_MESSAGE: """\
Subject: A test message for {{ owner }}

This is a test{% if by %}, asked for by {{ by }}{% endif %}: messages reach you over {{ text }}.
There is nothing to do.
"""
}
"""What is said where an organisation has no file for it. Later messages come so, for files are older."""
SUBJECT_LENGTH = 200
SUBJECT_LINE = re.compile(r"Subject: *(\S.*)")

# No autoescape: the messages are plain text. A line that holds only a block leaves no empty line.
environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)


class TemplateBroken(ValueError):
    """The file is not a template; `line` counts from 1. The text says what is wrong; what is right."""

    def __init__(self, line: int, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.line, self.what, self.mend = line, what, mend


@dataclass(frozen=True)
class Message:
    """What goes out. `subject` is one line of at most 200 characters and safe as a header."""

    subject: str
    text: str


def render(
    organisation: Organisation, template: Template, language: str | None, facts: Mapping[str, str]
) -> Message:
    """The message in that language, or in English where there is none in it."""
    path = organisation.templates / (language or FALLBACK_LANGUAGE) / f"{template}.md"
    if not path.is_file():
        path = organisation.templates / FALLBACK_LANGUAGE / f"{template}.md"
    if not path.is_file() and template in BUILT_IN:
        return _said(*_parts(BUILT_IN[template]), facts)
    return fill(path, facts)


def fill(path: Path, facts: Mapping[str, str]) -> Message:
    """The message of one template file; facts that are left out are empty."""
    return _said(*_compiled(path, path.stat().st_mtime_ns), facts)


def _said(subject: Compiled, body: Compiled, facts: Mapping[str, str]) -> Message:
    said = dict.fromkeys(FACTS, "") | dict(facts)
    return Message(one_line(subject.render(said)), body.render(said).strip() + "\n")


def split(source: str) -> tuple[str, str]:
    """The subject and the body of a template. Raises TemplateBroken.

    They are split before they are filled, so no fact can turn into a header or leave the subject.
    The body keeps the line numbers of the file.
    """
    first, _, rest = source.partition("\n")
    subject = SUBJECT_LINE.fullmatch(first.rstrip())
    if subject is None:
        raise TemplateBroken(1, "the first line is no subject", "begin with `Subject: ` and a subject")
    if not rest.strip():
        raise TemplateBroken(1, "there is no text", "leave a line free below the subject and write the text")
    return subject[1], f"\n{rest}"


def one_line(text: str) -> str:
    """On one line, without control characters, at most 200 characters: nothing that ends a header."""
    visible = (" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    line = " ".join("".join(visible).split())
    return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1].rstrip()}…"


@lru_cache(maxsize=512)
def _compiled(path: Path, changed: int) -> tuple[Compiled, Compiled]:
    """Compiled anew when the file changed, so that an edit counts for the next message."""
    del changed
    return _parts(path.read_text(encoding="utf-8"))


def _parts(source: str) -> tuple[Compiled, Compiled]:
    subject, body = split(source)
    return environment.from_string(subject), environment.from_string(body)
