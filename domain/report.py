"""What somebody reports when an escalation begins: the whole context, checked at the door."""

from pydantic import Field

from domain.text import Identifier, Line, Text, Words
from domain.value import Value
from domain.vocabulary import ChannelKind, Grade, Origin, Reason, Relation


class Contact(Value):
    """How to reach somebody outside."""

    name: Line
    email: str | None = Field(default=None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)
    phone: str | None = Field(default=None, pattern=r"^\+[1-9][0-9]{6,14}$")
    """E.164."""
    webhook: str | None = Field(default=None, pattern=r"^https?://", max_length=500)
    channels: tuple[ChannelKind, ...] = (ChannelKind.EMAIL,)


class Customer(Value):
    """A customer that is concerned, with those to write to."""

    id: Identifier
    name: Line
    tier: Identifier = "standard"
    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    contacts: tuple[Contact, ...] = ()


class Link(Value):
    """A record elsewhere (or another escalation) that belongs to this one."""

    relation: Relation
    id: Identifier
    title: str = Field(default="", max_length=200)


class Report(Value):
    """An escalation as it is raised. What has no default here is always needed."""

    subject: Line
    what_happened: Words
    tried_before: Text = ""
    """What was tried and why it was not enough."""
    why_now: Text = ""
    """Why it cannot wait."""
    reason: Reason
    asked_by: Identifier
    """Person or service that raises it."""
    origin: Origin = Origin.SERVICE
    impact: Grade = Grade.MEDIUM
    urgency: Grade = Grade.MEDIUM
    customer: Customer | None = None
    affected: tuple[Customer, ...] = Field(default=(), max_length=500)
    """Further customers that are affected."""
    services: tuple[Line, ...] = Field(default=(), max_length=100)
    links: tuple[Link, ...] = Field(default=(), max_length=200)
    team: Identifier | None = None
    """Routes to this team instead of the policy's."""
    topic: Line | None = None
    """What it is about, in the words of the house's routes."""
    product: Line | None = None
    """Beside the services."""
    skill: Line | None = None
    """What somebody has to know who is to solve it."""
    language: str | None = Field(default=None, pattern=r"^[a-z]{2}$")
    """What has to be spoken, where it is not the customer's language."""

    @property
    def tier(self) -> str | None:
        """The tier of the customer that raises it; None where no customer does."""
        return self.customer.tier if self.customer else None

    @property
    def spoken(self) -> str | None:
        """The language that it is about, by default the customer's."""
        return self.language or (self.customer.language if self.customer else None)

    def asking(self) -> tuple[Customer, ...]:
        """The customer that raises it, where one does."""
        return (self.customer,) if self.customer else ()

    def customers(self) -> dict[str, Customer]:
        """All concerned customers by id, the asking one first."""
        return {customer.id: customer for customer in (*self.affected, *self.asking())}
