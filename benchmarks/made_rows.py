"""A ledger of very many escalations, made inside PostgreSQL: skewed and correlated, as real ones are.

Teams, owners, customers and reasons have heavy and rare values. An owner has one team; one owner of each
team, one heavy customer and one heavy word are long gone: what they have lies at the far end of every order.
98 % are closed; what is open is mostly recent.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.sql import SQL, Literal

from records.marks import marks
from records.tags import tags
from records.words import words

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEARS = 3
FIRST = NOW - timedelta(days=365 * YEARS)
GONE = FIRST + timedelta(days=365)
"""Since when some no longer appear."""
TABLES = ("escalation", "tag", "search")
_VOCABULARY = (
    "invoice wrong outage login slow export mail refund contract delivery portal crash data missing network "
    "printer update license backup database error payment order shipping access password report dashboard "
    "import sync certificate phone call quality noise router cable power cooling room door badge camera "
    "server cluster node disk memory cpu kernel patch vulnerability audit gdpr deletion request complaint "
    "legal threat press social media rating review manager promised date missed project budget overrun scope"
)

_ESCALATIONS = """
INSERT INTO escalation (
    id, key, seq, stage, severity, priority, level, owner, manager, team, customer, reason, subject,
    policy, policy_version, opened_at, next_due, broken, at_risk, closed_at, close_reason, joined_into,
    updated_at, asked_by, parties)
SELECT
    'esc-' || key || '~' || to_char(opened_at AT TIME ZONE 'UTC', 'YYYYMMDD-HH24MISS'), key,
    20 + floor(60 * r6)::int,
    CASE WHEN is_open THEN (ARRAY['review','communicate','escalate','escalate','escalate','resolve','rca'])
        [1 + floor(7 * r6)::int] ELSE 'closed' END,
    severity, 'P' || right(severity, 1),
    CASE WHEN r7 < .7 THEN 1 WHEN r7 < .9 THEN 2 WHEN r7 < .97 THEN 3 WHEN r7 < .995 THEN 4 ELSE 5 END,
    owner, manager, 'team-' || team, customer,
    (ARRAY['urgency','complexity','missing_knowledge','dissatisfied_customer','sla_threatened','recurrence',
        'missing_authority','sla_breached','long_isolation','rejected_solution','misunderstanding',
        'manager_requested','substantial_extra_work','project_delay','major_outage','business_loss',
        'budget_overrun','reputation_loss','abuse_or_threat'])[1 + floor(19 * r8 * r8)::int],
    subject, 'support', 'v' || (1 + n % 9), opened_at,
    CASE WHEN is_open AND r9 < .9 THEN %(now)s - interval '2 days' + interval '16 days' * r6 END,
    (CASE WHEN r9 < .10 THEN '["acknowledge"]' WHEN r9 < .16 THEN '["next_update"]'
        WHEN r9 < .22 THEN '["next_update","resolve"]' WHEN r9 < .25 THEN '["first_response"]'
        WHEN r9 < .253 THEN '["approval:refund-1"]' WHEN r9 < .2533 THEN '["preventive_action:a"]'
        ELSE '[]' END)::json,
    (CASE WHEN is_open AND r5 < .2 THEN '["next_update"]' WHEN is_open AND r5 < .3 THEN '["resolve"]'
        WHEN is_open AND r5 < .301 THEN '["approval:refund-1"]' ELSE '[]' END)::json,
    CASE WHEN NOT is_open THEN ended END, CASE WHEN NOT is_open THEN 'resolved' END, NULL,
    CASE WHEN is_open THEN opened_at + (%(now)s - opened_at) * sqrt(r6) ELSE ended END,
    asked_by,
    (SELECT json_agg(person ORDER BY person) FROM (SELECT DISTINCT unnest(
        ARRAY[owner, manager, asked_by] || told)) AS people (person))::text
FROM (
    SELECT *,
        CASE WHEN r1 < .02 THEN 'S1' WHEN r1 < .15 THEN 'S2' WHEN r1 < .65 THEN 'S3' ELSE 'S4' END
            AS severity,
        'owner-' || team || '-' || CASE WHEN is_old AND r2 < .3 THEN 'gone'
            ELSE floor(12 * r2 * r2)::int::text END AS owner,
        'manager-' || team %% 8 AS manager,
        CASE WHEN is_old AND r3 < .3 THEN 'customer-gone'
            WHEN r3 < .95 THEN 'customer-' || floor(20000 * r4 * r4 * r4 * r4)::int END AS customer,
        CASE WHEN r6 < .5 THEN 'monitoring' ELSE 'agent-' || floor(2000 * r7 * r8)::int END AS asked_by,
        opened_at + interval '10 days' * r5 * r5 AS ended,
        ARRAY(SELECT 'person-' || team || '-' || floor(25 * r9 * which / 3)::int
            FROM generate_series(1, floor(4 * r2)::int) AS which) AS told,
        (SELECT string_agg((%(words)s::text[])[1 + floor(%(size)s * power(abs(sin(n * which)), 3))::int], ' ')
            FROM generate_series(1, 6) AS which)
            || CASE WHEN is_old AND r4 < .3 THEN ' legacyware' ELSE '' END || ' INV-' || n AS subject
    FROM (
        SELECT n, 'ticket-' || n AS key, floor(40 * power(random(), 3))::int AS team,
            %(first)s + (%(now)s - %(first)s) * (n::float / %(count)s) AS opened_at,
            n < %(count)s / 3 AS is_old,
            CASE WHEN n > %(count)s * .97 THEN random() < .6 ELSE random() < .002 END AS is_open,
            random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5,
            random() AS r6, random() AS r7, random() AS r8, random() AS r9
        FROM generate_series(1, %(count)s) AS n
    ) AS lot
) AS made
"""
_TAGS = """
INSERT INTO tag (escalation_id, tag, severity, opened_at, updated_at)
SELECT id, tag, CASE WHEN closed_at IS NOT NULL THEN severity END,
    CASE WHEN closed_at IS NOT NULL THEN opened_at END, CASE WHEN closed_at IS NOT NULL THEN updated_at END
