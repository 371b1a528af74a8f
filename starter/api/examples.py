"""Bodies to begin with, by operation; a test holds each against its schema."""

from collections.abc import Mapping
from typing import Any

REPORT: Mapping[str, Any] = {
    "subject": "Payments fail for all customers in Italy",
    "what_happened": "Since 09:12 every card payment is answered with a time-out.",
    "reason": "urgency",
    "asked_by": "monitoring",
    "impact": "high",
    "urgency": "high",
}
BODIES: Mapping[str, Any] = {
    "open_escalation": {"policy": "support", "key": "ticket-4711", "report": REPORT},
    "decide": {"type": "note", "text": "The provider has been called.", "decision_id": "note-1"},
    "bulk_decide": {
        "items": [
            {"escalation": "ticket-4711", "decision": {"type": "note", "text": "The provider is back."}}
        ]
    },
    "simulate": {
        "report": REPORT,
        "at": "2026-12-01T09:00:00+01:00",
        "until": "12h",
        "script": {
            "cues": [{"when": "level_notified", "after": "20m", "who": "told", "does": "acknowledge"}]
        },
    },
    "override": {
        "from": "2026-12-24T09:00:00+01:00",
        "to": "2026-12-28T09:00:00+01:00",
        "person": "omar-haddad",
        "reason": "Holidays",
    },
    "add_subscription": {
        "url": "https://crm.example.com/hooks/escalations",
        "types": ["acknowledged", "promise_broken"],
    },
    "change_subscription": {"enabled": True},
    "replay_deliveries": {"since": "2026-12-01T09:00:00Z"},
    "set_channels": {"channels": [{"kind": "email", "address": "anna.weber@example.com"}]},
    "send_test_message": {"channel": "email"},
    "make_key": {"name": "monitoring", "role": "service", "scopes": ["escalations:open"]},
}
