"""CEL, the language of conditions: its names here, what is wrong with a condition, what it comes to.

The only module that knows cel-expr-python, and the only one that reads its texts. What bounds the time
and memory of a condition is here, too: its length, the number of its patterns, and what it may not use.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from domain.conditions import CaseFacts, ReportFacts
from organisation.cel_tree import Comparison, comparisons
from organisation.findings import nearest

if TYPE_CHECKING:
    from cel_expr_python import cel

LONGEST = 1_000
"""Characters of a condition."""
MOST_PATTERNS = 5
"""Each may take the engine 40 ms, however short it is, which is why they are counted."""
LARGEST = 64_000
"""Bytes of all that a condition is asked of."""
EXAMPLE = "case.customers > 10 && case.tier == 'gold'"

Fact = str | int | tuple[str, ...]


class Scope(StrEnum):
    """Where a condition stands; a route is chosen before there is anything but a report."""

    LEVEL = "level"
    ROUTE = "route"


NOW: dict[str, type] = {"now.hour": int, "now.weekday": str, "now.date": str}
CLIMBING: dict[str, type] = {"level": int, "repeat": int, "age": int}

_RULES = """\
stdlib:
  disable_macros: true
  exclude_functions:
    - name: _+_
      overloads: [{id: add_string}, {id: add_list}, {id: add_bytes}]
