"""What a subscriber may ask for."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.vocabulary import Severity
from domain.webhooks import EVENT_TYPES, View, Wanted

URL = "https://crm.example.com/hooks?team=1"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"url": "ftp://example.com/"}, "begins with https://"),
        ({"url": "https:///path"}, "begins with https://"),
        ({"url": "https://me:secret@example.com/"}, "leave them out, the signature says who sends"),
        ({"url": "https://example.com/#part"}, "leave out what follows the #"),
        ({"url": "https://exa mple.com/"}, "pattern"),
        ({"url": "https://example.com:99999/"}, "write one from 1 to 65535"),
        ({"url": "https://example.com:0/"}, "write one from 1 to 65535"),
        ({"url": "https://example.com:http/"}, "write one from 1 to 65535"),
        ({"url": "https://example.com/" + "x" * 2000}, "2000"),
        ({"types": ["acknowledge"]}, "did you mean 'acknowledged'?"),
        ({"types": ["💥"]}, "such as 'accepted'"),
        ({"severity": "S9"}, "'S1', 'S2', 'S3' or 'S4'"),
        ({"team": "no team"}, "pattern"),
        ({"view": "customer"}, "say whose escalations it is about"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_mend(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Wanted(**{"url": URL, **fields})
    assert said in str(refused.value)


def test_whoever_asks_for_nothing_in_particular_gets_everything() -> None:
    assert all(Wanted(url=URL).asks_for(each, Severity.S4, "any", None) for each in EVENT_TYPES)


@pytest.mark.parametrize(
    ("asked", "is_sent"),
    [
        ({"types": ["noted", "closed"]}, True),
        ({"types": ["closed"]}, False),
        ({"severity": "S1"}, False),
        ({"severity": "S2"}, True),
        ({"severity": "S3"}, True),
        ({"team": "support"}, True),
        ({"team": "billing"}, False),
        ({"customer": "acme"}, True),
        ({"customer": "globex"}, False),
        ({"customer": "acme", "view": View.CUSTOMER, "team": "billing"}, False),
    ],
)
def test_all_that_is_asked_for_must_hold(asked: dict[str, Any], is_sent: bool) -> None:
    assert Wanted(url=URL, **asked).asks_for("noted", Severity.S2, "support", "acme") is is_sent
