"""How ids are made: workflow from key, escalation from opening, request from content."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from domain.report import Report
from workflows import names

PREFIX = "esc-"
LONGEST = 60
"""Characters of a key that stay as they are in a workflow id."""
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_SECOND = "%Y%m%d-%H%M%S"
_ESCALATION = re.compile(rf"{PREFIX}[A-Za-z0-9_-]+~\d{{8}}-\d{{6}}")


def workflow_id_of(key: str) -> str:
    """The workflow that a dedup key belongs to. Different keys have different workflows."""
    if len(key) <= LONGEST and _PLAIN.fullmatch(key):
        return PREFIX + key
    digest = sha256(key.encode()).hexdigest()[:10]
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", key)[: LONGEST - 11].strip("-")
    return f"{PREFIX}{slug}-{digest}"


def escalation_id_of(workflow_id: str, opened_at: datetime, before: str | None = None) -> str:
    """`before`: the escalation that had the key last; the new one is named after a later second."""
    named_after = opened_at.astimezone(UTC)
    if before is not None and is_escalation_id(before):
        last = datetime.strptime(before.rpartition("~")[2], _SECOND).replace(tzinfo=UTC)
        named_after = max(named_after, last + timedelta(seconds=1))
    return f"{workflow_id}~{named_after:{_SECOND}}"


def is_escalation_id(ref: str) -> bool:
    return _ESCALATION.fullmatch(ref) is not None


def digest_of(policy: str, report: Report, *further: str) -> str:
    """The same for the same content."""
    content = "\n".join((policy, report.model_dump_json(), *further))
    return sha256(content.encode()).hexdigest()[:32]


def workflow_of(ref: str) -> str:
    """The workflow of an escalation id, or the workflow id itself."""
    return names.workflow_id(ref)


def workflows_meant_by(ref: str) -> tuple[str, ...]:
    """The workflows that an escalation id, a workflow id or a key may mean, the likeliest first."""
    if is_escalation_id(ref):
        return (names.workflow_id(ref),)
    by_key = workflow_id_of(ref)
    return (ref, by_key) if ref.startswith(PREFIX) else (by_key,)
