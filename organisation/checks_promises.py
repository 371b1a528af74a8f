"""Promises that cannot be meant as they are written: outrun, told twice over, or never told at all."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain

from domain.policy import Policy, PromiseRule
from domain.vocabulary import BreachAction, PromiseKind, Severity
from organisation.checks import SHORTEN, longer_as_written
from organisation.checks_clocks import Clocks
from organisation.durations import written
from organisation.findings import Finding
from organisation.policy_shape import PolicyFile
from organisation.promise_cases import beside_the_limit, placed
from organisation.yaml_source import Source

NOT_BY_POLICY = frozenset(
    {
        PromiseKind.APPROVAL,
        PromiseKind.TASK,
        PromiseKind.ESTIMATE,
        PromiseKind.CUSTOMER_ANSWER,
        PromiseKind.PREVENTIVE_ACTION,
    }
)
"""Clocks whose length comes from a decision or from another part of the policy."""


def doubtful_promises(source: Source, file: PolicyFile, policy: Policy, clocks: Clocks) -> Iterator[Finding]:
    for severity in policy.promises:
        yield from _outrun(source, file, policy, severity, clocks)
        yield from _unheard(source, file, severity)
        yield from _climbing_twice(source, policy, severity)
    yield from _never_comes(source, policy, life(policy, clocks))


def life(policy: Policy, clocks: Clocks) -> timedelta:
    """The longest time, by the clock on the wall, in which an escalation should be closed."""
    rules = chain.from_iterable(policy.promises.values())
    return max(clocks.longest(rule) for rule in rules if rule.kind is PromiseKind.CLOSE)


def _outrun(
    source: Source, file: PolicyFile, policy: Policy, severity: Severity, clocks: Clocks
) -> Iterator[Finding]:
    for (at, rule), (limit_at, limit) in beside_the_limit(policy, severity):
        # What the text alone tells is told when the policy is read.
        plain = not rule.specific and not limit.specific
        told = plain and PromiseKind.CLOSE in file.promises[severity] and longer_as_written(rule, limit)
        overtaken = None if told else clocks.overtaken(rule, limit)
        if overtaken is None:
            continue
        start, last = overtaken
        example = f"for a start on {start:%Y-%m-%d} (closing by {last:%Y-%m-%d})"
        if rule.specific or not limit.specific:
            what = f"promised within {_clock(rule)}, but closing within {_clock(limit)}, which is earlier "
            yield source.warning((*at, "target"), what + example, SHORTEN)
        else:
            kind = rule.kind.replace("_", " ")
            what = f"closing within {_clock(limit)}, but {kind} within {_clock(rule)}, which is later "
            mend = f"raise it, or promise {kind} to the same within less"
            yield source.warning((*limit_at, "target"), what + example, mend)


def _clock(rule: PromiseRule) -> str:
    return f"{written(rule.target)} of {rule.calendar}" if rule.calendar else written(rule.target)


def _unheard(source: Source, file: PolicyFile, severity: Severity) -> Iterator[Finding]:
    for kind in sorted(NOT_BY_POLICY & file.promises[severity].keys()):
        yield source.warning(
            ("promises", severity, kind),
            "never starts, since its length does not come from here",
            "leave it out",
        )


def _climbing_twice(source: Source, policy: Policy, severity: Severity) -> Iterator[Finding]:
    wait = policy.levels[0].wait
    for at, rule in placed(policy, severity):
        climbs = rule.kind is PromiseKind.ACKNOWLEDGE and BreachAction.CLIMB in rule.on_breach
        if climbs and rule.target < wait:
            yield source.warning(
                at,
                f"climbs when it breaks after {written(rule.target)}, and the first level climbs "
                f"after {written(wait)} too: two climbs for one silence",
                "leave climb out of on_breach, or make the first level's wait no longer than the target",
            )


def _never_comes(source: Source, policy: Policy, life: timedelta) -> Iterator[Finding]:
    confirmation, delivery = policy.confirmation, policy.delivery
    for which, after in enumerate(confirmation.remind_after):
        if after >= confirmation.wait:
            yield source.warning(
                ("confirmation", "remind_after", which),
                f"a reminder after {written(after)} never comes: "
                f"the customer has {written(confirmation.wait)} to answer",
                "remind earlier, or wait longer",
            )
    if delivery.retry_after and delivery.retry_after[0] >= delivery.give_up_after:
        yield source.warning(
            ("delivery", "retry_after", 0),
            f"no message is tried again: each is given up after {written(delivery.give_up_after)}",
            "try again earlier, or give up later",
        )
    expires = policy.acknowledgement_expires
    if expires is not None and expires >= life:
        yield source.warning(
            ("acknowledgement_expires",),
            f"never comes: closing is due within {written(life)}",
            f"write less than {written(life)}",
        )
    yield from _parties_never_come(source, policy, life)


def _parties_never_come(source: Source, policy: Policy, life: timedelta) -> Iterator[Finding]:
    latest = timedelta(0)
    for number, rule in enumerate(policy.involve):
        at = ("involve", number, "after")
        if rule.after >= life:
            yield source.warning(
                at,
                f"never comes: closing is due within {written(life)}",
                f"write less than {written(life)}",
            )
        elif rule.after < latest:
            yield source.warning(
                at,
                f"comes only with the entry before it, after {written(latest)}",
                "write the entries in the order of their times",
            )
        latest = max(latest, rule.after)
