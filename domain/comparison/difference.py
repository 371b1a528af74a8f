"""The difference between two policies over many cases, added up case by case."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from statistics import median

from domain.comparison.footprint import Footprint, Undone
from domain.vocabulary import PromiseKind

HOURS_OF_DAY = 24


@dataclass(frozen=True, slots=True)
class Pair:
    """The same number under both policies."""

    old: int
    new: int

    @property
    def more(self) -> int:
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class ToldMore:
    """How often a person or a team is told, and how often of that at night."""

    who: str
    messages: Pair
    nights: Pair


@dataclass(frozen=True, slots=True)
class Breaches:
    """How often promises of a kind are broken, and the cases in which they are under one policy only."""

    promise: PromiseKind
    times: Pair
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """How long it takes until somebody acknowledges, over the cases in which somebody does."""

    median: timedelta | None
    p90: timedelta | None
    """Nine cases in ten take no longer (nearest rank)."""
    never: int


@dataclass(frozen=True, slots=True)
class Side:
    """What concerns one of the two policies only."""

    answered: Answered
    levels: dict[int, int]
    """Cases by the highest level that was reached; 0 is the last resort."""
    still_open: int
    """Cases that are not closed at the end of their replay."""
    refused: tuple[Undone, ...]
    not_come: tuple[Undone, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    cases: int
    changed: tuple[str, ...]
    """Cases in which anything at all is different."""
    only_in_detail: tuple[str, ...]
    """Those of them in which only the minute, the channel or the subject of messages, or the minute of a
    breach, is different."""
    people: tuple[ToldMore, ...]
    """Everybody who is told under either policy; who is told most more, at the top."""
    teams: tuple[ToldMore, ...]
    customers: Pair
    hours: tuple[Pair, ...]
    """Messages to people inside by the hour of their own day, from midnight on."""
    breaches: tuple[Breaches, ...]
    no_longer_acknowledged: tuple[str, ...]
    newly_acknowledged: tuple[str, ...]
    old: Side
    new: Side


class Comparison:
    """Takes in one case after the other; keeps sums and names, never the lives themselves."""

    def __init__(self, team_of: Callable[[str], str]) -> None:
        self._team_of = team_of
        self._cases = 0
        self._changed: list[str] = []
        self._only_in_detail: list[str] = []
        self._gained: dict[PromiseKind, list[str]] = {}
        self._lost: dict[PromiseKind, list[str]] = {}
        self._no_longer: list[str] = []
        self._newly: list[str] = []
        self._old, self._new = _Sums(), _Sums()

    def add(self, old: Footprint, new: Footprint) -> None:
        """The same case under both."""
        case = old.case
        self._cases += 1
        self._old.add(old)
        self._new.add(new)
        if old == new:
            return
        self._changed.append(case)
        if old.differs_in_detail_only(new):
            self._only_in_detail.append(case)
        for kind in old.broken.keys() ^ new.broken.keys():
            named = self._gained if kind in new.broken else self._lost
            named.setdefault(kind, []).append(case)
        if old.acknowledged_after is not None and new.acknowledged_after is None:
            self._no_longer.append(case)
        if old.acknowledged_after is None and new.acknowledged_after is not None:
            self._newly.append(case)

    def difference(self) -> Difference:
        old, new = self._old, self._new
        kinds = [kind for kind in PromiseKind if kind in old.broken or kind in new.broken]
        return Difference(
            cases=self._cases,
            changed=tuple(self._changed),
            only_in_detail=tuple(self._only_in_detail),
            people=_told(old.told, new.told, old.nights, new.nights),
            teams=_told(*(self._by_team(each) for each in (old.told, new.told, old.nights, new.nights))),
            customers=Pair(old.customers, new.customers),
            hours=tuple(Pair(old.hours[hour], new.hours[hour]) for hour in range(HOURS_OF_DAY)),
            breaches=tuple(
                Breaches(
                    promise=kind,
                    times=Pair(old.broken[kind], new.broken[kind]),
                    gained=tuple(self._gained.get(kind, ())),
                    lost=tuple(self._lost.get(kind, ())),
                )
                for kind in kinds
            ),
            no_longer_acknowledged=tuple(self._no_longer),
            newly_acknowledged=tuple(self._newly),
            old=old.side(),
            new=new.side(),
        )

    def _by_team(self, people: Counter[str]) -> Counter[str]:
        teams: Counter[str] = Counter()
        for person, number in people.items():
            teams[self._team_of(person)] += number
        return teams


@dataclass
class _Sums:
    """One policy's side while it is added up."""

    told: Counter[str] = field(default_factory=Counter)
    nights: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    customers: int = 0
    broken: Counter[PromiseKind] = field(default_factory=Counter)
    answers: list[timedelta] = field(default_factory=list)
    never: int = 0
    levels: Counter[int] = field(default_factory=Counter)
    still_open: int = 0
    refused: list[Undone] = field(default_factory=list)
    not_come: list[Undone] = field(default_factory=list)

    def add(self, one: Footprint) -> None:
        self.told.update(one.told)
        self.nights.update(one.nights)
        self.hours.update(one.hours)
        self.customers += one.customers
        self.broken.update(one.broken)
        if one.acknowledged_after is None:
            self.never += 1
        else:
            self.answers.append(one.acknowledged_after)
        self.levels[one.level] += 1
        self.still_open += one.closed_at is None
        self.refused += one.refused
        self.not_come += one.not_come

    def side(self) -> Side:
        return Side(
            answered=_answered(self.answers, self.never),
            levels=dict(sorted(self.levels.items())),
            still_open=self.still_open,
            refused=tuple(self.refused),
            not_come=tuple(self.not_come),
        )


def _answered(answers: list[timedelta], never: int) -> Answered:
    if not answers:
        return Answered(None, None, never)
    ordered = sorted(answers)
    middle = timedelta(seconds=median(each.total_seconds() for each in ordered))
    return Answered(middle, ordered[ceil(0.9 * len(ordered)) - 1], never)


def _told(
    old: Counter[str], new: Counter[str], old_nights: Counter[str], new_nights: Counter[str]
) -> tuple[ToldMore, ...]:
    told: Iterable[ToldMore] = (
        ToldMore(who, Pair(old[who], new[who]), Pair(old_nights[who], new_nights[who]))
        for who in old.keys() | new.keys()
    )
    return tuple(sorted(told, key=lambda one: (-one.messages.more, -one.messages.new, one.who)))
