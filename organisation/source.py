"""The organisation as its files say now: an edit counts at once, a broken edit changes nothing."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from time import monotonic

import structlog

from organisation.findings import OrganisationInvalid
from organisation.load import load
from organisation.model import Organisation

CHECK_EVERY = 1.0
"""Seconds between two looks at the files."""

Fingerprint = frozenset[tuple[str, int, int]]

log = structlog.get_logger(__name__)


class OrganisationSource:
    """Reads an organisation's folder, and reads it again when a file changed. Threads may share it.

    Raises OrganisationInvalid when the folder cannot be used as it is first read.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._checked_at = clock()
        self._seen = _fingerprint(folder)
        self._organisation = load(folder)

    def current(self) -> Organisation:
        """The newest organisation that is right. Reads files, so call it in a thread."""
        # Whoever comes while another reads goes on with what there is.
        if self._clock() - self._checked_at >= CHECK_EVERY and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._organisation

    def read_again(self) -> None:
        """Looks at once, for whoever has just changed a file. Reads files, so call it in a thread."""
        with self._lock:
            self._look()

    def _look(self) -> None:
        # Before the reading: an edit that is saved meanwhile shows at the next look.
        seen = _fingerprint(self._folder)
        if seen != self._seen:
            self._seen = seen
            self._reload()
        self._checked_at = self._clock()

    def _reload(self) -> None:
        try:
            self._organisation = load(self._folder)
        except OrganisationInvalid as error:
            findings = [str(finding) for finding in error.findings]
            log.error("organisation_edit_refused", folder=str(self._folder), findings=findings)
        except OSError as error:
            log.error("organisation_edit_refused", folder=str(self._folder), findings=[str(error)])
        else:
            log.info("organisation_read_again", folder=str(self._folder))


def _fingerprint(folder: Path) -> Fingerprint:
    """Name, time and size of every file below the folder."""
    found = set()
    for path in folder.rglob("*"):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue  # an editor's temporary file, gone again
        if path.is_file():
            found.add((str(path), state.st_mtime_ns, state.st_size))
    return frozenset(found)
