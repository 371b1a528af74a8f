"""Public holidays by country and region."""

from datetime import date

import pytest

from organisation.holiday_dates import holiday_dates


def test_holidays_of_a_region_join_those_of_the_country() -> None:
    germany = holiday_dates("DE", None, (2026,))
    bavaria = holiday_dates("DE", "BY", (2026,))
    assert (date(2026, 10, 3), "Tag der Deutschen Einheit") in germany
    assert (date(2026, 1, 6), "Heilige Drei Könige") in set(bavaria) - set(germany)
    assert set(germany) < set(bavaria)


def test_holidays_come_in_date_order_for_the_asked_years_only() -> None:
    days = [day for day, _ in holiday_dates("US", None, range(2021, 2023))]
    assert days == sorted(days)
    assert {day.year for day in days} == {2021, 2022}
    assert date(2021, 12, 31) in days


def test_names_do_not_follow_the_locale_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert (date(2026, 12, 25), "Erster Weihnachtstag") in holiday_dates("DE", None, (2026,))


def test_no_years_have_no_holidays() -> None:
    assert holiday_dates("DE", "BY", ()) == ()


@pytest.mark.parametrize(
    ("country", "region"), [("de", "by"), (" DEU ", "BY"), ("Germany", "Bayern"), ("DE", "bayern")]
)
def test_codes_and_names_of_places_are_understood_in_any_case(country: str, region: str) -> None:
    assert holiday_dates(country, region, (2026,)) == holiday_dates("DE", "BY", (2026,))


@pytest.mark.parametrize(
    ("country", "region", "complaint"),
    [
        ("Germny", None, "unknown country 'Germny'; did you mean 'DE'"),
        ("GER", None, "unknown country 'GER'; did you mean 'DE'"),
        ("XQ", None, "unknown country 'XQ'; use an ISO 3166 code such as 'DE'"),
        ("", None, "unknown country ''; use an ISO 3166 code"),
        ("DE", "Bayen", "unknown region 'Bayen' of DE; did you mean 'BY'"),
        ("DE", "QQQ", "unknown region 'QQQ' of DE; known are .*BW, BY"),
        ("VA", "X", "VA has no regions with holidays of their own; leave 'X' out"),
    ],
)
def test_an_unknown_place_is_answered_with_the_nearest_known_one(
    country: str, region: str | None, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        holiday_dates(country, region, (2026,))
