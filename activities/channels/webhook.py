"""Webhooks: a signed POST after the Standard Webhooks specification, to public addresses only."""

import json
import socket
from asyncio import get_running_loop, timeout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from ssl import create_default_context

from httpx2 import URL, AsyncClient, ConnectError, ConnectTimeout, HTTPError, InvalidURL
from standardwebhooks import Webhook

from activities.channels.base import ChannelFailed, Failure, OutgoingMessage, Receipt, fingerprint
from domain.vocabulary import ChannelKind

NAT64 = IPv6Network("64:ff9b::/96")
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
        self._settings = settings
        self._signer = Webhook(settings.secret)
        self._tls = create_default_context()

    def shown(self, address: str) -> str:
        try:
            return str(URL(address).copy_with(userinfo=b"", query=None, fragment=None))
        except InvalidURL:
            return "a broken URL"

    def message_id(self, key: str) -> str:
        return f"msg_{fingerprint(key)}"

    async def send(self, message: OutgoingMessage, address: str) -> Receipt:
        message_id = self.message_id(message.key)
        body = _body(message)
        try:
            async with timeout(self._settings.timeout):
                status = await self._post(address, self._headers(message_id, body), body)
        except (ConnectError, ConnectTimeout, socket.gaierror) as error:
            raise ChannelFailed(f"no connection: {_said(error)}", Failure.PASSING) from error
        except (HTTPError, TimeoutError) as error:
            raise ChannelFailed(f"no answer: {_said(error)}", Failure.UNCERTAIN) from error
        if not 200 <= status < 300:
            raise ChannelFailed(f"HTTP {status}", _failure(status))
        return Receipt(f"HTTP {status}", message_id)

    def _headers(self, message_id: str, body: str) -> dict[str, str]:
        now = datetime.now(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(message_id, now, body),
        }

    async def _post(self, address: str, headers: dict[str, str], body: str) -> int:
        url = _parsed(address)
        # The address that was checked is the one that is called: a name can mean another one a moment later.
        pinned = url.copy_with(host=await self._resolved(url))
        headers["host"] = url.netloc.decode("ascii")
        names = {"sni_hostname": url.raw_host.decode("ascii")}
        async with (
            AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=None) as client,
            client.stream("POST", pinned, content=body, headers=headers, extensions=names) as response,
        ):
            # The body stays unread: it could be endless, and the status says it all.
            return response.status_code

    async def _resolved(self, url: URL) -> str:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        allowed = self._settings.allow_private_addresses
        refused = [each for each in addresses if not (allowed or _is_public(ip_address(each)))]
        if refused:
            raise ChannelFailed(f"{url.host} is the private address {refused[0]}", Failure.PERMANENT)
        return addresses[0]


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _parsed(address: str) -> URL:
    try:
        url = URL(address)
    except InvalidURL as error:
        raise ChannelFailed(f"not a URL: {error}", Failure.PERMANENT) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise ChannelFailed("not a URL that begins with https://", Failure.PERMANENT)
    return url


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        # These carry an IPv4 address, which is where the packets end up.
        within = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            within = IPv4Address(int(address) & 0xFFFFFFFF)
        if within is not None:
            return _is_public(within)
    return address.is_global and not address.is_multicast


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
