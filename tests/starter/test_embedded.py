"""The embedded server comes back on its file, and says why when it cannot start."""

import stat
from pathlib import Path

import pytest
from temporalio.client import Client

from starter import ports
from starter.embedded import EmbeddedServer, find_program
from starter.errors import ServerFailed


async def test_what_was_started_before_a_kill_is_there_after_the_next_start(server: EmbeddedServer) -> None:
    client = await Client.connect(server.address)
    await client.start_workflow("nobody-runs-it", id="kept", task_queue="idle")
    address = server.address
    server.kill()
    assert server.pid is None
    await server.start()
    assert server.address == address
    description = await (await Client.connect(address)).get_workflow_handle("kept").describe()
    assert description.id == "kept"


async def test_it_listens_on_the_loopback_only_and_has_no_web_page_unless_asked(
    server: EmbeddedServer,
) -> None:
    line = server.command()
    assert line[line.index("--ip") + 1] == "127.0.0.1"
    assert "--headless" in line


async def test_stopping_twice_is_harmless(server: EmbeddedServer) -> None:
    await server.stop()
    await server.stop()
    assert server.pid is None


async def test_a_port_that_somebody_else_has_is_named(server: EmbeddedServer, tmp_path: Path) -> None:
    second = EmbeddedServer(
        program=server.program, database=tmp_path / "b.db", log=tmp_path / "b.log", port=server.port
    )
    with pytest.raises(ServerFailed, match=f"port {server.port} is taken"):
        await second.start()


async def test_a_start_that_dies_is_tried_again_on_another_port(tmp_path: Path) -> None:
    dies_once = tmp_path / "temporal"
    dies_once.write_text(
        f"""#!/bin/sh
        [ -e "{tmp_path}/died" ] && exec "{find_program(None)}" "$@"
        touch "{tmp_path}/died"
        exit 2
        """
    )
    dies_once.chmod(dies_once.stat().st_mode | stat.S_IXUSR)
    server = EmbeddedServer(program=dies_once, database=tmp_path / "t.db", log=tmp_path / "t.log")
    first_port = server.port
    await server.start()
    await server.stop()
    assert server.port != first_port


async def test_a_program_that_always_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    dies = tmp_path / "temporal"
    dies.write_text("#!/bin/sh\necho the disk is full\nexit 2\n")
    dies.chmod(dies.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(ServerFailed, match="the disk is full"):
        await EmbeddedServer(program=dies, database=tmp_path / "t.db", log=tmp_path / "t.log").start()


async def test_a_program_that_is_not_there_is_named_with_the_setting(tmp_path: Path) -> None:
    missing = EmbeddedServer(
        program=tmp_path / "temporal", database=tmp_path / "t.db", log=tmp_path / "t.log"
    )
    with pytest.raises(ServerFailed, match="TEMPORAL_CLI"):
        await missing.start()


def test_a_port_in_use_is_not_preferred(unused_tcp_port: int) -> None:
    assert ports.preferred(unused_tcp_port) == unused_tcp_port
