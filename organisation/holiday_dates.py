"""Public holidays as plain dates with names, to be copied into a calendar.

The library corrects past and coming years from release to release, so what a calendar once took
over stays in the calendar; nothing asks the library while an escalation runs.
"""

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from functools import cache

import holidays
from holidays.registry import COUNTRIES


def holiday_dates(country: str, region: str | None, years: Iterable[int]) -> tuple[tuple[date, str], ...]:
    """The public holidays of a country, and of one of its regions, in date order.

    `country` is an ISO 3166 code (`DE`, `DEU`), `region` the part after the hyphen of an ISO 3166-2
    code (`BY`) or a name of it that the library knows (`Bayern`); the names of the holidays are in
    the country's own language. Raises ValueError for an unknown one, with the nearest known one.
    """
    code = _known_country(country)
    wanted = frozenset(years)
    known = getattr(holidays, code)(years=())
    subdivision = None if region is None else _known_region(code, region, _regions(known))
    if not wanted:
        return ()
    # Without a language the library follows the locale of the machine, and equal calendars differ.
    found = holidays.country_holidays(code, subdiv=subdivision, years=wanted, language=known.default_language)
    return tuple(sorted((day, name) for day, name in found.items() if day.year in wanted))


@cache
def _countries() -> dict[str, str]:
    """Every ISO code and folded English name, with the code to use for it."""
    codes = {code.casefold(): names[1] for names in COUNTRIES.values() for code in names[1:]}
    return codes | {module.replace("_", " "): names[1] for module, names in COUNTRIES.items()}


def _known_country(country: str) -> str:
    known, wanted = _countries(), country.strip()[:64]
    folded = wanted.casefold()
    if folded in known:
        return known[folded]
    begun = [name for name in known if len(folded) > 2 and name.startswith(folded)]
    near = begun or get_close_matches(folded, known, n=1, cutoff=0.66)
    mend = f"did you mean {known[near[0]]!r} ({near[0]})?" if near else "use an ISO 3166 code such as 'DE'"
    raise ValueError(f"unknown country {wanted!r}; {mend}")


def _regions(known: holidays.HolidayBase) -> dict[str, str]:
    """Every code and folded name of a region, with the code to use for it."""
    codes = {code.casefold(): code for code in known.subdivisions}
    return codes | {name.casefold(): code for name, code in known.subdivisions_aliases.items()}


def _known_region(country: str, region: str, regions: dict[str, str]) -> str:
    wanted = region.strip()[:64]
    if wanted.casefold() in regions:
        return regions[wanted.casefold()]
    if not regions:
        raise ValueError(f"{country} has no regions with holidays of their own; leave {wanted!r} out")
    near = get_close_matches(wanted.casefold(), regions, n=1)
    mend = (
        f"did you mean {regions[near[0]]!r}?"
        if near
        else f"known are {', '.join(sorted(set(regions.values())))}"
    )
    raise ValueError(f"unknown region {wanted!r} of {country}; {mend}")
