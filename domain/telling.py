"""Messages: to whom, by which template, with which facts."""

from collections.abc import Iterable, Iterator
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
    customer = report.customer
    return {
        "id": escalation.id,
        "key": escalation.key,
        "subject": report.subject,
        "what_happened": report.what_happened[:_EXCERPT],
        "reason": report.reason.replace("_", " "),
        "severity": str(escalation.severity),
        "stage": str(escalation.stage),
        "level": str(escalation.level),
        "owner": escalation.owner,
        "team": escalation.team,
        "customer": customer.name if customer else "",
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
    first, *others = recipients
    notice = Notice(
        key=turn.key(first, coming=informs),
        template=template,
        recipient=first,
        facts=facts(turn.escalation, text, due, turn.by),
        channels=channels,
        pages=pages,
        informs=informs,
    )
    also = [notice.but(key=turn.key(person, coming=informs), recipient=person) for person in others]
    return tuple([_post(turn, one) for one in (notice, *also)])


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
    if not any(customer.contacts for customer in customers):
        return ()
    notice = Notice(
        key="",
        template=template,
        recipient="",
        audience=Audience.CUSTOMER,
        facts=facts(turn.escalation, text, due),
        informs=informs,
    )
    return tuple([_post(turn, one) for customer in customers for one in _to_contacts(turn, notice, customer)])


def _to_contacts(turn: Turn, notice: Notice, customer: Customer) -> Iterator[Notice]:
    said = {**notice.facts, "customer": customer.name}
    for number, contact in enumerate(customer.contacts, 1):
        recipient = f"{customer.id}/{number}"
        yield notice.but(
            key=turn.key(recipient, coming=notice.informs),
            recipient=recipient,
            contact=contact,
            language=customer.language,
            channels=contact.channels,
            facts=said,
        )


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
