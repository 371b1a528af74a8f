"""Events of communication: messages, updates, what is waited for."""

from datetime import datetime
from typing import Any, Literal

from domain.escalation import Escalation, OptionSet, Undelivered, Waiting
from domain.events.base import EventBase, listed
from domain.notices import Try
from domain.report import Customer, Link
from domain.vocabulary import Audience, ChannelKind, Stage, Template


class Noted(EventBase):
    type: Literal["noted"] = "noted"
    text: str
    audience: Audience = Audience.INTERNAL

    def says(self) -> str:
        also = ", also for the customer" if self.audience is Audience.CUSTOMER else ""
        return f"Note{also}: {self.text}"


class InformationSent(EventBase):
    """The first information to everybody concerned is on its way."""

    type: Literal["information_sent"] = "information_sent"
    notices: tuple[str, ...]
    """Keys of the messages, and of the look-up of stakeholders while it is under way."""
    recipients: tuple[str, ...]
    settles: str = ""
    """Key of the look-up of stakeholders that this answers."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        waiting = tuple(key for key in escalation.informing if key != self.settles)
        found = self.recipients if self.settles else ()
        new = tuple(person for person in found if person not in escalation.parties)
        return {"informing": waiting + self.notices, "parties": escalation.parties + new}

    def says(self) -> str:
        return f"First information to {listed(self.recipients)}"


class EverybodyInformed(EventBase):
    """All customers and stakeholders have been written to; the work at the levels goes on."""

    type: Literal["everybody_informed"] = "everybody_informed"
    all_reached: bool

    def change(self, escalation: Escalation) -> dict[str, Any]:
        stage = Stage.ESCALATE if escalation.stage is Stage.COMMUNICATE else escalation.stage
        return {"stage": stage, "inform_failed": not self.all_reached}

    def says(self) -> str:
        return (
            "Everybody concerned is informed"
            if self.all_reached
            else "Not everybody concerned could be informed"
        )


class UpdateSent(EventBase):
    type: Literal["update_sent"] = "update_sent"
    text: str
    audience: Audience

    def change(self, escalation: Escalation) -> dict[str, Any]:
        responded = escalation.responded_at or (self.at if self.audience is Audience.CUSTOMER else None)
        return {"updates_sent": escalation.updates_sent + 1, "responded_at": responded}

    def says(self) -> str:
        return f"Status update ({self.audience}): {self.text}"


class EstimateSet(EventBase):
    type: Literal["estimate_set"] = "estimate_set"
    estimate: datetime
    text: str = ""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"estimate": self.estimate}

    def says(self) -> str:
        return (
            f"Solution expected {self.estimate:%Y-%m-%d %H:%M:%S} UTC{': ' if self.text else ''}{self.text}"
        )


class CustomerAwaited(EventBase):
    type: Literal["customer_awaited"] = "customer_awaited"
    question: str
    promise: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        waiting = Waiting(since=self.at, question=self.question, promise=self.promise)
        return {"waiting": waiting, "responded_at": escalation.responded_at or self.at}

    def says(self) -> str:
        return f"Waiting for the customer: {self.question}"


class CustomerAnswered(EventBase):
    type: Literal["customer_answered"] = "customer_answered"
    text: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        stage = Stage.REVIEW if escalation.stage is Stage.IDENTIFY else escalation.stage
        return {"waiting": None, "stage": stage, "ladder": escalation.acknowledged_anew(self.at)}

    def says(self) -> str:
        return f"The customer's side answered: {self.text}"


class Linked(EventBase):
    type: Literal["linked"] = "linked"
    link: Link

    def change(self, escalation: Escalation) -> dict[str, Any]:
        kept = tuple(link for link in escalation.links if link != self.link)
        return {"links": (*kept, self.link)}

    def says(self) -> str:
        return f"Linked {self.link.relation} {self.link.id}{' ' if self.link.title else ''}{self.link.title}"


class CustomerAdded(EventBase):
    type: Literal["customer_added"] = "customer_added"
    customer: Customer

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"customers": {**escalation.customers, self.customer.id: self.customer}, "close_at": None}

    def says(self) -> str:
        return f"Affected customer added: {self.customer.name}"


class OptionsProposed(EventBase):
    type: Literal["options_proposed"] = "options_proposed"
    options_id: str
    options: tuple[str, ...]

    def change(self, escalation: Escalation) -> dict[str, Any]:
        new = OptionSet(id=self.options_id, options=self.options, proposed_at=self.at)
        return {
            "options": (*escalation.options, new),
            "responded_at": escalation.responded_at or self.at,
        }

    def says(self) -> str:
        numbered = "; ".join(f"{number}. {text}" for number, text in enumerate(self.options, 1))
        return f"Options {self.options_id} put to the customer: {numbered}"


class OptionChosen(EventBase):
    type: Literal["option_chosen"] = "option_chosen"
    options_id: str
    chosen: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        options = tuple(
            one.but(chosen=self.chosen, chosen_at=self.at) if one.id == self.options_id else one
            for one in escalation.options
        )
        return {"options": options}

    def says(self) -> str:
        return f"Chosen from {self.options_id}: {self.chosen}"


def _settled(escalation: Escalation, key: str) -> dict[str, Any]:
    """A message that is through, or given up, is neither undelivered nor awaited."""
    changes: dict[str, Any] = {}
    if key in escalation.undelivered:
        changes["undelivered"] = {k: v for k, v in escalation.undelivered.items() if k != key}
    if key in escalation.informing:
        changes["informing"] = tuple(k for k in escalation.informing if k != key)
    return changes


class MessageDelivered(EventBase):
    type: Literal["message_delivered"] = "message_delivered"
    notice: str
    template: Template
    recipient: str
    channel: ChannelKind
    message_id: str = ""
    tries: tuple[Try, ...] = ()
    maybe_twice: bool = False

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return _settled(escalation, self.notice)

    def says(self) -> str:
        twice = (
            "; it may have arrived twice, an attempt was cut off before its record"
            if self.maybe_twice
            else ""
        )
        tries = f" at try {len(self.tries)}" if len(self.tries) > 1 else ""
        what = self.template.replace("_", " ")
        return f"Delivered to {self.recipient} by {self.channel}{tries}: {what}{twice}"


class MessageFailed(EventBase):
    """No channel of the recipient took it; it is tried again at `undelivered.next_try`."""

    type: Literal["message_failed"] = "message_failed"
    undelivered: Undelivered
    tries: tuple[Try, ...]
    why: str = ""
    """Why not even a try was made."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        return {"undelivered": {**escalation.undelivered, self.undelivered.notice.key: self.undelivered}}

    def says(self) -> str:
        notice = self.undelivered.notice
        reasons = "; ".join(f"{one.channel}: {one.detail}" for one in self.tries) or self.why or "no channel"
        again = self.undelivered.next_try
        when = f", tried again {again:%H:%M:%S} UTC" if again else ""
        return f"Not delivered to {notice.recipient}: {notice.template.replace('_', ' ')} ({reasons}){when}"


class MessageRetried(EventBase):
    type: Literal["message_retried"] = "message_retried"
    notice: str
    recipient: str

    def change(self, escalation: Escalation) -> dict[str, Any]:
        waiting = escalation.undelivered[self.notice].but(next_try=None)
        return {"undelivered": {**escalation.undelivered, self.notice: waiting}}

    def says(self) -> str:
        return f"Trying again to reach {self.recipient}"


class MessageGivenUp(EventBase):
    type: Literal["message_given_up"] = "message_given_up"
    notice: str
    recipient: str
    template: Template
    rounds: int
    why: str
    gone: bool = False
    """There is no such person any more, so nobody misses it."""

    def change(self, escalation: Escalation) -> dict[str, Any]:
        lost_information = self.notice in escalation.informing and not self.gone
        changes = _settled(escalation, self.notice)
        return {**changes, "inform_failed": escalation.inform_failed or lost_information}

    def says(self) -> str:
        return f"Given up: {self.template.replace('_', ' ')} to {self.recipient}, {self.why}"
