"""The administrator key that the embedded stack makes for itself, in a file that only its owner reads."""

import asyncio
import os
import stat
from contextlib import suppress
from pathlib import Path

from domain.vocabulary import Role
from records.keys import Key, Keys
from starter.errors import SettingsInvalid

NAME = "administrator"
MADE_BY = "embedded-stack"
MODE = 0o600


def key_file(data: Path) -> Path:
    return data / "admin.key"


async def ensure_admin_key(keys: Keys, data: Path) -> str | None:
    """The text of a new key; None when the one in the file counts.

    A new one is made where the file is missing or its key no longer counts; the former ones are revoked.
    Raises SettingsInvalid for a file that others can read, and RecordsAway.
    """
    file = key_file(data)
    kept = await asyncio.to_thread(_read, file)
    if kept is not None and isinstance(await keys.judge(kept), Key):
        return None
    # In this order: a start that is cut off leaves no key behind that counts and that nobody knows.
    for key in await keys.list():
        if key.created_by == MADE_BY and key.revoked_at is None:
            await keys.revoke(key.prefix, by=MADE_BY)
    _, text = await keys.create(NAME, Role.ADMINISTRATOR, created_by=MADE_BY)
    await asyncio.to_thread(_write, file, text)
    return text


def _read(file: Path) -> str | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _refused(file, f"it cannot be read ({error.strerror})") from None
    with os.fdopen(descriptor) as opened:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
            raise _refused(file, "it is not a file of our own")
        if stat.S_IMODE(found.st_mode) & ~MODE:
            raise _refused(file, f"others may read or change it (mode {stat.S_IMODE(found.st_mode):o})")
        return opened.read(1000).strip()


def _write(file: Path, text: str) -> None:
    """The mode is there from the start: nobody can open it in between."""
    with suppress(FileNotFoundError):
        file.unlink()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(f"{text}\n")


def _refused(file: Path, what: str) -> SettingsInvalid:
    mend = (
        "remove the file and start again, which revokes the key and makes another "
        f"(or keep the key: chmod {MODE:o} {file})"
    )
    return SettingsInvalid([f"{file}: {what}, so its key may be known to others; {mend}"])
