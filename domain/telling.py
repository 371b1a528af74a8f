"""Messages: to whom, by which template, with which facts."""

from collections.abc import Iterable
from datetime import datetime

from domain.conditions import Condition
from domain.errands import FindPeople, SendNotices
from domain.escalation import Escalation
from domain.notices import Notice
from domain.policy import Target
from domain.report import Customer
from domain.turn import Turn
from domain.vocabulary import Audience, ChannelKind, LookupPurpose, Template

NOTICES_AT_ONCE = 50
"""Messages per errand; keeps an activity's input far below Temporal's limit."""
_EXCERPT = 500


def facts(
    escalation: Escalation, text: str = "", due: datetime | None = None, by: str = ""
) -> dict[str, str]:
    """What every template may say; all texts, instants in ISO 8601 UTC."""
    report = escalation.report
    return {
        "id": escalation.id,
        "key": escalation.key,
        "subject": report.subject,
        "what_happened": report.what_happened[:_EXCERPT],
        "reason": report.reason.replace("_", " "),
        "severity": escalation.severity.value,
        "stage": escalation.stage.value,
        "level": str(escalation.level),
        "owner": escalation.owner,
        "team": escalation.team,
        "customer": report.customer.name if report.customer else "",
        "due": f"{due:%Y-%m-%dT%H:%M:%SZ}" if due else "",
        "text": text,
        "by": by,
    }


def tell(
    turn: Turn,
    template: Template,
    people: Iterable[str],
    *,
    text: str = "",
    due: datetime | None = None,
    channels: tuple[ChannelKind, ...] = (),
    pages: int | None = None,
    informs: bool = False,
) -> tuple[str, ...]:
    """Messages to people inside; returns their keys. Nobody gets two for the same event.

    Those that inform belong to the event that comes next, which names them.
    """
    recipients = tuple(dict.fromkeys(people))
    if not recipients:
        return ()
    notice = Notice(
        key="",
        template=template,
        recipient="",
        facts=facts(turn.escalation, text, due, turn.by),
        channels=channels,
        pages=pages,
        informs=informs,
    )
    return tuple(
        [
            _post(turn, notice.but(key=turn.key(person, coming=informs), recipient=person))
            for person in recipients
        ]
    )


def tell_customers(
    turn: Turn,
    template: Template,
    *,
    text: str = "",
    due: datetime | None = None,
    informs: bool = False,
    only: tuple[Customer, ...] | None = None,
) -> tuple[str, ...]:
    """Messages to the contacts of all concerned customers, or only of some; returns their keys."""
    customers = turn.escalation.customers.values() if only is None else only
    keys = []
    for customer in customers:
        said = {**facts(turn.escalation, text, due), "customer": customer.name}
        for number, contact in enumerate(customer.contacts, 1):
            recipient = f"{customer.id}/{number}"
            notice = Notice(
                key=turn.key(recipient, coming=informs),
                template=template,
                recipient=recipient,
                contact=contact,
                audience=Audience.CUSTOMER,
                language=customer.language,
                channels=contact.channels,
                facts=said,
                informs=informs,
            )
            keys.append(_post(turn, notice))
    return tuple(keys)


def inside(escalation: Escalation) -> tuple[str, ...]:
    """Who is kept informed, beside owner and manager: stakeholders, parties brought in, the task force."""
    force = escalation.task_force
    deployed = tuple(force.roles.values()) if force and force.stood_down_at is None else ()
    return (*escalation.parties, *deployed)


def look_up(
    turn: Turn,
    purpose: LookupPurpose,
    targets: tuple[Target, ...],
    subject: str = "",
    condition: Condition | None = None,
) -> str:
    """Asks who the targets are now; returns the key of the question."""
    key = turn.key(purpose)
    turn.ask(
        FindPeople(
            key=key,
            purpose=purpose,
            subject=subject,
            targets=targets,
            at=turn.now,
            owner=turn.escalation.owner,
            team=turn.escalation.team,
            condition=condition,
        )
    )
    return key


def post_notices(turn: Turn) -> None:
    """Turns the messages of this turn into errands."""
    if not turn.notices:
        return
    notices = tuple(turn.notices.values())
    for first in range(0, len(notices), NOTICES_AT_ONCE):
        batch = notices[first : first + NOTICES_AT_ONCE]
        turn.ask(SendNotices(key=turn.key(f"notices-{first}"), notices=batch))
    turn.notices.clear()


def bundled(letters: Iterable[SendNotices]) -> list[SendNotices]:
    """The same messages in as few errands as may be."""
    notices = {notice.key: notice for letter in letters for notice in letter.notices}
    everything = tuple(notices.values())
    return [
        SendNotices(key=everything[first].key, notices=everything[first : first + NOTICES_AT_ONCE])
        for first in range(0, len(everything), NOTICES_AT_ONCE)
    ]


def _post(turn: Turn, notice: Notice) -> str:
    turn.notices.setdefault(notice.key, notice)
    return notice.key
