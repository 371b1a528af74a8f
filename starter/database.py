"""The ledger's database as the settings name it."""

from records.database import Database
from starter.errors import SettingsInvalid
from starter.settings import Settings


def open_database(settings: Settings) -> Database:
    """Not connected yet. Raises SettingsInvalid for a URL that cannot be one."""
    try:
        return Database(settings.ledger_url)
    except ValueError as error:
        # The URL may hold a password, so it is not repeated.
        raise SettingsInvalid([f"ESCALATIONS_DATABASE_URL: {error}"]) from None
