"""Every name that Temporal knows us by: the task queue, workflow ids, search attributes."""

from temporalio.common import SearchAttributeKey

TASK_QUEUE = "escalations"

TEST_MESSAGE = "test-message"
"""The workflow that sends test messages, and what the ids of those begin with."""

STAGE = SearchAttributeKey.for_keyword("EscalationStage")
SEVERITY = SearchAttributeKey.for_keyword("EscalationSeverity")
LEVEL = SearchAttributeKey.for_int("EscalationLevel")
OWNER = SearchAttributeKey.for_keyword("EscalationOwner")
TEAM = SearchAttributeKey.for_keyword("EscalationTeam")
CUSTOMER = SearchAttributeKey.for_keyword("EscalationCustomer")
NEXT_DUE = SearchAttributeKey.for_datetime("EscalationNextDue")
BROKEN = SearchAttributeKey.for_keyword_list("EscalationBroken")

SEARCH_ATTRIBUTES = (STAGE, SEVERITY, LEVEL, OWNER, TEAM, CUSTOMER, NEXT_DUE, BROKEN)
"""None of them carries personal data: search attributes are never encrypted."""


def workflow_id(escalation_id: str) -> str:
    """The workflow that hosts an escalation; lives under one key share it: `workflow id~time`."""
    return escalation_id.split("~", 1)[0]
