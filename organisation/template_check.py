"""Whether every message can be written in every language, before anybody has to write one."""

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.meta import find_undeclared_variables

from domain.vocabulary import Template
from organisation.findings import Finding, nearest
from organisation.templates import (
    BUILT_IN,
    FACTS,
    FALLBACK_LANGUAGE,
    TemplateBroken,
    environment,
    fill,
    split,
)

SAMPLES = ({fact: f"<{fact}>" for fact in FACTS}, dict.fromkeys(FACTS, ""))
"""Every fact there, and none, so that both sides of most conditions are tried."""


def check_templates(folder: Path) -> Iterator[Finding]:
    """Findings for the templates below a folder; their files are named from the folder's parent."""
    languages = {path.name for path in folder.iterdir() if path.is_dir()} if folder.is_dir() else set()
    for language in sorted(languages | {FALLBACK_LANGUAGE}):
        for template in Template:
            path = folder / language / f"{template}.md"
            file = path.relative_to(folder.parent).as_posix()
            if path.is_file():
                yield from _check(path, file)
            elif template not in BUILT_IN:
                yield Finding(file, 1, f"there is no template {template} in {language!r}", "create the file")
        for path in sorted((folder / language).glob("*.md")):
            if path.stem not in list(Template):
                file = path.relative_to(folder.parent).as_posix()
                yield Finding(file, 1, f"no message is called {path.stem!r}", nearest(path.stem, Template))


def _check(path: Path, file: str) -> Iterator[Finding]:
    try:
        parts = split(path.read_text(encoding="utf-8"))
        strange = [(name, line) for part in parts for name, line in _strange(part)]
        for name, line in strange:
            yield Finding(file, line, f"there is no fact {name!r}", nearest(name, FACTS))
        if not strange:
            for facts in SAMPLES:
                fill(path, facts)
    except TemplateBroken as error:
        yield Finding(file, error.line, error.what, error.mend)
    except TemplateSyntaxError as error:
        yield Finding(file, error.lineno, f"not a template: {error.message}", "mend the braces near here")
    except UnicodeDecodeError as error:
        yield Finding(file, 1, f"not UTF-8 at byte {error.start}", "save it as UTF-8")
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        yield Finding(file, 1, f"cannot be filled in: {error}", "use the facts as plain text only")


def _strange(part: str) -> Iterator[tuple[str, int]]:
    """Names that are no facts, each with the line on which it is first used."""
    tree = environment.parse(part)
    strange = find_undeclared_variables(tree) - set(FACTS)
    lines: dict[str, int] = {}
    for node in tree.find_all(nodes.Name):
        if node.name in strange:
            lines.setdefault(node.name, node.lineno)
    yield from lines.items()
