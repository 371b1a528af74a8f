"""Settings come from the environment and a file; what is wrong is named with its mend."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from starter.errors import SettingsInvalid
from starter.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_NAMESPACE", "TEMPORAL_CLI"):
        monkeypatch.delenv(name, raising=False)


def refusal() -> str:
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    return str(caught.value)


def test_without_settings_the_stack_is_embedded_in_the_data_folder() -> None:
    settings = load_settings()
    assert settings.is_embedded
    assert settings.data == Path("data")
    assert settings.ledger_url == f"sqlite+aiosqlite:///{Path('data/ledger.db').resolve()}"


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("smtp_port: 2525\ntemporal_port: 7300\n")
    monkeypatch.setenv("ESCALATIONS_SETTINGS", str(file))
    monkeypatch.setenv("ESCALATIONS_SMTP_PORT", "2626")
    settings = load_settings()
    assert (settings.smtp_port, settings.temporal_port) == (2626, 7300)


def test_an_address_means_a_cluster_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_TEMPORAL_ADDRESS", "temporal.example.org:7233")
    assert not load_settings().is_embedded


def test_temporals_own_variable_for_the_address_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.org:7233")
    assert load_settings().temporal_address == "temporal.example.org:7233"


def test_a_misspelt_variable_is_answered_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_SMTP_PROT", "25")
    assert refusal() == (
        "ESCALATIONS_SMTP_PROT: there is no such setting; did you mean 'ESCALATIONS_SMTP_PORT'?"
    )


def test_a_misspelt_field_of_the_file_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text("smtp_port: 25\nsmtp_hots: mail.example.org\n")
    monkeypatch.setenv("ESCALATIONS_SETTINGS", str(file))
    assert refusal() == f"{file}:2: error: smtp_hots: unknown setting; did you mean 'smtp_host'?"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_SETTINGS", "nowhere.yaml")
    assert "nowhere.yaml" in refusal()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ESCALATIONS_SMTP_PORT", "70000"),
        ("ESCALATIONS_SMTP_SECURITY", "ssl3"),
        ("ESCALATIONS_LOG_LEVEL", "loud"),
        ("ESCALATIONS_TEMPORAL_ADDRESS", "https://temporal.example.org"),
    ],
)
def test_a_value_that_cannot_be_is_named_by_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert refusal().startswith(f"{name}: ")


def test_secrets_do_not_show() -> None:
    settings = Settings(
        smtp_password=SecretStr("hunter2"),
        webhook_secret=SecretStr("whsec_x"),
        database_url=SecretStr("postgresql://a:b@c/d"),
    )
    assert "hunter2" not in repr(settings)
    assert "whsec_x" not in repr(settings)
    assert "a:b@c" not in repr(settings)


@pytest.mark.parametrize("rate", ["fast", "0/minute", "10/fortnight", "10/minute;5/second", "-1/second"])
def test_a_rate_that_is_none_is_refused_with_an_example(rate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATIONS_API_RATE", rate)
    said = refusal()
    assert "ESCALATIONS_API_RATE: " in said
    assert "1200/minute" in said
