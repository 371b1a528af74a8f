"""What Temporal's lists show of an escalation: a handful of attributes, none of them personal."""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeUpdate, TypedSearchAttributes

from domain.escalation import Escalation
from domain.vocabulary import PromiseKind
from workflows.names import (
    BROKEN,
    CUSTOMER,
    LEVEL,
    NEXT_DUE,
    OWNER,
    SEARCH_ATTRIBUTES,
    SEVERITY,
    STAGE,
    TEAM,
)

Values = dict[str, Any]


def values(escalation: Escalation) -> Values:
    """By attribute name; None where there is none."""
    customer = escalation.report.customer
    return {
        STAGE.name: escalation.stage.value,
        SEVERITY.name: escalation.severity.value,
        LEVEL.name: escalation.level,
        OWNER.name: escalation.owner,
        TEAM.name: escalation.team,
        CUSTOMER.name: customer.id if customer else None,
        NEXT_DUE.name: _next_due(escalation),
        BROKEN.name: sorted(escalation.broken) or None,
    }


def shown(attributes: TypedSearchAttributes) -> Values:
    """What a run begins with: nothing, or what the run before it has left."""
    return {key.name: attributes.get(key) for key in SEARCH_ATTRIBUTES}


def changes(before: Values, after: Values) -> list[SearchAttributeUpdate[Any]]:
    """One update for each attribute that differs."""
    return [
        key.value_unset() if after[key.name] is None else key.value_set(after[key.name])
        for key in SEARCH_ATTRIBUTES
        if before.get(key.name) != after[key.name]
    ]


def _next_due(escalation: Escalation) -> datetime | None:
    """The earliest due time, without the rhythm of updates: that one moves with every update, and each
    move would cost an upsert. Lists that show it come from the ledger.
    """
    clocks = (one for one in escalation.promises.values() if one.kind is not PromiseKind.NEXT_UPDATE)
    return min((clock.due for clock in clocks if clock.due is not None), default=None)
