"""Messages as webhooks: posted as signed JSON."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from standardwebhooks import Webhook

from activities.channels.base import ChannelFailed, Failure, OutgoingMessage, Receipt, fingerprint
from activities.webhook_client import WebhookClient, shown
from domain.vocabulary import ChannelKind

NOT_NOW = frozenset({408, 425, 429})
"""Client errors that say "later" (RFC 9110, RFC 8470, RFC 6585)."""


@dataclass(frozen=True)
class WebhookSettings:
    """`secret` signs (whsec_… or base64). Private addresses are for tests and for receivers next door."""

    secret: str = field(repr=False)
    allow_private_addresses: bool = False
    timeout: float = 10
    """Seconds from the first look-up to the answer."""


class WebhookChannel:
    """Posts the message as JSON. The `webhook-id` derives from the key, so receivers can drop repeats."""

    kind = ChannelKind.WEBHOOK

    def __init__(self, settings: WebhookSettings) -> None:
        self._signer = Webhook(settings.secret)
        self._client = WebhookClient(
            allow_private_addresses=settings.allow_private_addresses, timeout=settings.timeout
        )

    def shown(self, address: str) -> str:
        return shown(address)

    def message_id(self, key: str) -> str:
        return f"msg_{fingerprint(key)}"

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        message_id = self.message_id(message.key)
        answer = await self._client.post(address, self._signer, message_id, _body(message))
        if not answer.is_success:
            raise ChannelFailed(f"HTTP {answer.status}", _failure(answer.status))
        return Receipt(f"HTTP {answer.status}", message_id)


def _failure(status: int) -> Failure:
    """Redirects and client errors stay as they are; a receiver that is gone (410) most of all."""
    return Failure.PERMANENT if 300 <= status < 500 and status not in NOT_NOW else Failure.PASSING


def _body(message: OutgoingMessage) -> str:
    data = {
        "key": message.key,
        "escalation": message.escalation,
        "recipient": message.recipient,
        "language": message.language,
        "subject": message.subject,
        "text": message.text,
        "facts": dict(message.facts),
    }
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"type": f"escalation.{message.template}", "timestamp": now, "data": data})
