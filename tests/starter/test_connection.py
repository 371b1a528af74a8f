"""Connecting is bounded; what the server must know is told it at every start."""

from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from starter import ports
from starter.connection import RETENTION, connect, register
from starter.embedded import EmbeddedServer, find_program
from starter.errors import ServerAway
from starter.settings import Settings
from workflows import names


def settings_for(server: EmbeddedServer) -> Settings:
    return Settings(temporal_address=server.address)


async def retention_days(client: Client) -> int:
    known = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace)
    )
    return known.config.workflow_execution_retention_ttl.ToTimedelta().days


async def test_registering_twice_leaves_the_retention_and_usable_attributes(server: EmbeddedServer) -> None:
    client = await connect(settings_for(server))
    assert await retention_days(client) == 1
    await register(client)
    await register(client)
    assert await retention_days(client) == RETENTION.days
    attributes = TypedSearchAttributes(
        [SearchAttributePair(names.STAGE, "review"), SearchAttributePair(names.LEVEL, 2)]
    )
    handle = await client.start_workflow(
        "nobody-runs-it", id="marked", task_queue="idle", search_attributes=attributes
    )
    assert (await handle.describe()).typed_search_attributes[names.LEVEL] == 2


async def test_a_server_whose_file_is_older_than_the_attributes_learns_them(tmp_path: Path) -> None:
    server = OlderServer.on(tmp_path)
    await server.start()
    client = await connect(settings_for(server))
    await register(client)
    attributes = TypedSearchAttributes([SearchAttributePair(names.BROKEN, ["inform"])])
    await client.start_workflow(
        "nobody-runs-it", id="marked", task_queue="idle", search_attributes=attributes
    )
    assert (await client.count_workflows(f"{names.STAGE.name} IS NULL")).count >= 0
    await server.stop()


async def test_a_server_that_is_not_there_is_away_and_the_address_is_named() -> None:
    nowhere = f"127.0.0.1:{ports.free_port()}"
    with pytest.raises(ServerAway, match=nowhere):
        await connect(Settings(temporal_address=nowhere))


async def test_without_a_running_stack_the_way_to_start_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServerAway, match="escalations up"):
        await connect(Settings(data=tmp_path))


async def test_a_namespace_that_does_not_exist_is_said(server: EmbeddedServer) -> None:
    with pytest.raises(ServerAway, match="nowhere"):
        await connect(Settings(temporal_address=server.address, temporal_namespace="nowhere"))


class OlderServer(EmbeddedServer):
    """Starts without naming the attributes, as a version that did not know them."""

    @classmethod
    def on(cls, folder: Path) -> "OlderServer":
        return cls(program=find_program(None), database=folder / "t.db", log=folder / "t.log")

    def command(self) -> list[str]:
        line = super().command()
        return line[: line.index("--search-attribute")]
