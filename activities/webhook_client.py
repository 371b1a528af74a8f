"""A signed POST after the Standard Webhooks specification, to public addresses only."""

import socket
from asyncio import get_running_loop, timeout
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from ssl import create_default_context

from httpx2 import URL, AsyncClient, ConnectError, ConnectTimeout, HTTPError, InvalidURL, Response
from standardwebhooks import Webhook

from activities.channels.base import ChannelFailed, Failure, one_line

NAT64 = IPv6Network("64:ff9b::/96")
READ_AT_MOST = 1024
"""Bytes of an answer: it could be endless, and its beginning says what is wrong."""


READ_SECONDS = 1


@dataclass(frozen=True)
class Answer:
    """What the receiver said."""

    status: int
    retry_after: str | None = None
    """The header of that name (RFC 9110), as it came."""
    text: str = ""
    """The beginning of the body, on one line."""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def __str__(self) -> str:
        return f"HTTP {self.status}" + (f": {self.text}" if self.text else "")


class WebhookClient:
    """Follows no redirect and knows no proxy. Private addresses are for tests and receivers next door.

    `timeout` is in seconds, from the first look-up to the answer.
    """

    def __init__(self, *, allow_private_addresses: bool = False, timeout: float = 10) -> None:
        self._private = allow_private_addresses
        self._timeout = timeout
        self._tls = create_default_context()

    async def post(self, address: str, signer: Webhook, message_id: str, body: str) -> Answer:
        """Raises ChannelFailed when there is no answer; UNCERTAIN if the other side may have it all."""
        headers = _headers(signer, message_id, body)
        try:
            async with timeout(self._timeout):
                return await self._post(address, headers, body)
        except (ConnectError, ConnectTimeout, socket.gaierror) as error:
            raise ChannelFailed(f"no connection: {_said(error)}", Failure.PASSING) from error
        except (HTTPError, TimeoutError) as error:
            raise ChannelFailed(f"no answer: {_said(error)}", Failure.UNCERTAIN) from error

    async def _post(self, address: str, headers: dict[str, str], body: str) -> Answer:
        url = _parsed(address)
        # The address that was checked is the one that is called: a name can mean another one a moment later.
        pinned = url.copy_with(host=await self._resolved(url))
        headers["host"] = url.netloc.decode("ascii")
        names = {"sni_hostname": url.raw_host.decode("ascii")}
        async with (
            AsyncClient(verify=self._tls, trust_env=False, follow_redirects=False, timeout=None) as client,
            client.stream("POST", pinned, content=body, headers=headers, extensions=names) as response,
        ):
            text = "" if response.is_success else await _beginning(response)
            return Answer(response.status_code, response.headers.get("retry-after"), text)

    async def _resolved(self, url: URL) -> str:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = await get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        addresses = [str(each[4][0]) for each in found]
        refused = [each for each in addresses if not (self._private or _is_public(ip_address(each)))]
        if refused:
            raise ChannelFailed(f"{url.host} is the private address {refused[0]}", Failure.PERMANENT)
        return addresses[0]


def shown(address: str) -> str:
    """The address as logs and records may name it: without passwords and tokens."""
    try:
        return str(URL(address).copy_with(userinfo=b"", query=None, fragment=None))
    except InvalidURL:
        return "a broken URL"


def _headers(signer: Webhook, message_id: str, body: str) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "content-type": "application/json",
        # What is compressed could be small on the way and endless here.
        "accept-encoding": "identity",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signer.sign(message_id, now, body),
    }


async def _beginning(response: Response) -> str:
    read = b""
    # The status is the answer: nobody waits for, or stumbles over, the rest.
    with suppress(HTTPError, TimeoutError):
        async with timeout(READ_SECONDS):
            async for part in response.aiter_raw():
                read += part
                if len(read) >= READ_AT_MOST:
                    break
    return one_line(read[:READ_AT_MOST].decode("utf-8", "replace"))


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
