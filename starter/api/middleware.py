"""What every request passes before a route sees it, from the outside in."""

from fastapi import FastAPI

from starter.api.body_limit import BodyLimit
from starter.api.headers import SafeHeaders, docs_policy
from starter.api.limits import RateLimits
from starter.api.traffic import Traffic


def stand_guard(app: FastAPI, prefix: str) -> None:
    """`prefix`: below which the versioned routes are."""
    app.state.prefix = prefix
    # The framework puts the one that is added last outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimits)
    app.add_middleware(SafeHeaders, docs=docs_policy(app))
    app.add_middleware(Traffic)
