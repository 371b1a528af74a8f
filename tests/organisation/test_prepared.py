"""What an escalation is told when it begins."""

from datetime import UTC, datetime

from domain.rulebook import NEWEST
from organisation.load import load
from organisation.model import Organisation
from organisation.prepared import prepared
from starter.settings import PROJECT

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_a_life_begins_with_the_newest_rules() -> None:
    shipped = load(PROJECT / "policies")
    assert isinstance(shipped, Organisation)
    assert prepared(shipped, "prepare", "sample", None, AT, AT).rules == NEWEST
