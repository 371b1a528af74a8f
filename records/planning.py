"""How PostgreSQL is to plan what searches."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Select, String, any_, false, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from records.list_filter import ListFilter, says
from records.tables import ESCALATION, SEARCH

FEW = 1_000
"""So many rows that hold a text are looked at one by one; where there are more, a page is soon full."""
_FOR_THIS_TRANSACTION = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true)"
)
_RARE = 20_000
"""So many rows at most may be expected for it to be worth a look how many they are."""


async def plan_for_these_values(connection: AsyncConnection) -> None:
    """Until the transaction ends, plans are made for the values at hand, without compiling and helpers.

    The driver prepares statements, and after some uses the server would take one plan for all values; but
    what is right for a team with half of all rows is wrong for a person with three.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_FOR_THIS_TRANSACTION)


async def found_beforehand(
    connection: AsyncConnection, wanted: ListFilter
) -> tuple[ListFilter, tuple[ColumnElement[bool], ...]]:
    """The filter without its text, and in its place the ids that it is found in, where they are few.

    A plan for the page can only guess how many they are, unless the words are common.
    """
    if wanted.text is None or connection.dialect.name != "postgresql":
        return wanted, ()
    holds = select(SEARCH.c.escalation_id).where(says(wanted.text, "postgresql"))
    if await _expected(connection, holds) > _RARE:
        return wanted, ()
    ids = list(await connection.scalars(holds.limit(FEW + 1)))
    if len(ids) > FEW:
        return wanted, ()
    among = ESCALATION.c.id == any_(literal(ids, ARRAY(String))) if ids else false()
    return replace(wanted, text=None), (among,)


async def _expected(connection: AsyncConnection, query: Select[str]) -> int:
    """How many rows PostgreSQL expects of it; that costs nothing, and it knows what is common."""
    said = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    plan = (await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {said}")).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])
