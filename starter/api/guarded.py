"""Routes that ask who calls, and whether they may, before they read what was sent."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from starter.api.allowed import Needs, demand
from starter.api.callers import a_caller, caller_of


class Guarded(APIRoute):
    """The framework reads the body first, so that nobody would hear what is wrong with it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        asked = [each.call for each in _within(self.dependant)]
        is_for_known = a_caller in asked
        needed = [each.what for each in asked if isinstance(each, Needs)]

        async def guarded(request: Request) -> Response:
            if is_for_known:
                caller = await caller_of(request)
                for what in needed:
                    demand(caller, what)
            return await handle(request)

        return guarded


def _within(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from _within(each)
