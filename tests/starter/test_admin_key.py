"""The embedded stack's administrator key: made once, kept for its owner alone, made anew when it is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.vocabulary import Role
from records.database import Database
from records.keys import Key, KeyFault, Keys
from starter.admin_key import ensure_admin_key, key_file
from starter.errors import SettingsInvalid


@pytest.fixture
async def keys(tmp_path: Path) -> AsyncIterator[Keys]:
    database = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    await database.upgrade()
    yield Keys(database)
    await database.close()


async def made(keys: Keys, data: Path) -> str:
    text = await ensure_admin_key(keys, data)
    assert text is not None
    return text


async def test_the_first_start_makes_it_and_the_next_keeps_it(keys: Keys, tmp_path: Path) -> None:
    text = await made(keys, tmp_path)
    file = key_file(tmp_path)
    assert file.read_text().strip() == text
    assert file.stat().st_mode & 0o777 == 0o600
    key = await keys.judge(text)
    assert isinstance(key, Key)
    assert (key.role, key.scopes) == (Role.ADMINISTRATOR, None)
    assert await ensure_admin_key(keys, tmp_path) is None
    assert len(await keys.list()) == 1


async def test_a_lost_file_makes_a_new_key_and_ends_the_old_one(keys: Keys, tmp_path: Path) -> None:
    old = await made(keys, tmp_path)
    _, others = await keys.create("shop", Role.ADMINISTRATOR, created_by="root")
    key_file(tmp_path).unlink()
    new = await made(keys, tmp_path)
    assert await keys.judge(old) is KeyFault.REVOKED
    assert isinstance(await keys.judge(new), Key)
    assert isinstance(await keys.judge(others), Key)


@pytest.mark.parametrize("content", ["", "esc_aaaaaaaa_" + "x" * 43, "nonsense"])
async def test_a_key_that_the_ledger_does_not_know_is_replaced(
    keys: Keys, tmp_path: Path, content: str
) -> None:
    old = await made(keys, tmp_path)
    key_file(tmp_path).write_text(content)
    new = await made(keys, tmp_path)
    assert key_file(tmp_path).read_text().strip() == new
    assert await keys.judge(old) is KeyFault.REVOKED


async def test_a_revoked_key_is_replaced(keys: Keys, tmp_path: Path) -> None:
    old = await made(keys, tmp_path)
    await keys.revoke((await keys.list())[0].prefix, by="tests")
    assert await made(keys, tmp_path) != old


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602, 0o700])
async def test_a_file_that_others_can_open_is_refused_with_what_to_do(
    keys: Keys, tmp_path: Path, mode: int
) -> None:
    text = await made(keys, tmp_path)
    key_file(tmp_path).chmod(mode)
    with pytest.raises(SettingsInvalid, match=f"mode {mode:o}.*chmod 600") as refused:
        await ensure_admin_key(keys, tmp_path)
    assert text not in str(refused.value)
    key_file(tmp_path).chmod(0o600)
    assert await ensure_admin_key(keys, tmp_path) is None


async def test_a_link_to_another_file_is_not_followed(keys: Keys, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    key_file(tmp_path).symlink_to(elsewhere)
    with pytest.raises(SettingsInvalid, match="remove the file"):
        await ensure_admin_key(keys, tmp_path)
    assert elsewhere.read_text() == "precious"
