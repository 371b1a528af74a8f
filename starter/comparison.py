"""Two policies, or two organisations, and the cases that are run under both."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path

from domain.calendars import zone
from domain.comparison.difference import Comparison, Difference
from domain.comparison.footprint import Footprint, footprint
from domain.comparison.past import PastCase
from domain.comparison.replay import replay
from domain.conditions import reported
from domain.errands import PolicyFetched
from domain.report import Report
from domain.simulation.run import Endless, TooLong, simulate
from organisation.conditions import routes_judged
from organisation.findings import nearest
from organisation.load import load
from organisation.model import Organisation
from organisation.prepared import prepared
from organisation.rehearsal import Rehearsal
from starter.cases_folder import WrittenCase
from starter.dry_run import UNNAMED, opening_of, zone_of
from starter.errors import OrderInvalid, Problem

LONGEST = timedelta(days=730)
"""Between the first case and the last instant: an organisation is read with the public holidays of its
first year, the one before and the two after."""
NO_TEAM = "(no team)"


@dataclass(frozen=True)
class Which:
    """A policy of an organisation, or all of them, as somebody wrote it."""

    written: str
    folder: Path
    policy: str | None
    """None: each case runs under the policy of its own name."""


def which(written: str, field: str, here: Path) -> Which:
    """`NAME` (in the folder `here`), `FOLDER`, or `FOLDER:NAME`. Raises OrderInvalid."""
    if Path(written).is_dir():
        return Which(written, Path(written), None)
    folder, colon, name = written.rpartition(":")
    if colon and Path(folder).is_dir():
        return Which(written, Path(folder), name)
    if colon or "/" in written:
        mend = "write a policy's name, an organisation's folder, or FOLDER:NAME"
        raise OrderInvalid(Problem(field, f"there is no folder {(folder or written)!r}", mend))
    return Which(written, here, written)


@dataclass(frozen=True, slots=True)
class Begins:
    """How a case begins, whatever it runs under."""

    policy: str
    """Its own."""
    report: Report
    key: str
    at: datetime


class House:
    """One side: an organisation as of a day, and its policies with the working hours of the whole span."""

    def __init__(self, meant: Which, organisation: Organisation, first: datetime, last: datetime) -> None:
        self.meant = meant
        self.organisation = organisation
        self.outside = Rehearsal(organisation)
        self._span = first, last
        self._known: dict[str, PolicyFetched] = {}

    @property
    def policies(self) -> dict[str, str]:
        """The versions of the policies that it is about, by name."""
        all_of_them = self.organisation.policies.items()
        return {name: one.version for name, one in all_of_them if self.meant.policy in (None, name)}

    def name_for(self, policy: str) -> str:
        """Of the policy that a case of that policy runs under here."""
        return self.meant.policy or policy

    def known(self, policy: str) -> PolicyFetched | None:
        """What all cases of that policy begin with here; None where there is no such policy."""
        name = self.name_for(policy)
        if name not in self._known and name in self.organisation.policies:
            self._known[name] = prepared(self.organisation, "compare", name, None, *self._span)
        return self._known.get(name)

    def known_to(self, begins: Begins) -> PolicyFetched | None:
        """The same with what the policy's routes come to for one case."""
        known = self.known(begins.policy)
        if known is None or not any(route.expression for route in known.policy.routes):
            return known
        facts = reported(begins.report, begins.key)
        return known.but(judged=routes_judged(known.policy, facts, begins.at))


def houses(old: Which, new: Which, first: datetime, last: datetime) -> tuple[House, House]:
    """Both sides as of the first case. Raises OrganisationInvalid, and OrderInvalid for unknown policies."""
    if last - first > LONGEST:
        what = f"the cases go from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        mend = "compare at most two years at once, or holidays would be missing"
        raise OrderInvalid(Problem("CASES", what, mend))
    before = load(old.folder, first.date())
    after = before if new.folder == old.folder else load(new.folder, first.date())
    for field, meant, organisation in (("OLD", old, before), ("NEW", new, after)):
        if meant.policy is not None and meant.policy not in organisation.policies:
            mend = nearest(meant.policy, organisation.policies)
            raise OrderInvalid(Problem(field, f"there is no policy {meant.policy!r}", mend))
    return House(old, before, first, last), House(new, after, first, last)