FROM escalation, LATERAL (
    SELECT 'party:' || json_array_elements_text(parties::json)
    UNION SELECT 'broken:' || split_part(json_array_elements_text(broken), ':', 1)
    UNION SELECT 'at_risk:' || split_part(json_array_elements_text(at_risk), ':', 1)
    UNION SELECT 'broken' WHERE json_array_length(broken) > 0
    UNION SELECT 'at_risk' WHERE json_array_length(at_risk) > 0
) AS has (tag)
"""
_SEARCH = """
INSERT INTO search (escalation_id, words, marks, opened_at, updated_at)
SELECT id,
    regexp_replace(lower(concat_ws(' ', subject, key, id, customer)), '[^a-z0-9]+', ' ', 'g')::tsvector,
    CASE WHEN closed_at IS NULL THEN ARRAY['open'] ELSE
        ARRAY['severity:' || severity, 'owner:' || owner, 'team:' || team, 'reason:' || reason,
            'asked_by:' || asked_by, 'level:' || level,
            'opened:' || floor(extract(epoch FROM opened_at) / 864000)::bigint,
            'opened/100:' || floor(extract(epoch FROM opened_at) / 8640000)::bigint,
            'updated:' || floor(extract(epoch FROM updated_at) / 864000)::bigint,
            'updated/100:' || floor(extract(epoch FROM updated_at) / 8640000)::bigint]
        || CASE WHEN customer IS NOT NULL THEN ARRAY['customer:' || customer] ELSE ARRAY[]::text[] END
        || ARRAY(SELECT 'level>=:' || least FROM generate_series(1, level) AS least)
        || ARRAY(SELECT tag FROM tag WHERE escalation_id = id)
    END,
    CASE WHEN closed_at IS NOT NULL THEN opened_at END, CASE WHEN closed_at IS NOT NULL THEN updated_at END
FROM escalation ORDER BY opened_at
"""
_STEPS = {"escalations": _ESCALATIONS, "tags": _TAGS, "words and marks": _SEARCH}


async def fill(connection: AsyncConnection, count: int, say: Callable[[str], None]) -> None:
    """Fills upgraded, empty tables. Indexes are made last, which takes a fraction of the time."""
    vocabulary = _VOCABULARY.split()
    given = {"now": NOW, "first": FIRST, "count": count, "words": vocabulary, "size": len(vocabulary)}
    indexes = await _indexes(connection)
    await connection.execute("SET maintenance_work_mem = '512MB'")
    await connection.execute("SET work_mem = '256MB'")
    await connection.execute("SELECT setseed(0.5)")
    for name, _ in indexes:
        await connection.execute(SQL("DROP INDEX {}").format(SQL(name)))
    for name, statement in _STEPS.items():
        say(f"making {name}")
        bare = statement.replace("%%", "%")
        for key, value in given.items():
            bare = bare.replace(f"%({key})s", Literal(value).as_string(connection))
        await connection.execute(bare.encode())
    for name, definition in indexes:
        say(f"making {name}")
        await connection.execute(definition.encode())
    await connection.commit()
    await connection.set_autocommit(True)
    say("counting what is common")
    await connection.execute("VACUUM (ANALYZE)")
    await _check(connection)


async def _indexes(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Name and definition of those that are no constraint's."""
    found = await connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname LIKE 'ix\\_%%'",
        [list(TABLES)],
    )
    return [(str(name), str(definition)) for name, definition in await found.fetchall()]


async def _check(connection: AsyncConnection) -> None:
    """That tags, words and marks are those that the ledger would have written."""
    query = SQL(
        "SELECT escalation.*, parties::json AS parties, words::text AS words, marks,"
        " ARRAY(SELECT tag FROM tag WHERE escalation_id = id) AS tags"
        " FROM escalation JOIN search ON id = escalation_id WHERE random() < 0.001"
    )
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query)
        for row in await cursor.fetchall():
            found = tags(row["parties"], row["broken"], row["at_risk"])
            assert set(row["tags"]) == found
            assert set(row["marks"]) == set(marks(row, found))
            kept = words(row["subject"], row["key"], row["id"], row["customer"])
            assert set(row["words"].replace("'", "").split()) == set(kept)
