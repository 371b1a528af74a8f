"""The way to the Temporal server, and what the server must know before anything starts."""

import asyncio
from datetime import UTC, datetime, timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    UpdateNamespaceRequest,
)
from temporalio.client import Client, GrpcCompression
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.service import RPCError, RPCStatusCode

from starter.errors import NotRegistered, ServerAway, SettingsInvalid
from starter.ports import LOOPBACK
from starter.settings import Settings
from starter.tenancy import read_place
from workflows import names
from workflows.payloads import data_converter

CONNECT_WITHIN = 5.0
"""Seconds until a server that does not answer counts as away."""
RETENTION = timedelta(days=90)
"""How long Temporal keeps histories after the end; the embedded server's own default is a day."""
USABLE_WITHIN = 60.0
"""Seconds; parts of the server read new search attributes from a cache that they renew now and then."""
USABLE_STEP = 0.2
DEFAULT_PORT = 7233


async def connect(settings: Settings) -> Client:
    """A connected client. Raises ServerAway within seconds when there is no server."""
    options = _options(settings)
    target = options.get("target_host", "")
    compression = GrpcCompression.NONE if settings.is_embedded else GrpcCompression.GZIP
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            client = await Client.connect(
                **options, data_converter=data_converter, grpc_compression=compression
            )
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=client.namespace)
            )
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise ServerAway(_away(settings, target, client_side=str(error).splitlines()[:1])) from error
    return client


def _options(settings: Settings) -> ClientConnectConfig:
    if settings.is_embedded:
        place = read_place(settings.data)
        if place is None or not place.is_running:
            raise ServerAway(_away(settings, f"{LOOPBACK}:{settings.temporal_port}", client_side=[]))
        return {
            "target_host": f"{LOOPBACK}:{place.port}",
            "namespace": settings.temporal_namespace or "default",
        }
    try:
        options = ClientConfig.load_client_connect_config(settings.temporal_profile)
    except RuntimeError as error:
        raise SettingsInvalid([f"Temporal's own configuration: {error}"]) from error
    if settings.temporal_address is not None:
        options["target_host"] = settings.temporal_address
    if settings.temporal_namespace is not None:
        options["namespace"] = settings.temporal_namespace
    if "target_host" not in options:
        raise SettingsInvalid(
            [f"ESCALATIONS_TEMPORAL_PROFILE: {settings.temporal_profile!r} has no address; add one to it"]
        )
    if ":" not in options["target_host"]:
        options["target_host"] += f":{DEFAULT_PORT}"
    return options


def _away(settings: Settings, target: str, client_side: list[str]) -> str:
    why = f" ({client_side[0]})" if client_side and client_side[0] else ""
    if settings.is_embedded:
        return (
            f"no embedded Temporal server runs for {settings.data.resolve()}{why}; "
            "start it with `escalations up`, or set ESCALATIONS_TEMPORAL_ADDRESS to a cluster's"
        )
    return (
        f"the Temporal server at {target} does not answer{why}; "
        "check the address, the namespace and TLS, then try again"
    )


async def worker_polls(client: Client, since: datetime) -> bool:
    """Whether a worker has asked the server for work after that; the server remembers one for minutes."""
    answer = await client.workflow_service.describe_task_queue(_task_queue(client))
    return any(poller.last_access_time.ToDatetime(UTC) >= since for poller in answer.pollers)


def _task_queue(client: Client) -> DescribeTaskQueueRequest:
    return DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=names.TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )


async def worker_comes(client: Client, within: timedelta) -> bool:
    """Whether a worker asks the server for work, or begins to within that time."""
    asked = _task_queue(client)
    try:
        async with asyncio.timeout(within.total_seconds()):
            while True:
                if (await client.workflow_service.describe_task_queue(asked)).pollers:
                    return True
                await asyncio.sleep(USABLE_STEP)
    except TimeoutError:
        return False


async def register(client: Client) -> None:
    """Tells the server the retention and the search attributes. Harmless to repeat; done at every start.

    Raises NotRegistered where the server does not let us, ServerAway when it cannot be reached.
    """
    try:
        await _keep_histories(client)
        await _add_attributes(client)
        await _until_usable(client)
    except RPCError as error:
        if error.status in (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED):
            raise NotRegistered(_to_administrator(client.namespace)) from error
        raise ServerAway(f"the Temporal server went away while it was prepared: {error.message}") from error


async def _keep_histories(client: Client) -> None:
    service = client.workflow_service
    known = await service.describe_namespace(DescribeNamespaceRequest(namespace=client.namespace))
    if known.config.workflow_execution_retention_ttl.ToTimedelta() >= RETENTION:
        return
    kept = Duration()
    kept.FromTimedelta(RETENTION)
    await service.update_namespace(
        UpdateNamespaceRequest(
            namespace=client.namespace, config=NamespaceConfig(workflow_execution_retention_ttl=kept)
        )
    )


async def _add_attributes(client: Client) -> None:
    missing = await _missing(client)
    if not missing:
        return
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        )
    except RPCError as error:
        # Another process that starts with us may have been faster.
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _missing(client: Client) -> dict[str, "IndexedValueType.ValueType"]:
    known = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return {
        key.name: IndexedValueType.ValueType(int(key.indexed_value_type))
        for key in names.SEARCH_ATTRIBUTES
        if key.name not in known.custom_attributes
    }


async def _until_usable(client: Client) -> None:
    query = " AND ".join(f"{key.name} IS NULL" for key in names.SEARCH_ATTRIBUTES)
    try:
        async with asyncio.timeout(USABLE_WITHIN):
            while True:
                if await _understands(client, query):
                    return
                await asyncio.sleep(USABLE_STEP)
    except TimeoutError:
        raise ServerAway("the Temporal server does not take up the search attributes; start again") from None


async def _understands(client: Client, query: str) -> bool:
    try:
        await client.count_workflows(query)
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            return False
        raise
    return True


def _to_administrator(namespace: str) -> str:
    attributes = ", ".join(f"{key.name} ({key.indexed_value_type.name})" for key in names.SEARCH_ATTRIBUTES)
    return (
        f"the namespace {namespace!r} must keep histories for {RETENTION.days} days and know the search "
        f"attributes {attributes}; the server does not let us set this, so an administrator has to"
    )