class Contest:
    """Runs case after case on both sides and adds the difference up."""

    def __init__(self, old: House, new: House, now: datetime) -> None:
        self._old, self._new = old, new
        self._now = now
        self._comparison = Comparison(self._team_of)
        self._zones: dict[str, Callable[[str], tzinfo]] = {}
        self.strangers: Counter[str] = Counter()
        """Cases that were not run, by their policy, which one of the sides does not have."""
        self.left_out: Counter[str] = Counter()
        """Decisions of past cases that cannot be replayed under another policy."""

    def difference(self) -> Difference:
        return self._comparison.difference()

    def replay(self, case: PastCase) -> None:
        """A past case on both sides."""
        self.left_out.update(case.left_out)
        zones = self._zones_of(case.opening.policy)

        def run(house: House, known: PolicyFetched) -> Footprint:
            again = replay(case, known, house.outside, self._now)
            return footprint(case.opening.id, again.simulated, zones, again.not_come)

        began = case.opening
        self._both(Begins(began.policy, began.report, began.key, case.at), run)

    def play(self, case: WrittenCase) -> None:
        """A written case by its script on both sides. Raises OrderInvalid for one without end."""
        zones = self._zones_of(case.order.policy)

        def run(house: House, known: PolicyFetched) -> Footprint:
            opening = opening_of(case.order, known.policy.name, house.outside, case.at)
            until = case.at + case.length
            try:
                life = simulate(opening, known, case.script, house.outside, case.at, until)
            except Endless as error:
                what, _, mend = str(error).partition("; ")
                raise OrderInvalid(Problem(f"script of {case.name}", what, mend)) from error
            except TooLong as error:
                what, _, mend = str(error).partition("; ")
                raise OrderInvalid(Problem(f"--until for {case.name}", what, mend)) from error
            return footprint(case.name, life, zones)

        order = case.order
        self._both(Begins(order.policy, order.report, order.key or UNNAMED, case.at), run)

    def _both(self, begins: Begins, run: Callable[[House, PolicyFetched], Footprint]) -> None:
        before, after = self._old.known_to(begins), self._new.known_to(begins)
        if before is None or after is None:
            self.strangers[begins.policy] += 1
            return
        old = run(self._old, before)
        # The core is pure: the same rules and the same people come to the same.
        same = self._same_people and before.policy == after.policy
        self._comparison.add(old, old if same else run(self._new, after))

    @cached_property
    def _same_people(self) -> bool:
        one, other = self._old.organisation, self._new.organisation
        return (one.people, one.teams, one.on_call) == (other.people, other.teams, other.on_call)

    def _team_of(self, person: str) -> str:
        for house in (self._new, self._old):
            known = house.organisation.people.get(person)
            if known is not None:
                return known.team or NO_TEAM
        return NO_TEAM

    def _zones_of(self, policy: str) -> Callable[[str], tzinfo]:
        """A person's own zone; for those who have none, that of the calendars of the old policy."""
        if policy not in self._zones:
            known = self._old.known(policy)
            usual = zone(zone_of(known)) if known else zone("UTC")
            self._zones[policy] = _zones((self._old.organisation, self._new.organisation), usual).__getitem__
        return self._zones[policy]


class _Zones(dict[str, tzinfo]):
    """By person; everybody else is where the usual zone is."""

    usual: tzinfo

    def __missing__(self, person: str) -> tzinfo:
        return self.usual


def _zones(organisations: Iterable[Organisation], usual: tzinfo) -> _Zones:
    zones = _Zones(
        (person.id, zone(person.zone))
        for organisation in organisations
        for person in organisation.people.values()
        if person.zone is not None
    )
    zones.usual = usual
    return zones
