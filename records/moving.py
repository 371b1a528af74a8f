"""A ledger that came from another PostgreSQL server by a dump: its places in the feed are that server's.

Events are ordered by numbers of transactions (see `order`). Restored where these are lower, new events
would come before old ones, and who reads on from an old place would miss them.
"""

from sqlalchemy import Connection, text

from records.errors import SchemaMismatch

_IS_AHEAD = text(
    "SELECT coalesce(max(horizon), 0) >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint FROM event"
)
_ADOPT = (
    # Nobody may write or queue meanwhile.
    "LOCK TABLE event, superseded_event, webhook_subscription, webhook_delivery IN SHARE ROW EXCLUSIVE MODE",
    # From the first event on that is not queued: one may be sent again, none is left out.
    """
    UPDATE webhook_subscription SET cursor = '0-' || coalesce(
        (
            SELECT min(position) - 1 FROM event WHERE (horizon, position) >
            (split_part(cursor, '-', 1)::bigint, split_part(cursor, '-', 2)::bigint)
        ),
        (SELECT max(position) FROM event),
        0
    )
    """,
    "UPDATE event SET horizon = 0",
    "UPDATE superseded_event SET horizon = 0",
    "UPDATE webhook_delivery SET horizon = 0",
)


def check(connection: Connection) -> None:
    """Raises SchemaMismatch for a ledger whose places are ahead of this server's."""
    if _is_ahead(connection):
        raise SchemaMismatch(
            "the ledger was restored from another PostgreSQL server, and new events would come before old "
            "ones: end the API and all workers, and run `escalations db upgrade`"
        )


def adopt(connection: Connection) -> None:
    """Gives places of this server to all events of such a ledger; in a large one that takes minutes."""
    if _is_ahead(connection):
        for statement in _ADOPT:
            connection.execute(text(statement))


def _is_ahead(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql" and bool(connection.scalar(_IS_AHEAD))
