"""A policy in milliseconds, for what has to come due while nobody works: no server skips time then.

For the dev server only; see `house`.
"""

from datetime import timedelta

from domain.policy import PromiseRule
from domain.vocabulary import PromiseKind, Severity
from tests.domain.world import POLICY

WAIT = timedelta(milliseconds=400)
"""How long each level waits."""
ACKNOWLEDGE_WITHIN = timedelta(milliseconds=200)

HASTY = POLICY.but(
    levels=tuple(level.but(wait=WAIT) for level in POLICY.levels),
    promises={
        severity: (PromiseRule(kind=PromiseKind.ACKNOWLEDGE, target=ACKNOWLEDGE_WITHIN),)
        for severity in Severity
    },
)
