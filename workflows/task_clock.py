"""Tells when the workflow task began that runs now, by which writes of a lost task are known."""

from datetime import datetime

from temporalio import workflow


class TaskClock:
    """The same instant for all of a task, and a later one for every later task.

    That is also true of a task that does again what was lost with a killed worker: Temporal gives it a
    start of its own, while a worker that hung goes on with the start that it was given.
    """

    def __init__(self) -> None:
        self._length = workflow.info().get_current_history_length()
        self._began = workflow.now()

    @property
    def began(self) -> datetime:
        self._look()
        return self._began

    async def run(self) -> None:
        """Looks at the beginning of every task, for within a task the workflow's time goes on."""
        while True:
            await workflow.wait_condition(self._is_new)
            self._look()

    def _is_new(self) -> bool:
        # Every task that Temporal hands out comes with a longer history.
        return workflow.info().get_current_history_length() != self._length

    def _look(self) -> None:
        if self._is_new():
            self._length = workflow.info().get_current_history_length()
            self._began = workflow.now()