"""
"""Without loops, and without texts that grow: what is left takes a time that the length bounds."""
_FUNCTIONS = ("contains", "endsWith", "false", "in", "int", "matches", "size", "startsWith", "string", "true")
_NO_LOOP = "no list is run through. Ask whether something is in one, such as 'Shop' in case.services"
_ELSEWHERE = dict.fromkeys(("all", "exists", "exists_one", "filter", "map"), _NO_LOOP)
_ELSEWHERE["has"] = "everything is there, and what nobody said is an empty text. Compare it with ''"
"""What the language has elsewhere and conditions do not, with the mend."""
_PATTERN = re.compile(r"\bmatches\b")
_WRITTEN_PATTERN = re.compile(r"""\bmatches\s*\((?:[^,()'"]*,)?\s*(r?(?:'[^']*'|"[^"]*"))\s*\)""")
_TROUBLE = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
_UNKNOWN = re.compile(r"undeclared reference to '(.+)' \(in container ''\)")
_NO_OVERLOAD = re.compile(r"found no matching overload for '(.+)' applied to '\((.*)\)'")
_FAULT = re.compile(r"^[A-Z_]+: ")
_SLIPS = {
    "'= '": "compare with ==",
    "'='": "compare with ==",
    "'is'": "compare with ==",
    "'and'": "write && for and",
    "'or'": "write || for or",
    "'not'": "write ! for not",
}
"""What people write who know other languages, as it stands in the engine's text."""


class BadCondition(ValueError):
    """A condition that nobody can ask. The text is what is wrong; and what would be right."""


class Untold(Exception):
    """Asked of these facts, the condition has no answer. The text says why."""


def names(scope: Scope) -> dict[str, Any]:
    """What a condition may name there, with the types."""
    if scope is Scope.ROUTE:
        return {**_fields(ReportFacts), **NOW}
    return {**_fields(CaseFacts), **CLIMBING, **NOW}


def checked(expression: str, scope: Scope) -> str:
    """The condition, if it can be asked. Raises BadCondition."""
    _compiled(expression, scope)
    for literal in _WRITTEN_PATTERN.findall(expression):
        try:
            holds(f"''.matches({literal})", scope, {})
        except Untold as fault:
            what = f"{literal} is no pattern: {fault}".replace(";", ",")
            raise BadCondition(f"{what}; write it in RE2's syntax") from fault
    return expression


def compared(expression: str, scope: Scope) -> tuple[Comparison, ...]:
    """Each name with each literal that it is compared with. Raises BadCondition."""
    return tuple(dict.fromkeys(comparisons(_compiled(expression, scope).serialize())))


def holds(expression: str, scope: Scope, facts: Mapping[str, Fact]) -> bool:
    """Whether it holds. Raises Untold where that has no answer, BadCondition where it cannot be asked."""
    compiled = _compiled(expression, scope)
    try:
        answer = compiled.eval(data={name: _plain(fact) for name, fact in facts.items()})
        kind, value = answer.type().name(), answer.value()
    except RuntimeError as error:  # a limit of the engine itself
        raise Untold(_fault(str(error))) from error
    if kind == "ERROR":
        raise Untold(_fault(str(value)))
    if not isinstance(value, bool):
        raise Untold(f"it comes to {kind.lower()}, neither true nor false")
    return value


@lru_cache(maxsize=1_024)
def _compiled(expression: str, scope: Scope) -> "cel.Expression":
    if len(expression) > LONGEST:
        raise BadCondition(f"longer than {LONGEST} characters; make it shorter")
    if len(_PATTERN.findall(expression)) > MOST_PATTERNS:
        raise BadCondition(f"more than {MOST_PATTERNS} patterns; put several into one, such as 'down|slow'")
    try:
        compiled = _environment(scope).compile(expression)
    except RuntimeError as error:
        raise BadCondition(_explained(str(error), expression, scope)) from error
    kind = compiled.return_type().name()
    if kind != "BOOL":
        raise BadCondition(f"comes to {kind.lower()}, neither true nor false; compare it, such as {EXAMPLE}")
    return compiled


@cache
def _environment(scope: Scope) -> "cel.Env":
    # Imported late: where there is no such package for a machine, all but conditions works.
    try:
        from cel_expr_python import cel
    except ImportError as error:
        raise BadCondition(
            "conditions need the package cel-expr-python, which is not installed here; "
            "install it, or say the same with severity, tier, reason and hours"
        ) from error
    types = {int: cel.Type.INT, str: cel.Type.STRING, tuple[str, ...]: cel.Type.List(cel.Type.STRING)}
    variables = {name: types[kind] for name, kind in names(scope).items()}
    return cel.NewEnv(config=cel.NewEnvConfigFromYaml(_RULES), variables=variables)


def _fields(facts: type[ReportFacts]) -> dict[str, Any]:
    return {f"case.{name}": field.annotation for name, field in facts.model_fields.items()}


def _plain(fact: Fact) -> str | int | list[str]:
    return list(fact) if isinstance(fact, tuple) else fact


def _fault(text: str) -> str:
    return _FAULT.sub("", text.splitlines()[0]) if text else "no reason is given"


def _explained(text: str, expression: str, scope: Scope) -> str:
    """The engine's complaint in the words of the file: what is wrong; and what would be right."""
    troubles = [(int(line), int(column), what) for line, column, what in _TROUBLE.findall(text)]
    if not troubles or "recursion" in text:
        return "nested too deeply; make it simpler, or split it over several levels"
    for _, _, what in troubles:
        if (unknown := _UNKNOWN.fullmatch(what)) and unknown[1] in _ELSEWHERE:
            return f"{unknown[1]} is not for conditions; {_ELSEWHERE[unknown[1]]}"
    line, column, what = troubles[0]
    at = f"line {line}, character {column}" if "\n" in expression.strip() else f"character {column}"
    if unknown := _UNKNOWN.fullmatch(what):
        return _unknown(unknown[1], scope)
    if overload := _NO_OVERLOAD.fullmatch(what):
        operator, types = overload[1].strip("_"), " and ".join(overload[2].split(", "))
        mend = "both sides have to be of one type, texts in quotes and numbers without"
        return f"'{operator}' is not for {types} (at {at}); {mend}"
    slips = (mend for slip, mend in _SLIPS.items() if slip in text)
    what = what.removeprefix("Syntax error: ").partition(" expecting")[0].replace(";", ",")
    return f"not CEL at {at}: {what}; {next(slips, f'write it such as {EXAMPLE}')}"


def _unknown(name: str, scope: Scope) -> str:
    known = names(scope)
    if name in names(Scope.LEVEL):
        few = ", ".join(islice(known, 12))
        return f"{name!r} is not known yet when a route is chosen; known are {few}, …"
    inside = [each for each in known if each.startswith(f"{name}.")]
    mend = nearest(name, inside or (*known, *_FUNCTIONS))
    if "." not in name and not inside and not mend.startswith("did you mean"):
        mend = f"a text stands in quotes, such as '{name}'. Otherwise {mend}"
    return f"there is no {name!r} in conditions; {mend}"
