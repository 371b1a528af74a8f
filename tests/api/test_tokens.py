"""Tokens of an identity provider: what counts, and everything that must not."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from time import time
from typing import Any

import httpx2
import pytest
from joserfc.jwk import ECKey, RSAKey
from structlog.testing import capture_logs

from domain.vocabulary import Role
from starter.api.issuer import KEYS_COUNT_FOR, REFETCH_EVERY, WITHOUT_ISSUER, Issuer, IssuerAway, is_safe
from starter.api.tokens import Claimed, TokenRefused, Tokens
from starter.settings import Settings
from tests.api.identity_provider import AUDIENCE, Provider, identity_provider

OTHER = RSAKey.generate_key(2048, {"kid": "first"})
ROLES = {"leads": Role.TEAM_LEAD, "support": Role.AGENT}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient() as client:
        yield client


def settings_for(provider: Provider, **more: Any) -> Settings:
    return Settings(oidc_issuer=provider.url, oidc_audience=AUDIENCE, **{"oidc_roles": ROLES, **more})


@pytest.fixture
def tokens(provider: Provider, http: httpx2.AsyncClient) -> Tokens:
    return Tokens(settings_for(provider), http)


async def test_a_token_that_counts_says_who_and_in_which_role(provider: Provider, tokens: Tokens) -> None:
    assert await tokens.read(provider.token()) == Claimed("u-1", "anna-weber", Role.AGENT)
    several = provider.token(groups=["support", "leads"], aud=["others", AUDIENCE])
    assert (await tokens.read(several)).role is Role.TEAM_LEAD
    assert (await tokens.read(provider.token(groups="leads"))).role is Role.TEAM_LEAD
    assert provider.asked == 1


@pytest.mark.parametrize("groups", [None, [], ["strangers"], {"leads": 1}, 7, [["leads"]]])
async def test_a_token_without_a_known_group_has_no_role(
    provider: Provider, tokens: Tokens, groups: Any
) -> None:
    assert (await tokens.read(provider.token(groups=groups))).role is None


async def test_a_token_signed_by_an_elliptic_curve_counts(provider: Provider, tokens: Tokens) -> None:
    curve = ECKey.generate_key("P-256", {"kid": "curve"})
    provider.published.append(curve)
    token = provider.token(key=curve, header={"alg": "ES256"})
    assert (await tokens.read(token)).name == "anna-weber"


def encoded(part: bytes) -> str:
    return urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(provider: Provider, header: dict[str, Any]) -> str:
    claims = {"iss": provider.url, "aud": AUDIENCE, "sub": "u-1", "exp": int(time()) + 300}
    return f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"


def forged(provider: Provider, header: dict[str, Any]) -> str:
    return unsigned(provider, header) + "."


def with_shared_secret(provider: Provider) -> str:
    """Signed with the public key as if it were a secret: who mixes up algorithms takes it."""
    said = unsigned(provider, {"alg": "HS256", "kid": "first"})
    public = provider.signing.as_pem(private=False)
    return f"{said}.{encoded(hmac.new(public, said.encode(), sha256).digest())}"


REFUSED: dict[str, Callable[[Provider], str]] = {
    "another issuer": lambda p: p.token(iss="https://elsewhere.example"),
    "no issuer": lambda p: p.token(iss=None),
    "another audience": lambda p: p.token(aud="others"),
    "no audience": lambda p: p.token(aud=None),
    "expired": lambda p: p.token(exp=int(time()) - 60),
    "no expiry": lambda p: p.token(exp=None),
    "an expiry that is no number": lambda p: p.token(exp="tomorrow"),
    "not yet valid": lambda p: p.token(nbf=int(time()) + 600),
    "issued in the future": lambda p: p.token(iat=int(time()) + 600),
    "no subject": lambda p: p.token(sub=None),
    "somebody else's key under a known id": lambda p: p.token(key=OTHER),
    "an unknown key": lambda p: p.token(header={"kid": "nobody's"}),
    "an algorithm that is not allowed": lambda p: p.token(header={"alg": "PS256"}),
    "no signature": lambda p: forged(p, {"alg": "none"}),
    "no signature, spelt otherwise": lambda p: forged(p, {"alg": "NONE", "kid": "first"}),
    "no signature for a known key": lambda p: forged(p, {"alg": "RS256", "kid": "first"}),
    "the public key as a shared secret": with_shared_secret,
    "changed claims": lambda p: p.token()[:40] + "A" + p.token()[41:],
    "an id that cannot be one": lambda p: p.token(preferred_username="two words"),
    "a name that is no text": lambda p: p.token(preferred_username=["anna-weber"]),
    "a long name": lambda p: p.token(preferred_username="x" * 96),
    "too long": lambda p: p.token(filler="x" * 16_000),
    "no token": lambda p: "a.b.c",
    "nothing": lambda p: "..",
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_token_that_must_not_count_is_refused(provider: Provider, tokens: Tokens, what: str) -> None:
    text = REFUSED[what](provider)
    with pytest.raises(TokenRefused) as refused:
        await tokens.read(text)
    assert text not in str(refused.value)


async def test_clocks_may_differ_a_little(provider: Provider, tokens: Tokens) -> None:
    now = int(time())
    assert (await tokens.read(provider.token(exp=now - 5, nbf=now + 5))).subject == "u-1"


async def test_keys_that_were_rotated_are_fetched_once_a_minute_at_most(
    provider: Provider, http: httpx2.AsyncClient
) -> None:
    clock = [1000.0]
    issuer = Issuer(provider.url, http, clock=lambda: clock[0])
    first = await issuer.keys("first")
    provider.published[:] = [RSAKey.generate_key(2048, {"kid": "second"})]
    assert await issuer.keys("second") is first
    clock[0] += REFETCH_EVERY
    assert [key.kid for key in await issuer.keys("second")] == ["second"]
    for number in range(5):
        await issuer.keys(f"guess-{number}")
    assert provider.asked == 2


async def test_keys_that_are_old_are_fetched_again_and_outlive_an_issuer_that_is_away(
    provider: Provider, http: httpx2.AsyncClient
) -> None:
    clock = [1000.0]
    issuer = Issuer(provider.url, http, clock=lambda: clock[0])
    await issuer.keys("first")
    clock[0] += KEYS_COUNT_FOR
    await issuer.keys("first")
    assert provider.asked == 2
    provider.is_away = True
    with capture_logs() as logs:
        clock[0] += WITHOUT_ISSUER
        assert await issuer.keys("first")
    assert [each["event"] for each in logs] == ["identity_provider_away"]
    clock[0] += 10
    with pytest.raises(IssuerAway):
        await issuer.keys("first")


@pytest.mark.parametrize("trouble", ["away", "another name"])
async def test_without_any_keys_nothing_counts_until_the_issuer_is_back(
    provider: Provider, http: httpx2.AsyncClient, trouble: str
) -> None:
    clock = [1000.0]
    issuer = Issuer(provider.url, http, clock=lambda: clock[0])
    provider.is_away = trouble == "away"
    provider.calls_itself = "https://elsewhere.example"
    with pytest.raises(IssuerAway):
        await issuer.keys("first")
    provider.is_away, provider.calls_itself = False, None
    clock[0] += 10
    assert await issuer.keys("first")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://id.example/keys", True),
        ("http://127.0.0.1:8080/keys", True),
        ("http://[::1]/keys", True),
        ("http://localhost/keys", True),
        ("http://id.example/keys", False),
        ("http://127.0.0.1.example/keys", False),
        ("file:///etc/passwd", False),
        ("https://", False),
    ],
)
def test_keys_come_from_https_or_this_machine(url: str, safe: bool) -> None:
    assert is_safe(url) is safe


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"oidc_issuer": "https://id.example"}, "needs an oidc_audience"),
        ({"oidc_issuer": "http://id.example", "oidc_audience": "a"}, "not an https URL"),
        ({"oidc_algorithms": ["HS256"]}, "Input should be"),
        ({"oidc_algorithms": ["none"]}, "Input should be"),
        ({"oidc_algorithms": []}, "at least 1"),
        ({"oidc_roles": {"all": "king"}}, "Input should be"),
    ],
)
def test_settings_that_would_let_anybody_in_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Settings(**given)
