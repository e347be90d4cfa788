"""How numbers look: units, decimals, missing values; names and addresses that mean harm."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "0", "0"), (999, "999", "999"), (1_000, "1,000", "1k"), (9_999.6, "1万", "10k"), (12_345, "1.23万", "12.3k"),
        (64_300, "6.43万", "64.3k"), (499_900, "50万", "500k"), (2_310_000, "231万", "2.31M"), (312_000_000, "3.12亿", "312M"),
        (None, "–", "–"), (math.inf, "–", "–"),
    ],
)  # fmt: skip
def test_counts_are_short_in_the_readers_units(value: float | None, zh: str, en: str) -> None:
    assert (numbers.count(value, "zh"), numbers.count(value, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "zh"),
    [
        (0.123, "12%"),
        (0.0994, "9.9%"),
        (0.0996, "10%"),
        (0.004, "0.4%"),
        (0.0, "0%"),
        (0.0001, "<0.1%"),
        (1.0, "100%"),
        (None, "–"),
    ],
)
def test_shares_are_whole_from_ten_per_cent_on(value: float | None, zh: str) -> None:
    assert numbers.percent(value, "zh") == zh


def test_missing_is_never_zero_and_zero_never_missing() -> None:
    for show in (
        numbers.whole,
        numbers.factor,
        lambda value: numbers.money(value, "CNY", "zh"),
        lambda value: numbers.count(value, "en"),
    ):
        assert show(None) == "–"
        assert show(0.0) != "–"


def test_a_chance_from_draws_is_never_certain() -> None:
    assert [numbers.certainty(p, "zh") for p in (0.0, 0.834, 1.0, None)] == ["<1%", "83%", ">99%", "–"]


def test_money_follows_its_currency() -> None:
    assert numbers.money(numbers.major(2_600_000, "CNY"), "CNY", "zh") == "¥26,000"
    assert numbers.money(numbers.major(2_600, "JPY"), "JPY", "en") == "JP¥2,600"
    assert numbers.money(9.5, "USD", "en") == "US$9.50"
    assert numbers.money(9.5, "XAU", "en") == "XAU\u00a09.50"


@given(st.text())
def test_a_name_is_one_line_that_turns_nothing_around(text: str) -> None:
    shown = numbers.name(text)
    assert len(shown) <= 60
    assert not set(shown) & set("\r\n\t\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert shown == shown.strip()


@given(st.floats(0, 1e12, allow_nan=False))
def test_a_short_count_is_within_half_a_per_cent(value: float) -> None:
    text = numbers.count(value, "zh")
    unit = {"万": 1e4, "亿": 1e8}.get(text[-1], 1)
    assert float(text.rstrip("万亿").replace(",", "")) * unit == pytest.approx(value, rel=0.0051, abs=0.5)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "https://", "http://a b", "//x.org", "http://[", None, ""]
)
def test_only_web_pages_are_addresses(url: str | None) -> None:
    assert numbers.safe_url(url) == ""


def test_a_web_page_is_an_address() -> None:
    assert numbers.safe_url(" https://weibo.com/u/1 ") == "https://weibo.com/u/1"
