"""Every route of the application, with what it needs, found in the application itself."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from domain.rights import Act, Read
from starter.api.allowed import Needs
from starter.api.app import create_app
from starter.api.doors import Doors


class Served(NamedTuple):
    """A method of a path."""

    method: str
    path: str
    needs: Read | Act | None
    """None where no dependency of the route says it."""


def an_app() -> FastAPI:
    """For its routes and its OpenAPI; it cannot serve."""

    def nothing() -> AbstractAsyncContextManager[Doors]:
        raise AssertionError

    hold: Callable[[], AbstractAsyncContextManager[Doors]] = nothing
    return create_app(hold)


def served(app: FastAPI) -> Iterator[Served]:
    for route in iter_route_contexts(app.routes):
        found = getattr(route, "dependant", None)
        whats = {each.what for each in _needs(found)} if found is not None else set()
        assert len(whats) <= 1, f"{route.path} needs several rights; say one"
        for method in sorted(route.methods or {"GET"}):
            yield Served(method, str(route.path), next(iter(whats), None))


def _needs(dependant: Dependant) -> Iterator[Needs]:
    if isinstance(dependant.call, Needs):
        yield dependant.call
    for each in dependant.dependencies:
        yield from _needs(each)
