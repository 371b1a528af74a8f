"""What Temporal's lists show of an escalation: a handful of attributes, none of them personal."""

from typing import Any

from temporalio.common import SearchAttributeUpdate, TypedSearchAttributes

from domain.escalation import Escalation
from domain.summary import next_due
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
        NEXT_DUE.name: next_due(escalation),
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
