"""Bearer tokens of the house's identity provider (JWT, RFC 7519): who they say is calling."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any

import httpx2
from joserfc import jws, jwt
from joserfc.errors import JoseError
from pydantic import TypeAdapter

from domain.text import Identifier
from domain.vocabulary import Role
from starter.api.issuer import Issuer
from starter.settings import Settings

LEEWAY = 30
"""Seconds by which clocks may differ."""
LONGEST = 16_000
"""Characters."""
OUTSIDE = "oidc:"
"""Begins the id of somebody whom the organisation does not know, so that it is nobody else's id."""
LONGEST_NAME = 100 - len(OUTSIDE)
_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


class TokenRefused(Exception):
    """The token does not count; the message may go to the caller, and holds nothing of the token."""


@dataclass(frozen=True)
class Claimed:
    """What a token that counts says."""

    subject: str
    name: str
    """A person's id, where the organisation knows one of this name."""
    role: Role | None
    """None: no group of the token stands for a role."""


class Tokens:
    """Checks tokens of one issuer for one audience. Only signatures by its public keys count."""

    def __init__(
        self, settings: Settings, http: httpx2.AsyncClient, *, now: Callable[[], float] = time
    ) -> None:
        """The settings must name an issuer and an audience; they are checked together."""
        assert settings.oidc_issuer is not None
        assert settings.oidc_audience is not None
        self._issuer = Issuer(settings.oidc_issuer, http)
        self._algorithms = settings.oidc_algorithms
        self._person_claim = settings.oidc_person_claim
        self._groups_claim = settings.oidc_groups_claim
        self._roles = settings.oidc_roles
        self._rules = jwt.JWTClaimsRegistry(
            now=lambda: int(now()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def read(self, text: str) -> Claimed:
        """Raises TokenRefused, and IssuerAway while its keys are not known."""
        claims = await self._claims(text)
        name = claims.get(self._person_claim)
        return Claimed(
            subject=str(claims["sub"]),
            name=_plain(name if name is not None else claims["sub"]),
            role=self._role(claims.get(self._groups_claim)),
        )

    async def _claims(self, text: str) -> Mapping[str, Any]:
        header = _header(text)
        if header.get("alg") not in self._algorithms:
            raise TokenRefused("the token is not signed in a way that is allowed here")
        keys = await self._issuer.keys(_text(header.get("kid")))
        try:
            claims = jwt.decode(text, keys, algorithms=list(self._algorithms)).claims
        except (JoseError, ValueError, TypeError):
            raise TokenRefused("the token is not signed by the identity provider") from None
        try:
            # Decoding checks the signature only.
            self._rules.validate(claims)
        except JoseError as error:
            claim = getattr(error, "claim", None) or "a claim"
            raise TokenRefused(f"the token does not count here or now: {claim}; get a new one") from None
        return claims

    def _role(self, groups: Any) -> Role | None:
        """The first of the settings' groups that the token has."""
        has = {groups} if isinstance(groups, str) else set(filter(_text, groups)) if _many(groups) else set()
        return next((role for group, role in self._roles.items() if group in has), None)


def looks_like_a_token(text: str) -> bool:
    return text.count(".") == 2


def _header(text: str) -> Mapping[str, Any]:
    """What the token says of itself, before anything of it is believed."""
    if len(text) > LONGEST:
        raise TokenRefused("the token is too long")
    try:
        return jws.extract_compact(text.encode()).headers()
    except (JoseError, ValueError, TypeError):
        raise TokenRefused("this is no token (JWT)") from None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _many(value: Any) -> bool:
    return isinstance(value, list)


def _plain(name: Any) -> str:
    try:
        if len(str(name)) > LONGEST_NAME:
            raise ValueError
        return _IDENTIFIER.validate_python(name)
    except ValueError:
        raise TokenRefused("the token names somebody who cannot be an id here") from None
