"""Loopback ports for servers of our own."""

import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that is free now. Somebody may take it before we do: who uses it tries again."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port in TIME_WAIT can be listened on again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def preferred(port: int) -> int:
    """That port, or a free one where it is taken."""
    return port if is_free(port) else free_port()
