"""Routes that are never taken, because earlier ones take all that would come their way."""

from collections.abc import Sequence
from itertools import product
from math import prod

from domain.policy import Route

CONDITIONS = ("topics", "products", "skills", "languages", "tiers", "reasons")
MOST_CHOICES = 10_000
"""Of a route that names more combinations than that only a single taker is looked for."""


def takers(earlier: Sequence[Route], route: Route) -> tuple[int, ...]:
    """The numbers, from 1, of the earlier routes that take it all, one alone or several together."""
    alone = _covering(earlier, route)
    if alone is not None:
        return (alone,)
    choices = [getattr(route, condition) or (None,) for condition in CONDITIONS]
    if prod(map(len, choices)) > MOST_CHOICES:
        return ()
    found = set()
    for names in product(*choices):
        single = {key: (name,) for key, name in zip(CONDITIONS, names, strict=True) if name is not None}
        number = _covering(earlier, route.but(**single))
        if number is None:
            return ()
        found.add(number)
    return tuple(sorted(found))


def _covering(earlier: Sequence[Route], route: Route) -> int | None:
    return next((number for number, one in enumerate(earlier, 1) if one.covers(route)), None)
