"""Subscriptions to events as somebody wants them, checked against the organisation before they count."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from domain.text import Identifier, Instant
from domain.vocabulary import Severity
from domain.webhooks import EVENT_TYPES, EventType, Url, Wanted
from organisation.findings import nearest
from organisation.model import Organisation
from records.event_webhooks import EventWebhooks, Hook
from records.reading import Reader
from records.rows import HookState
from starter.errors import NotFound, OrderInvalid, Problem


class HookOrder(Wanted):
    """A new subscription."""

    model_config = ConfigDict(extra="forbid")


class HookChange(BaseModel):
    """What is to be otherwise; what is left out stays. View and customer stay always."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool | None = Field(default=None, description="Enabled again, it gets what it has missed.")
    url: Url | None = None
    types: Annotated[tuple[EventType, ...], Field(max_length=len(EVENT_TYPES))] | None = None
    severity: Severity | None = Field(default=None, description="null: any.")
    team: Identifier | None = Field(default=None, description="null: any.")

    def given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in given.items() if value is not None or name in _MAY_BE_NONE}


_MAY_BE_NONE = ("severity", "team")


class Replay(BaseModel):
    """Which parked events go out again; left out: all of them."""

    model_config = ConfigDict(extra="forbid")

    since: Instant | None = Field(default=None, description="What happened from then on.")
    escalation: Identifier | None = Field(default=None, description="Of that one: its id or key.")
    delivered: bool = Field(default=False, description="What was delivered goes out once more, too.")


async def subscribe(
    webhooks: EventWebhooks, organisation: Organisation, order: HookOrder, *, by: str, now: datetime
) -> tuple[Hook, str]:
    """The subscription and its secret. Raises OrderInvalid; then there is none."""
    check_team(organisation, order.team)
    return await webhooks.add(order, by, now)


async def replay(
    webhooks: EventWebhooks, reader: Reader, wanted: Replay, subscription: str | None, now: datetime
) -> int:
    """How many events go out again. Raises NotFound for an escalation that is not known."""
    escalation_id = None
    if wanted.escalation is not None:
        row = await reader.get(wanted.escalation)
        if row is None:
            raise NotFound(f"there is no escalation {wanted.escalation!r}; `escalations list` has them")
        escalation_id = row.id
    states = (HookState.PARKED, HookState.DELIVERED) if wanted.delivered else (HookState.PARKED,)
    return await webhooks.replay(
        now, subscription_id=subscription, escalation_id=escalation_id, since=wanted.since, states=states
    )


def check_team(organisation: Organisation, team: str | None) -> None:
    """Raises OrderInvalid for a team that there is not: nothing would ever be sent."""
    if team is not None and team not in organisation.teams:
        raise OrderInvalid(Problem("team", f"there is no team {team!r}", nearest(team, organisation.teams)))


def unknown(subscription: str) -> NotFound:
    return NotFound(
        f"there is no subscription {subscription[:40]!r}; `escalations webhooks list` shows what there is"
    )
