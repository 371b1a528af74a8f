"""How fast callers may come: each known caller at a rate of its own, everybody else by address.

Guessing keys counts against the address, so that it stays slow. All in the memory of this process.
"""

import secrets
from collections import OrderedDict
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import time
from typing import NamedTuple

from fastapi import Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from starter.api import meters
from starter.api.doors import doors_of
from starter.api.problems import ApiProblem, Code, answer
from starter.settings import Settings

UNLIMITED = frozenset({"/healthz", "/readyz"})
"""Probes are cheap, and a balancer that is refused would take the process for dead."""
KNOWN_AT_MOST = 10_000
_SALT = secrets.token_bytes(16)


class _Allowance(NamedTuple):
    """`name` is the policy's, in the headers and in the metrics."""

    name: str
    item: RateLimitItem
    whose: str


class _Left(NamedTuple):
    is_admitted: bool
    remaining: int
    reset_in: int
    """Seconds."""


class Allowances:
    """Who has how much left. Credentials are known, by a hash, once a request with them was let in."""

    def __init__(self, settings: Settings) -> None:
        self._for_caller = parse(settings.api_rate)
        self._for_address = parse(settings.api_rate_anonymous)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def of(self, scope: Scope) -> _Allowance:
        caller = self._known.get(_digest(scope))
        if caller is not None:
            return _Allowance("caller", self._for_caller, caller)
        return _Allowance("address", self._for_address, _address(scope))

    async def take(self, allowance: _Allowance) -> _Left:
        is_admitted = await self._limiter.hit(allowance.item, allowance.name, allowance.whose)
        stats = await self._limiter.get_window_stats(allowance.item, allowance.name, allowance.whose)
        return _Left(is_admitted, stats.remaining, max(1, ceil(stats.reset_time - time())))

    def learn(self, scope: Scope, status: int) -> None:
        """When the answer begins: who the credentials stand for, or that they count no longer."""
        digest, caller = _digest(scope), scope["state"].get("caller")
        if caller is None:
            # Nobody asked whose they are where there is no such path, or the body is too large.
            if status == 401:
                self._known.pop(digest, None)
            return
        self._known[digest] = caller.prefix or f"{caller.how}:{caller.id}"
        self._known.move_to_end(digest)
        if len(self._known) > KNOWN_AT_MOST:
            self._known.popitem(last=False)


class RateLimits:
    """Before anything is done: what is refused here did nothing, and may come again as it was."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._allowances: Allowances | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        if self._allowances is None:
            self._allowances = Allowances(doors_of(request).settings)
        allowances, allowance = self._allowances, self._allowances.of(scope)
        left = await allowances.take(allowance)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tell(MutableHeaders(scope=message), allowance, left)
                if left.is_admitted:
                    allowances.learn(scope, message["status"])
            await send(message)

        if left.is_admitted:
            await self._app(scope, receive, sent)
            return
        meters.RATE_LIMITED.labels(allowance.name).inc()
        await answer(_too_fast(allowance, left), request)(scope, receive, sent)


def _too_fast(allowance: _Allowance, left: _Left) -> ApiProblem:
    who = "this caller" if allowance.name == "caller" else "callers from this address who are not known yet"
    detail = (
        f"at most {allowance.item.amount} requests in {allowance.item.get_expiry()} s are let in for {who}; "
        f"nothing was done, so send it again after {left.reset_in} s"
    )
    return ApiProblem(Code.RATE_LIMITED, detail, headers={"Retry-After": str(left.reset_in)})


def _tell(headers: MutableHeaders, allowance: _Allowance, left: _Left) -> None:
    """The fields of the IETF draft `RateLimit header fields for HTTP`."""
    item = allowance.item
    headers["RateLimit-Policy"] = f'"{allowance.name}";q={item.amount};w={item.get_expiry()}'
    headers["RateLimit"] = f'"{allowance.name}";r={left.remaining};t={left.reset_in}'


def _digest(scope: Scope) -> bytes:
    """Of the credentials. Salted, so that nothing in memory can be compared with anything elsewhere."""
    headers = Headers(scope=scope)
    credentials = "\n".join((headers.get("authorization", ""), headers.get("cookie", "")))
    return blake2b(credentials.encode(), key=_SALT, digest_size=16).digest()


def _address(scope: Scope) -> str:
    """An IPv6 host has a /64 to itself and could come from another address each time."""
    host = str((scope.get("client") or ("unknown", 0))[0])
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped.compressed if address.ipv4_mapped else address.exploded[:19]
    return address.compressed
