"""How PostgreSQL is to plan what searches."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_FOR_THIS_TRANSACTION = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true)"
)


async def plan_for_these_values(connection: AsyncConnection) -> None:
    """Until the transaction ends, a plan is made for the values at hand and not compiled.

    The driver prepares statements, and after some uses the server would take one plan for all values; but
    what is right for a team with half of all rows is wrong for a person with three.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_FOR_THIS_TRANSACTION)
