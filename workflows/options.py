"""Every timeout and retry policy, named by the kind of work. No workflow writes a duration of its own."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy


class LocalOptions(TypedDict):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class ActivityOptions(TypedDict, total=False):
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


LOOK_UP_LOCALLY = LocalOptions(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(seconds=3),
    retry_policy=RetryPolicy(maximum_attempts=1),
)
"""The first try at finding people: short, because the record and the messages of a wake-up wait for it."""

LOOK_UP = ActivityOptions(
    start_to_close_timeout=timedelta(seconds=10),
    schedule_to_close_timeout=timedelta(minutes=1),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=10), maximum_attempts=8
    ),
)
"""Finding people when it did not work at once. Given up within a minute: the level must not wait longer."""

PREPARE_LOCALLY = LocalOptions(
    start_to_close_timeout=timedelta(seconds=10),
    schedule_to_close_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_attempts=3),
)
"""The policy to open under, first try. Short: while a local activity waits, the history grows."""

PREPARE_PATIENTLY = ActivityOptions(
    start_to_close_timeout=timedelta(minutes=1),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
)
"""Without bound: an escalation that was accepted may not be lost to a bad file."""

RECORD_LOCALLY = LocalOptions(
    start_to_close_timeout=timedelta(seconds=3),
    schedule_to_close_timeout=timedelta(seconds=3),
    retry_policy=RetryPolicy(maximum_attempts=1),
)
"""The ledger's first try: short, because a caller may be waiting for it."""

RECORD_PATIENTLY = ActivityOptions(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15)),
)
"""The ledger once it is away. Without bound: the record follows, however long it takes."""

LEDGER_REFUSES = timedelta(hours=1)
"""Between tries of a write that the ledger says it will never take; people have to mend it first."""

SEND = ActivityOptions(
    start_to_close_timeout=timedelta(minutes=3),
    schedule_to_close_timeout=timedelta(minutes=10),
    heartbeat_timeout=timedelta(seconds=6),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=15), maximum_attempts=40
    ),
)
"""One round of messages. A lost worker is noticed by the missing heartbeat; further rounds are the core's."""

SEND_TEST = ActivityOptions(
    start_to_close_timeout=timedelta(minutes=1),
    schedule_to_close_timeout=timedelta(minutes=2),
    heartbeat_timeout=timedelta(seconds=6),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=3),
)
"""A message to try the channels. Somebody waits to see it, and can ask again."""

TEST_MESSAGE_WITHIN = timedelta(minutes=5)
"""A test message that comes later than that puzzles people."""

FETCH_POLICY = ActivityOptions(
    start_to_close_timeout=timedelta(seconds=30),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5),
)
"""Somebody waits to see the move; it can be decided again."""

RESOLVE_WORKING_TIME = ActivityOptions(
    start_to_close_timeout=timedelta(minutes=1),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(hours=1)),
)
"""Asked months ahead. Without bound: a promise without working time would be broken unjustly."""
