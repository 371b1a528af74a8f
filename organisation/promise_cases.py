"""The promises of a policy where they are written, and which of them hold side by side for somebody."""

from collections.abc import Iterator
from itertools import product

from domain.policy import Policy, PromiseRule
from domain.vocabulary import PromiseKind, Reason, Severity
from organisation.yaml_source import Location

Placed = tuple[Location, PromiseRule]


def placed(policy: Policy, severity: Severity) -> list[Placed]:
    """Every rule with its location in the file: that for everybody, or an entry of its `for`."""
    seen: dict[PromiseKind, int] = {}
    found: list[Placed] = []
    for rule in policy.promises[severity]:
        at: Location = ("promises", severity, rule.kind)
        if rule.kind in seen:
            at = (*at, "for", seen[rule.kind])
        seen[rule.kind] = seen.get(rule.kind, -1) + 1
        found.append((at, rule))
    return found


def beside_the_limit(policy: Policy, severity: Severity) -> Iterator[tuple[Placed, Placed]]:
    """Each promise with the closing limit of the same people, for everybody first; each pair once."""
    rules = placed(policy, severity)
    tiers = sorted({tier for _, rule in rules for tier in rule.tiers})
    reasons = sorted({reason for _, rule in rules for reason in rule.reasons})
    seen = set()
    for tier, reason in product((None, *tiers), (None, *reasons)):
        applying: dict[PromiseKind, Placed] = {}
        for at, rule in sorted(rules, key=lambda each: each[1].specific):
            if _applies(rule, tier, reason):
                applying[rule.kind] = (at, rule)
        limit = applying[PromiseKind.CLOSE]
        for kind, promise in applying.items():
            # Terms for some that leave the lengths alone are no news.
            pair = (kind, promise[1].target, promise[1].calendar, limit[1].target, limit[1].calendar)
            if kind is not PromiseKind.CLOSE and pair not in seen:
                seen.add(pair)
                yield promise, limit


def _applies(rule: PromiseRule, tier: str | None, reason: Reason | None) -> bool:
    """As for a case; None is a tier or a reason that no rule names."""
    return (not rule.tiers or tier in rule.tiers) and (not rule.reasons or reason in rule.reasons)
