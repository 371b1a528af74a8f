"""Words that nothing is ever called by: in conditions, and skills that no team has."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from domain.people import Team
from domain.policy import Policy
from domain.vocabulary import Grade, Priority, Reason, Severity, Stage
from organisation.cel import Scope, Untold, compared
from organisation.cel_tree import EQUALITIES, Comparison, Part
from organisation.conditions import WEEKDAYS
from organisation.findings import Finding, nearest
from organisation.names import Names, Thing
from organisation.policy_shape import PolicyFile
from organisation.word_parts import SAID, could_be_had, had, matches, meant
from organisation.yaml_source import Location, Source

ENUMERATED: dict[str, tuple[str, ...]] = {
    "case.reason": tuple(Reason),
    "case.impact": tuple(Grade),
    "case.urgency": tuple(Grade),
    "case.severity": tuple(Severity),
    "case.priority": tuple(Priority),
    "case.stage": tuple(stage for stage in Stage if stage not in (Stage.IDENTIFY, Stage.CLOSED)),
    "now.weekday": WEEKDAYS,
}
"""All that a condition's names can be, beside an empty text where nobody said it."""


class Spelling(NamedTuple):
    pattern: re.Pattern[str]
    shape: re.Pattern[str]
    """Of the whole text, of which conditions may ask for a part."""
    sample: str
    mend: str


SPELT = {
    "case.language": Spelling(
        pattern=re.compile("[a-z]{2}"),
        shape=re.compile("[a-z]{2}"),
        sample="de",
        mend="write two letters, such as 'de'",
    ),
    "now.date": Spelling(
        pattern=re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"),
        shape=re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
        sample="2026-12-24",
        mend="write it such as '2026-12-24'",
    ),
}
"""How names are always written. Dates compare as texts, so that the beginning of one is enough."""

HOURS = range(24)


def unknown_words(source: Source, file: PolicyFile, names: Names) -> Iterator[Finding]:
    """Literals in conditions that their names can never be: severities, reasons, teams, dates and so on."""
    for at, comparison in _compared(file):
        if comparison.operator in frozenset(Part):
            yield from _unknown_part(source, at, comparison, names)
        else:
            yield from _unknown_word(source, at, comparison, names)


def _unknown_word(source: Source, at: Location, asked: Comparison, names: Names) -> Iterator[Finding]:
    name, operator, literal = asked
    if isinstance(literal, int):
        # An order may name the hour after the last one: now.hour < 24.
        if name == "now.hour" and operator in EQUALITIES and literal not in HOURS:
            yield source.finding(at, f"{name} is never {literal}", "write an hour from 0 to 23")
    elif not literal:
        return
    elif name in ENUMERATED and literal not in ENUMERATED[name]:
        yield source.finding(at, f"{name} is never {literal!r}", nearest(literal, ENUMERATED[name]))
    elif name == "case.team":
        yield from names.unknown(source, at, Thing.TEAM, literal)
    elif name in SPELT and not SPELT[name].pattern.fullmatch(literal):
        yield source.finding(at, f"{name} is never {literal!r}", SPELT[name].mend)


def _unknown_part(source: Source, at: Location, asked: Comparison, names: Names) -> Iterator[Finding]:
    name, part, literal = asked.name, Part(asked.operator), str(asked.literal)
    if part is Part.PATTERN:
        # One that stands alone in its brackets was refused with the condition; this is for all others.
        try:
            matches("", literal)
        except Untold as fault:
            what = f"{literal!r} is no pattern: {fault}".replace(";", ",")
            yield source.finding(at, what, "write it in RE2's syntax")
            return
    never = f"{name} never {SAID[part]} {literal!r}"
    words = names.known.get(Thing.TEAM) if name == "case.team" else ENUMERATED.get(name)
    if words is not None and not had(part, literal, words):
        yield source.finding(at, never, meant(part, literal, words))
    elif name in SPELT and not could_be_had(part, literal, SPELT[name].shape, SPELT[name].sample):
        yield source.finding(at, never, SPELT[name].mend)


def doubtful_words(
    source: Source, file: PolicyFile, policies: Iterable[Policy], teams: Mapping[str, Team]
) -> Iterator[Finding]:
    """Words that customers and reporters are free in, where they look like a slip.

    Skills are those that teams have and topics those that routes name, as far as there are any; products
    and services are many, so that only those that are spelt almost like a route's are doubted.
    """
    skills = {skill for team in teams.values() for skill in team.skills}
    for at, skill in _skills(file) if skills else ():
        if not _named(skill, skills):
            yield source.warning(at, f"no team has the skill {skill!r}", nearest(skill, skills))
    routes = [route for policy in policies for route in policy.routes]
    topics = {topic for route in routes for topic in route.topics}
    for at, topic in compared_with(file, "case.topic") if topics else ():
        if not _named(topic, topics):
            near = nearest(topic, topics)
            mend = f"{near if near.endswith('?') else f'{near}.'} Or let a route name it"
            yield source.warning(at, f"no route names the topic {topic!r}", mend)
    products = {product for route in routes for product in route.products}
    for name in ("case.product", "case.services"):
        for at, product in compared_with(file, name):
            near = nearest(product, products)
            if not _named(product, products) and near.startswith("did you mean"):
                yield source.warning(at, f"no route names the product {product!r}", near)


def _named(word: str, words: Iterable[str]) -> bool:
    """As routes look at it, which do not tell capital letters from small ones."""
    return word.casefold() in {each.casefold() for each in words}


def compared_with(file: PolicyFile, wanted: str) -> Iterator[tuple[Location, str]]:
    """The texts that a name is compared with in the conditions of a policy, where there are some."""
    for at, (name, operator, literal) in _compared(file):
        whole = operator not in frozenset(Part)
        if name == wanted and whole and isinstance(literal, str) and literal:
            yield at, literal


def _skills(file: PolicyFile) -> Iterator[tuple[Location, str]]:
    for number, route in enumerate(file.routes):
        for which, skill in enumerate(route.skill):
            yield ("routes", number, "skill", which), skill
    yield from compared_with(file, "case.skill")


def _compared(file: PolicyFile) -> Iterator[tuple[Location, Comparison]]:
    for at, expression in file.conditions():
        scope = Scope.ROUTE if at[0] == "routes" else Scope.LEVEL
        for comparison in compared(expression, scope):
            yield at, comparison
