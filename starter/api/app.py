"""The HTTP application: routes, errors, and documentation that needs no internet."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline

from starter.api import (
    bulk,
    decisions,
    escalations,
    health,
    keys,
    listing,
    metrics,
    on_call,
    on_call_overrides,
    people,
    policies,
    sessions,
    simulations,
    streams,
    test_messages,
    timeline,
    webhooks,
)
from starter.api.doors import Doors
from starter.api.middleware import stand_guard
from starter.api.openapi import describe, operation_id
from starter.api.problems import handle_problems

PREFIX = "/api/v1"
ROUTERS: tuple[APIRouter, ...] = (
    # Before what would take its name for an escalation's.
    streams.router,
    listing.router,
    escalations.router,
    decisions.router,
    bulk.router,
    timeline.router,
    policies.router,
    simulations.router,
    on_call.router,
    on_call_overrides.router,
    webhooks.router,
    people.router,
    test_messages.router,
    sessions.router,
    keys.router,
)
OUTSIDE = (health.router, metrics.router)
"""For machines that watch; not versioned."""
DESCRIPTION = """\
Services start escalations and retry without harm; staff decide; auditors read. Every error is a problem
(RFC 9457) with a stable `code`. Instants are UTC; lengths of time are seconds,
but in simulations ISO 8601.
"""


def create_app(hold: Callable[[], AbstractAsyncContextManager[Doors]]) -> FastAPI:
    """`hold` opens what the routes stand on when the server starts, and closes it when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with hold() as doors:
            app.state.doors = doors
            yield

    app = FastAPIOffline(
        docs_url="/docs",
        redoc_url=None,
        title="Escalations",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        # A slash too many is no route; a redirection would name the host that the caller claims.
        redirect_slashes=False,
    )
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    for router in OUTSIDE:
        app.include_router(router)
    handle_problems(app)
    describe(app)
    stand_guard(app, PREFIX)
    return app
