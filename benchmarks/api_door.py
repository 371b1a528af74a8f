"""The API as a process beside the rig, and callers that send at an even pace, whatever comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import httpx2

from benchmarks.rig import Rig, _child, child_killed
from domain.vocabulary import Role
from records.keys import Keys
from starter import ports
from starter.database import open_database
from starter.order_file import read_order
from starter.settings import PREFIX, PROJECT

API = "/api/v1"
POLICY = "gold-support"
"""Its promises are hours away, so that what is open stays as it is unless somebody decides."""
REPORT = read_order(PROJECT / "examples" / "billing-ticket.yaml").report.model_dump(mode="json")
PATIENCE = 60.0


@dataclass
class Heard:
    """What came back of one kind of request: seconds from when it was to be sent, and statuses."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    def note(self, status: int, seconds: float) -> None:
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    @property
    def failures(self) -> int:
        """Server errors, and requests without an answer (status 0)."""
        return sum(count for status, count in self.statuses.items() if status == 0 or status >= 500)


@asynccontextmanager
async def running_api(rig: Rig) -> AsyncIterator[httpx2.AsyncClient]:
    """A client with an administrator's key, once the API is ready."""
    port = ports.free_port()
    given = {"DATA": str(rig.settings.data), "LOG_LEVEL": "warning", "API_RATE": "1000000/minute"}
    environment = {PREFIX + name: value for name, value in given.items()}
    api = _child(rig.settings.data, "api", ["starter.cli.main", "api", "--port", str(port)], environment)
    database = open_database(rig.settings)
    keys = Keys(database)
    _, text = await keys.create("bench", Role.ADMINISTRATOR, created_by="bench")
    await keys.close()
    await database.close()
    api.start()
    limits = httpx2.Limits(max_connections=400, max_keepalive_connections=400)
    headers = {"Authorization": f"Bearer {text}"}
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx2.AsyncClient(
            base_url=base, headers=headers, timeout=PATIENCE, limits=limits
        ) as client:
            await _ready(client)
            yield client
    finally:
        await asyncio.to_thread(child_killed, api)


async def _ready(client: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if (await client.get("/readyz")).status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(0.2)


async def open_one(client: httpx2.AsyncClient, key: str) -> httpx2.Response:
    body = {"policy": POLICY, "report": REPORT, "key": key}
    return await client.post(f"{API}/escalations", json=body, headers={"Idempotency-Key": key})


async def decide(client: httpx2.AsyncClient, escalation_id: str, number: int) -> httpx2.Response:
    """A note, now and then another decision that is possible in any stage of the work."""
    body: dict[str, Any] = {"type": "note", "text": f"Decision {number} of the measurement."}
    if number % 5 == 0:
        link = {"relation": "ticket", "id": f"T-{number}"}
        body = {"type": "link", "link": link}
    place = f"{API}/escalations/{escalation_id}/decisions"
    return await client.post(place, content=json.dumps(body), headers={"Content-Type": "application/json"})


async def paced(
    begin: Callable[[int], Coroutine[Any, Any, httpx2.Response]], per_second: float, seconds: float
) -> Heard:
    """Sends at an even pace and waits for nothing. Lateness counts from when each was to be sent."""
    heard = Heard()
    start = monotonic()

    async def one(number: int) -> None:
        planned = start + number / per_second
        await asyncio.sleep(max(0.0, planned - monotonic()))
        try:
            status = (await begin(number)).status_code
        except httpx2.HTTPError:
            status = 0
        heard.note(status, monotonic() - planned)

    async with asyncio.TaskGroup() as tasks:
        for number in range(int(per_second * seconds)):
            tasks.create_task(one(number))
    return heard
