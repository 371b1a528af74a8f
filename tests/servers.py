"""The server programs that tests run on; both come as wheels. Missing ones skip on a laptop, fail in CI."""

import os
import shutil
import sys
from pathlib import Path

import pytest


def dev_server() -> Path:
    """The `temporal` program."""
    return _program("temporal")


def test_server() -> Path:
    """The time-skipping test server."""
    return _program("temporal-test-server")


test_server.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever its name begins with


def _program(name: str) -> Path:
    beside = Path(sys.executable).parent / name
    found = beside if beside.exists() else shutil.which(name)
    if found:
        return Path(found)
    reason = f"the program {name} is missing; `make setup` installs it"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
