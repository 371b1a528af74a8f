"""The escalation as Temporal's own pages show it: Markdown that reads like the cover of a case file."""

from datetime import datetime

from domain.agenda import agenda
from domain.escalation import Escalation

PLANNED_SHOWN = 5


def case_file(escalation: Escalation) -> str:
    """At most a few hundred bytes; no text of the customer's beyond the subject."""
    policy, ladder = escalation.policy, escalation.ladder
    rungs = f"level {ladder.level} ({ladder.status.replace('_', ' ')})"
    owners = f"- owner {escalation.owner}, escalation manager {escalation.manager}, team {escalation.team}"
    lines = [
        f"**{escalation.report.subject}**",
        "",
        f"{escalation.severity} · {escalation.priority} · stage **{escalation.stage}** · {rungs}",
        "",
        owners,
        f"- opened {_minute(escalation.opened_at)}, policy {policy.name} {policy.version}",
    ]
    if escalation.broken:
        lines.append(f"- broken promises: {', '.join(escalation.broken)}")
    if escalation.close_reason is not None:
        lines.append(f"- closed {_minute(escalation.closed_at)}: {escalation.close_reason}")
    planned = agenda(escalation)[:PLANNED_SHOWN]
    if planned:
        lines += ["", "Planned:", ""]
        lines += [
            f"- {_minute(item.at)} {item.kind.name.lower().replace('_', ' ')} {item.key}".rstrip()
            for item in planned
        ]
    return "\n".join(lines)


def _minute(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S} UTC"
