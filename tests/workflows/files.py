"""The outside world of workflow tests as the files of an organisation have it."""

from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from activities.organisation import OrganisationActivities
from domain.notices import Delivery, Notice
from organisation.recipients import recipient_of
from organisation.source import OrganisationSource
from tests.workflows.outside import Outside


class Files(Outside):
    """Answers as the files of an organisation say at the time."""

    def __init__(self, folder: Path) -> None:
        # A clock that runs quickly: every question finds the newest edit.
        ticks = count(0, 2)
        self.source = OrganisationSource(folder, lambda: float(next(ticks)))
        super().__init__(self.source.current().policies["desk"])
        self.organisation = OrganisationActivities(self.source)

    def all(self) -> Sequence[Callable[..., Any]]:
        real = self.organisation
        return (
            real.prepare_escalation,
            real.fetch_policy,
            real.resolve_working_time,
            real.find_people,
            self.send_notices,
            self.write_ledger,
        )

    def _deliver(self, notice: Notice) -> Delivery:
        if recipient_of(notice, self.source.current()) is None:
            return Delivery(key=notice.key, delivered=False, gone=True)
        return super()._deliver(notice)
