"""The tables of `docs/api.md` that say who may what, from the code that decides it.

`python -m tests.api.guide_tables` writes them into the guide.
"""

from collections.abc import Collection, Iterable

from domain.permissions import OWNER_MAY, ROLES
from domain.rights import ACTS, READS, SCOPES, Act, Read, Span, decision_reach_of, reach_of
from domain.vocabulary import Role
from starter.api.decision_bodies import KINDS, type_of
from starter.settings import PROJECT

FILE = PROJECT / "docs" / "api.md"
BEGIN = "<!-- made by: python -m tests.api.guide_tables -->\n"
END = "<!-- end -->"
HEADS = {
    Role.REPORTER: "rep",
    Role.AGENT: "agent",
    Role.EXPERT: "expert",
    Role.TEAM_LEAD: "lead",
    Role.ESCALATION_MANAGER: "EM",
    Role.PROBLEM_COORDINATOR: "PC",
    Role.CUSTOMER_ENGAGEMENT_MANAGER: "CEM",
    Role.EXECUTIVE: "exec",
    Role.AUDITOR: "audit",
    Role.ADMINISTRATOR: "admin",
    Role.SERVICE: "service",
}
SPANS = {
    Span.EVERYTHING: "all",
    Span.TEAM: "own team",
    Span.ASKED_BY: "own reports",
    Span.NOTHING: "none",
}


def tables() -> str:
    named = ", ".join(f"{head} = `{role}`" for role, head in HEADS.items())
    reads = (_row(each, {role for role in Role if each in READS[role]}, SCOPES[each]) for each in Read)
    acts = (_row(each, {role for role in Role if each in ACTS[role]}, SCOPES[each]) for each in Act)
    decisions = (_row(type_of(kind), ROLES[kind]) for kind in KINDS)
    owners = ", ".join(f"`{type_of(kind)}`" for kind in KINDS if kind in OWNER_MAY)
    reach = (
        _line("reads", (SPANS[reach_of(role, "p", "t").span] for role in Role)),
        _line("decides about", (SPANS[decision_reach_of(role, "p", "t").span] for role in Role)),
    )
    return "\n\n".join(
        (
            f"The roles: {named}.",
            _table("whose escalations", reach),
            _table("may read", reads, "scope"),
            _table("may do", acts, "scope"),
            f"Decisions (scope `{SCOPES[Act.BULK_DECIDE]}`):",
            _table("may decide", decisions),
            f"The owner, where that is somebody of the staff, may also decide: {owners}.",
        )
    )


def _table(title: str, rows: Iterable[str], *more: str) -> str:
    heads = (*HEADS.values(), *more)
    return "\n".join((_line(title, heads), _line("---", ("---" for _ in heads)), *rows))


def _row(name: str, roles: Collection[Role], scope: str | None = None) -> str:
    marks = ("yes" if role in roles else "" for role in HEADS)
    return _line(f"`{name}`", (*marks, f"`{scope}`") if scope else marks)


def _line(first: str, cells: Iterable[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"


def written() -> str:
    """As the guide has them."""
    return FILE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    before, _, rest = FILE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    FILE.write_text(f"{before}{BEGIN}\n{tables()}\n\n{END}{after}", encoding="utf-8")
