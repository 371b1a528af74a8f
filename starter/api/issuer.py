"""The house's identity provider: where it says its keys are (OpenID Connect Discovery), and the keys."""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

KEYS_COUNT_FOR = 3600.0
"""Seconds after which the keys are fetched again; a key that was taken away counts no longer than that."""
REFETCH_EVERY = 60.0
"""Seconds between two fetches for keys that are not known, whatever callers send."""
RETRY_AFTER = 5.0
"""Seconds after a fetch that failed."""
WITHOUT_ISSUER = 24 * 3600.0
"""Seconds for which known keys go on counting while the issuer is away."""
PATIENCE = 5.0
LARGEST = 1_000_000
DISCOVERY = "/.well-known/openid-configuration"
_SIGNING = frozenset({"RSA", "EC", "OKP"})

_FAILURES = (
    *(httpx2.HTTPError, httpx2.InvalidURL, OSError, TimeoutError),
    *(JoseError, ValueError, KeyError, TypeError),
)

log = structlog.get_logger(__name__)


class IssuerAway(Exception):
    """The identity provider does not answer, or not as one does."""


class Issuer:
    """Its public keys, by id. Long-lived; one fetch at a time."""

    def __init__(self, url: str, http: httpx2.AsyncClient, *, clock: Callable[[], float] = monotonic) -> None:
        self.url = url
        self._http = http
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._again_at = 0.0
        self._turn = asyncio.Lock()

    async def keys(self, kid: str | None) -> KeySet:
        """All keys; fetched anew when they are old or this one is not among them. Raises IssuerAway."""
        if not self._serves(kid):
            async with self._turn:
                if not self._serves(kid):
                    await self._refresh()
        if self._keys is None or self._clock() - self._fetched_at > WITHOUT_ISSUER:
            raise IssuerAway("the identity provider does not answer, so no token can be checked; try again")
        return self._keys

    def _serves(self, kid: str | None) -> bool:
        """Whether what is here is enough, or nothing more may be asked for now."""
        now = self._clock()
        if now < self._again_at:
            return True
        if self._keys is None or now - self._fetched_at >= KEYS_COUNT_FOR:
            return False
        return kid is None or any(key.kid == kid for key in self._keys)

    async def _refresh(self) -> None:
        try:
            self._keys = await self._fetch()
            self._fetched_at = self._clock()
            self._again_at = self._fetched_at + REFETCH_EVERY
        except _FAILURES as error:
            self._again_at = self._clock() + RETRY_AFTER
            log.warning("identity_provider_away", issuer=self.url, error=f"{type(error).__name__}: {error}")

    async def _fetch(self) -> KeySet:
        about = await self._json(self.url.rstrip("/") + DISCOVERY)
        if about["issuer"] != self.url:
            raise ValueError(f"it calls itself {str(about['issuer'])[:200]!r}")
        place = about["jwks_uri"]
        if not isinstance(place, str) or not is_safe(place):
            raise ValueError("its jwks_uri is no https URL")
        listed = (await self._json(place))["keys"]
        signing = [each for each in listed if each["kty"] in _SIGNING and each.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": signing})

    async def _json(self, url: str) -> Any:
        async with (
            asyncio.timeout(PATIENCE),
            self._http.stream("GET", url, follow_redirects=False) as answer,
        ):
            if answer.status_code != 200:
                raise ValueError(f"{url} answered {answer.status_code}")
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise ValueError(f"{url} answered with more than {LARGEST} bytes")
        return httpx2.Response(200, content=bytes(body)).json()


def is_safe(url: str) -> bool:
    """Whether what comes from there can be trusted to come from there: https, or this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_loopback(parts.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
