"""A worker that dies by SIGKILL right after the ledger has an event of the type that it is given.

Temporal then does not know of the workflow task that wrote the event, for the task never ended.
"""

import os
import signal
import sys
from collections.abc import Sequence
from datetime import datetime

import worker
from domain.events import AnyEvent
from domain.summary import Summary
from records.ledger import Ledger

_write = Ledger.write


async def _write_and_die(
    self: Ledger, summary: Summary, events: Sequence[AnyEvent], task_at: datetime | None = None
) -> None:
    await _write(self, summary, events, task_at)
    if FATAL in {event.type for event in events}:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    FATAL = sys.argv.pop()
    Ledger.write = _write_and_die  # type: ignore[method-assign]
    worker.main()
