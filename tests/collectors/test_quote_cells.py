"""A quote's cells: 0.3, 30 and "30%", formats by every usual name; a number that could be read two ways is refused with what to write."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import BadCell
from collectors.exports.parts import part, rate, stated
from collectors.exports.units import in_unit, unit_of
from storage.formats import KEYS, SPELLINGS, format_key
from storage.net_price import Money, Part

PERCENT = st.decimals(Decimal("0.01"), Decimal(100), places=2)


def read(cell: object, header: str = "返点") -> Part | None:
    return part(stated(cell), header, "CNY")


@given(PERCENT)
def test_a_percent_sign_means_percent_under_any_header_in_any_width(percent: Decimal) -> None:
    wide = f"{percent}%".translate(str.maketrans("0123456789.%", "０１２３４５６７８９．％"))
    for header in ("返点", "返点比例", "返点(%)", "返点(元)", "Rebate"):
        assert read(f"{percent}%", header) == read(wide, header) == Part(ppm=int(percent * 10_000))


@given(st.decimals(Decimal("0.0001"), Decimal("0.9999"), places=4))
def test_a_number_below_one_is_a_fraction_as_a_spreadsheet_holds_a_percent(fraction: Decimal) -> None:
    for header in ("返点", "返点比例", "rebate rate"):
        assert read(float(fraction), header) == read(str(fraction), header) == Part(ppm=int(fraction * 1_000_000))


@given(st.integers(2, 100))
def test_a_number_from_one_to_a_hundred_needs_a_sign_or_a_header_that_speaks_of_a_share(number: int) -> None:
    for header in ("返点比例", "返点(%)", "税率", "rebate rate"):
        assert read(number, header) == Part(ppm=number * 10_000)
    with pytest.raises(BadCell) as found:
        read(number, "返点")
    assert found.value.expected == f"{number}% or {number}元, with the sign in the cell"
    assert read(f"{number}元") == Part(Money(number * 100, "CNY"))


@pytest.mark.parametrize(
    ("cell", "header", "expected"),
    [
        (1, "返点", "1% or 1元, with the sign in the cell"),
        (1, "返点比例", "1% or 100%, with the sign in the cell"),
        (0.35, "返点(%)", "0.35% or 35%, with the sign in the cell"),
        ("０．６", "税率(%)", "0.6% or 60%, with the sign in the cell"),
        (100, "返点", "100% or 100元, with the sign in the cell"),
    ],
)
def test_what_could_be_read_two_ways_says_both(cell: object, header: str, expected: str) -> None:
    with pytest.raises(BadCell) as found:
        read(cell, header)
    assert found.value.expected == expected


@pytest.mark.parametrize(
    ("cell", "minor"),
    [(101, 10_100), ("3,000", 300_000), ("0.3万", 300_000), ("¥50", 5_000), ("50.5元", 5_050), (0, 0), ("０", 0)],
)
def test_amounts(cell: object, minor: int) -> None:
    assert read(cell) == Part(Money(minor, "CNY"))


def test_a_header_may_name_the_unit_of_its_amounts() -> None:
    unit = unit_of("返点(元)", "part")
    assert read(in_unit(30, unit), "返点(元)") == Part(Money(3_000, "CNY"))
    assert read(in_unit("30%", unit), "返点(元)") == Part(ppm=300_000)
    assert unit_of("返点(%)", "part") == ""


@pytest.mark.parametrize("cell", ["-30%", "101%", "三成", "30-40%", "面议", -5, "1.000001%"])
def test_what_is_neither_is_refused(cell: object) -> None:
    with pytest.raises(BadCell):
        read(cell)


def test_another_currency_than_the_price_is_refused() -> None:
    with pytest.raises(BadCell, match="another currency"):
        read("$50")


@pytest.mark.parametrize("cell", ["", None, "-", "无数据"])
def test_an_empty_cell_says_nothing(cell: object) -> None:
    assert read(cell) is None
    assert rate(stated(cell), "佣金比例") is None


def test_a_commission_is_a_share() -> None:
    assert [rate(stated(cell), "佣金") for cell in ("20%", 0.2, 20, "２０％")] == [200_000] * 4
    with pytest.raises(BadCell, match="an amount where a share belongs"):
        rate(stated("500元"), "佣金")
    with pytest.raises(BadCell, match="two ways"):
        rate(stated(1), "佣金")


@pytest.mark.parametrize(
    ("called", "key"),
    [
        ("图文", "image_text"), ("图文笔记", "image_text"), ("Image Text", "image_text"),
        ("1-20s视频", "video_1_20"), ("１－２０秒视频", "video_1_20"), ("视频 1~20秒", "video_1_20"), ("1-20S", "video_1_20"),
        ("21-60s视频", "video_21_60"), ("20-60s视频", "video_21_60"), ("视频21–60秒", "video_21_60"), ("video 21-60 s", "video_21_60"),
        ("60s以上视频", "video_60_plus"), ("60s以上", "video_60_plus"), ("视频60秒及以上", "video_60_plus"), ("video 60s+", "video_60_plus"),
        (">60s", "video_60_plus"), ("直播", "live"), ("livestream", "live"), ("短图文", "short_post"), ("直发", "short_post"), ("转发", "repost"),
        ("植入视频", "video_insert"), ("定制", "video_custom"), ("视频笔记", "video"), ("Story", "story"), ("快闪 活动", "快闪 活动"),
        ("30-90s视频", "30-90s视频"),
    ],
)  # fmt: skip
def test_formats_by_their_usual_names(called: str, key: str) -> None:
    assert format_key(called) == key


@given(st.sampled_from([*KEYS, *SPELLINGS]) | st.text(max_size=20))
def test_a_key_stays_a_key(called: str) -> None:
    assert format_key(format_key(called)) == format_key(called)


def test_every_spelling_is_of_a_key() -> None:
    assert set(SPELLINGS.values()) <= set(KEYS)
