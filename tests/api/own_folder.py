"""The API over a copy of the organisation's files, so that tests may write into them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from organisation.source import OrganisationSource
from tests.api.house import Api, api_on
from tests.starter.house import House

POLICIES = ("sample", "major-outage")
"""Few, because every edit and every check reads them all."""


def own_files(place: Path, files: Path) -> Path:
    """Where the copy is."""
    folder = place / "policies"
    shutil.copytree(files, folder)
    for file in (folder / "policies").iterdir():
        if file.stem not in POLICIES:
            file.unlink()
    return folder


@asynccontextmanager
async def api_on_own_folder(
    api: Api, place: Path, policies: tuple[str, ...] = POLICIES
) -> AsyncIterator[Api]:
    house = api.house
    folder = place / "policies"
    shutil.copytree(house.settings.policies, folder)
    for file in (folder / "policies").iterdir():
        if file.stem not in policies:
            file.unlink()
    settings = house.settings.model_copy(update={"policies": folder})

    source = OrganisationSource(folder)
    async with api_on(House(house.client, settings, source, house.database)) as opened:
        yield opened
