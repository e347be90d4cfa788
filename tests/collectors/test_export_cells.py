"""What single cells of an export mean: counts, ids, times, money, yes and no."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import BadCell, FileRefused
from collectors.exports import ids
from collectors.exports.cells import flag, free_text, text_of
from collectors.exports.counts import count
from collectors.exports.declared import GENDERS, attribute_name, usual_value
from collectors.exports.money import amount, convert, currency_code, read_rates, to_minor
from collectors.exports.parse import platform
from collectors.exports.times import LocalTime, moment, zone_named
from storage.records import Count

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.2万", Count(12_000, 500)),
        ("3亿", Count(300_000_000, 50_000_000)),
        ("12,345", Count(12_345)),
        ("12，345", Count(12_345)),
        ("1.2k", Count(1_200, 50)),
        ("1.2w", Count(12_000, 500)),
        ("1.25M", Count(1_250_000, 5_000)),
        ("１２３４５", Count(12_345)),
        ("１．２万", Count(12_000, 500)),
        ("0", Count(0)),
        (0, Count(0)),
        (12.0, Count(12)),
        ("1.2E+05", Count(120_000, 5_000)),
        ("1.2345万", Count(12_345)),
        ("", None),
        (" ", None),
        (None, None),
        ("-", None),
        ("暂无", None),
        (float("nan"), None),
    ],
)
def test_a_shown_count_is_as_exact_as_its_last_digit(cell: object, expected: Count | None) -> None:
    assert count(cell) == expected


@pytest.mark.parametrize(
    "cell", ["-5", "1.5", "many+", "+", ">", "1.5+", "1,2万", "many", "1.2x", True, "12 34", "9" * 14, ["1"], "#REF!"]
)
def test_what_is_no_count_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        count(cell)


@pytest.mark.parametrize("cell", ["10万+", "100w+", ">100", "≥ 1,000"])
def test_a_lower_bound_is_no_count_and_costs_no_row(cell: str) -> None:
    assert count(cell) is None


@given(st.integers(0, 10**9))
def test_a_count_with_or_without_separators_is_the_same(number: int) -> None:
    assert count(str(number)) == count(f"{number:,}") == count(number) == Count(number)


@given(st.integers(1, 9999), st.sampled_from(["万", "k", "亿"]))
def test_the_true_count_lies_within_the_half_width(tenths: int, unit: str) -> None:
    shown = count(f"{tenths / 10}{unit}")
    step = {"万": 1_000, "k": 100, "亿": 10_000_000}[unit]
    assert shown == Count(tenths * step, step // 2)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1234567890", "1234567890"),
        (" 123\t", "123"),
        ("'123", "123"),
        ('="123"', "123"),
        ("１２３", "123"),
        ("\ufeff123", "123"),
        ("123.0", "123"),
        (123, "123"),
        (123.0, "123"),
        ("did:plc:abc123", "did:plc:abc123"),
        ("UC_x5XG1OV2P6uZZ5FSM9Ttw", "UC_x5XG1OV2P6uZZ5FSM9Ttw"),
        ("1234567890123456789", "1234567890123456789"),
        ("12e5", "12e5"),
        ("", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_ids_are_taken_as_they_are(cell: object, expected: str | None) -> None:
    assert ids.native_id(cell) == expected


@pytest.mark.parametrize("cell", ["1.23E+18", "1.23457E+18", "1E+18", "1,23E+18", 1.23e18])
def test_an_id_that_a_spreadsheet_rounded_is_lost(cell: object) -> None:
    with pytest.raises(BadCell, match="lost"):
        ids.native_id(cell)


@pytest.mark.parametrize("cell", ["@anna", "https://weibo.com/u/1", "a b", "x" * 201, True, -1.0, 1.5, "a\nb", {"id": 1}])
def test_what_is_no_id_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        ids.native_id(cell)


def test_a_workbooks_long_number_is_lost_and_a_short_one_is_not() -> None:
    assert ids.from_workbook(123_456_789_012_345) == 123_456_789_012_345
    for cell in (1_234_567_890_123_450_000, 1.23456789012345e18, 1_234_567_890_123_456):
        with pytest.raises(BadCell, match="lost"):
            ids.from_workbook(cell)


def test_ids_cut_after_fifteen_digits_are_found_together() -> None:
    cut = ["1234567890123450", "2345678901234560", "3456789012345670"]
    assert ids.cut_ids([*cut, "99", None]) == [0, 1, 2]
    assert ids.cut_ids(["1234567890123450000"]) == [0]
    # one in ten true ids of 16 digits ends in 0: beside whole ones it is no sign of damage
    assert ids.cut_ids(["1234567890123450", "2345678901234567", "3456789012345671"]) == []
    assert ids.cut_ids(["1234567890123450"]) == []


@given(st.lists(st.text("0123456789abcdef", max_size=18), min_size=1))
def test_the_fast_look_at_a_column_never_passes_what_the_slow_one_changes(column: list[str]) -> None:
    if ids.plain_ids(column):
        assert [ids.native_id(cell) for cell in column] == column
        assert ids.cut_ids(column) == []


def test_handles_lose_their_at_sign() -> None:
    assert [ids.handle(cell) for cell in ("@anna", "＠anna", "anna", " @小明 ", "")] == ["anna", "anna", "anna", "小明", None]
    with pytest.raises(BadCell):
        ids.handle("@")


AFTERNOON = datetime(2026, 3, 5, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "cell",
    [
        "2026/3/5 14:00",
        "2026-03-05 14:00:00",
        "2026.3.5 14:00",
        "2026年3月5日 14:00",
        "2026年3月5日14时00分",
        "2026-03-05T06:00:00Z",
        "2026-03-05T14:00:00+08:00",
        "2026-03-05T14:00:00.000+0800",
        "1772690400",
        "1772690400000",
        1_772_690_400,
        1_772_690_400_000.0,
        "Thu Mar 05 14:00:00 +0800 2026",
        datetime(2026, 3, 5, 14, 0),  # noqa: DTZ001 - as a workbook gives it
        datetime(2026, 3, 5, 6, 0, tzinfo=UTC),
    ],
)
def test_times_become_utc(cell: object) -> None:
    assert moment(cell, SHANGHAI) == AFTERNOON


@pytest.mark.parametrize("cell", ["2026-03-05", "2026/3/5", "2026年3月5日", datetime(2026, 3, 5), date(2026, 3, 5)])  # noqa: DTZ001 - as above
@pytest.mark.parametrize("zone", [None, SHANGHAI])
def test_a_bare_day_is_that_day_whatever_the_zone(cell: object, zone: ZoneInfo | None) -> None:
    assert moment(cell, zone) == datetime(2026, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["2026/3/5 14:00", "2026-03-05 00:00", datetime(2026, 3, 5, 14)])  # noqa: DTZ001 - as above
def test_a_local_time_needs_a_stated_zone(cell: object) -> None:
    with pytest.raises(LocalTime) as caught:
        moment(cell, None)
    assert "Asia/Shanghai" in caught.value.expected


@pytest.mark.parametrize(
    "cell", ["3/5/2026", "yesterday", "2026-13-01", "2026-02-30 10:00", "46086.5", 46086.5, "1899-01-01", "12"]
)
def test_what_is_no_time_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        moment(cell, SHANGHAI)


@given(st.datetimes(datetime(1995, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_a_time_written_as_iso_comes_back(when: datetime) -> None:
    aware = when.replace(tzinfo=UTC)
    assert moment(aware.isoformat(), None) == aware


def test_an_unknown_zone_is_refused_with_an_example() -> None:
    with pytest.raises(FileRefused, match="Asia/Shanghai"):
        zone_named("Peking")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("¥1,200", (Decimal(1200), "CNY")),
        ("1.2万元", (Decimal(12000), "CNY")),
        ("USD 500", (Decimal(500), "USD")),
        ("$500.50", (Decimal("500.50"), "USD")),
        ("500 EUR", (Decimal(500), "EUR")),
        ("1200", (Decimal(1200), None)),
        (1200, (Decimal(1200), None)),
        ("0", (Decimal(0), None)),
        ("", None),
    ],
)
def test_an_amount_keeps_its_currency(cell: object, expected: tuple[Decimal, str | None] | None) -> None:
    assert amount(cell) == expected


@pytest.mark.parametrize("cell", ["面议", "1-2万", "-5", "1200/条", "NaN元"])
def test_what_is_no_single_amount_is_refused(cell: str) -> None:
    with pytest.raises(BadCell):
        amount(cell)


def test_minor_units_follow_the_currency() -> None:
    assert to_minor(Decimal("12.34"), "CNY") == 1234
    assert to_minor(Decimal(500), "JPY") == 500
    assert convert(Decimal(100), Decimal("7.8"), "CNY") == 78_000
    with pytest.raises(BadCell, match="finer"):
        to_minor(Decimal("12.345"), "CNY")
    assert [currency_code(cell) for cell in ("人民币", "rmb", "eur", "")] == ["CNY", "CNY", "EUR", None]


@pytest.mark.parametrize("text", ["EUR", "EUR=x", "EUR=-1", "EURO=7", "EUR=0"])
def test_rates_of_another_shape_are_refused(text: str) -> None:
    with pytest.raises(FileRefused, match=r"EUR=7\.8"):
        read_rates(text)


def test_yes_no_and_not_given_are_three_things() -> None:
    assert [flag(cell) for cell in ("是", "Yes", 1, True, "否", "0", 0, "", None, "-")] == [True] * 4 + [False] * 3 + [None] * 3
    with pytest.raises(BadCell):
        flag("maybe")


def test_text_is_trimmed_and_missing_is_none() -> None:
    assert text_of(" 小明\u200b ") == "小明"
    assert [text_of(cell) for cell in ("", "N/A", "null", "未知")] == [None] * 4
    assert free_text("-") == "-"
    assert free_text("a\nb") == "a\nb"
    for cell in ("a\0b", "x" * 100_001, {"a": 1}, "#VALUE!"):
        with pytest.raises(BadCell):
            text_of(cell)


def test_a_refusal_never_quotes_the_cell() -> None:
    for read in (count, ids.native_id, lambda cell: moment(cell, None), amount, flag, platform):
        with pytest.raises(BadCell) as caught:
            read("geheim secret@ 秘密")
        assert "geheim" not in str(caught.value)
        assert "秘密" not in str(caught.value)


def test_platforms_and_attributes_have_one_name() -> None:
    assert [platform(cell) for cell in ("微博", "Weibo", "Twitter", "B站", "")] == ["weibo", "weibo", "x", "bilibili", None]
    assert [attribute_name(name) for name in ("性别", "Gender", "Favourite Colour")] == ["gender", "gender", "favourite_colour"]
    assert [attribute_name(name) for name in ("Age Group", "age_group")] == ["age_band", "age_band"]


def test_gender_has_one_spelling_and_nothing_else_is_touched() -> None:
    assert [usual_value("gender", value, {}) for value in ("女", "Ｆ", "Female", "男性", "m")] == ["female"] * 3 + ["male"] * 2
    assert usual_value("gender", "不便透露", {}) == "不便透露"
    assert usual_value("region", "F", {}) == "F"
    assert usual_value("gender", "女", {"gender": {"女": "她"}}) == "她"


def test_a_persona_reads_gender_as_imports_write_it() -> None:
    from scoring.persona import parse_persona

    for written, kept in GENDERS.items():
        persona = parse_persona(f"name: a\nmust:\n  - attribute: gender\n    in: [{written}]\n", where="a.yaml")
        assert persona.must[0].values == (kept,), written
