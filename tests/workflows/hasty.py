"""Policies in real time, for what has to come due while nobody works: no server skips time then.

For the dev server only; see `house`.
"""

from datetime import timedelta

from domain.policy import PromiseRule
from domain.vocabulary import PromiseKind, Severity
from tests.domain.world import POLICY

WAIT = timedelta(milliseconds=400)
"""How long each level of the hasty climb waits."""
ACKNOWLEDGE_WITHIN = timedelta(seconds=1)
"""Time enough for a worker to open an escalation and leave."""

HASTY_PROMISE = POLICY.but(
    promises={
        severity: (PromiseRule(kind=PromiseKind.ACKNOWLEDGE, target=ACKNOWLEDGE_WITHIN),)
        for severity in Severity
    },
)
HASTY_CLIMB = HASTY_PROMISE.but(levels=tuple(level.but(wait=WAIT) for level in POLICY.levels))
