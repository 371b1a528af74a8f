"""Who was told what, when, by which channel, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from domain.events import AnyEvent
from domain.notices import Notice
from domain.vocabulary import Audience, ChannelKind, Template


class Message(NamedTuple):
    """One message to one recipient, at its first attempt."""

    at: datetime
    recipient: str
    audience: Audience
    channel: ChannelKind | None
    """None where no channel leads to the recipient."""
    notice: Notice
    events: Sequence[AnyEvent]
    """All of the life, from the first on; its cause is looked for among them when somebody asks."""

    @property
    def template(self) -> Template:
        return self.notice.template

    @property
    def event(self) -> AnyEvent:
        """What called for it."""
        return _cause(self.notice, self.events)

    @property
    def cause(self) -> int:
        """The number of that event."""
        return self.event.seq

    @property
    def why(self) -> str:
        """That event in words."""
        return self.event.sentence()


_CAUSES = {
    Template.LEVEL_PAGE: frozenset({"level_reached", "level_paged_again", "last_resort_reached"}),
    Template.OWNER_ASSIGNED: frozenset({"owner_assigned", "handed_over"}),
    Template.PROMISE_AT_RISK: frozenset({"promise_at_risk"}),
    Template.PROMISE_BROKEN: frozenset({"promise_broken"}),
    Template.MORE_PARTIES: frozenset({"more_parties_due", "promise_broken"}),
}
"""What calls for these, where other events come in between."""
_INFORMING = frozenset({"accepted", "customer_added", "report_joined"})
_FOLLOWS = frozenset(
    {
        "promise_made",
        "promise_kept",
        "promise_dropped",
        "promise_paused",
        "promise_resumed",
        "promise_replanned",
        "message_delivered",
        "message_failed",
        "message_retried",
        "message_given_up",
        "level_unreached",
        "owner_assigned",
        "information_sent",
        "everybody_informed",
    }
)
"""Events that come with others and call for no message themselves."""


def _cause(notice: Notice, events: Sequence[AnyEvent]) -> AnyEvent:
    # A notice's key is escalation/seq/recipient, where seq is the last event before the message.
    seq = int(notice.key.removeprefix(f"{notice.facts['id']}/").partition("/")[0])
    wanted = _INFORMING if notice.informs else _CAUSES.get(notice.template)
    for position in range(seq - 1, -1, -1):
        event = events[position]
        if event.type in wanted if wanted else event.type not in _FOLLOWS:
            return event
    return events[0]
