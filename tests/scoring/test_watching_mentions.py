"""Who speaks of a brand: whole words, folded widths, first or repeat, share of voice; and what counts as disclosed."""

from datetime import UTC, datetime, timedelta

import pytest

from scoring.watching.mentions import Post, declares, mentions, plain, usable, voices

START = datetime(2026, 3, 30, tzinfo=UTC)
A, B, OWN = b"creator a", b"creator b", b"brand"


def posts(*rows: tuple[bytes, str]) -> list[Post]:
    """Posts a day apart."""
    return [Post(str(number).encode(), who, START + timedelta(days=number), text) for number, (who, text) in enumerate(rows)]


def test_names_are_found_as_whole_words_and_folded() -> None:
    found = mentions(
        posts(
            (A, "my ＭｏｂｉＧａｒｄｅｎ tent"),
            (A, "mobigardener"),
            (B, "新买的牧高笛帐篷"),
            (B, "@MobiGarden!"),
            (OWN, "we are mobigarden"),
        ),
        [(OWN, ["MobiGarden", "牧高笛"])],
    )
    assert [each.post.key for each in found] == [b"0", b"2", b"3"]


def test_the_first_mention_of_an_account_is_told_from_its_repeats_per_brand() -> None:
    brands = [(b"x", ["alpha"]), (b"y", ["beta"])]
    found = mentions(posts((A, "alpha"), (A, "alpha beta"), (B, "alpha")), brands)
    assert [(each.brand, each.post.account, each.first) for each in found] == [
        (b"x", A, True), (b"x", A, False), (b"y", A, True), (b"x", B, True),
    ]  # fmt: skip


def test_share_of_voice_sums_to_one_each_month() -> None:
    found = mentions(posts((A, "alpha"), (A, "alpha"), (A, "beta"), (B, "alpha beta")), [(b"x", ["alpha"]), (b"y", ["beta"])])
    told = voices(found)
    assert [(each.month, each.brand, each.mentions, each.accounts) for each in told] == [
        ("2026-03", b"x", 2, 1), ("2026-04", b"x", 1, 1), ("2026-04", b"y", 2, 2),
    ]  # fmt: skip
    for month in ("2026-03", "2026-04"):
        assert sum(each.share for each in told if each.month == month) == pytest.approx(1)


@pytest.mark.parametrize("names", [[], ["a", "露"], ["@", "#"]])
def test_names_too_short_to_mean_anything_find_nothing(names: list[str]) -> None:
    assert usable(names) == ()
    assert mentions(posts((A, "a 露")), [(OWN, names)]) == ()


DISCLOSED = [
    "great tent #ad",
    "#Sponsored",
    "Paid partnership with X",
    "广告",
    "【广告】新品",
    "本视频含商业合作",
    "感谢某品牌赞助",
    "#合作 露营",
]
NOT = ["I add sugar", "#adventure", "sponsorship is dead", "广告牌下等你", "这不是广告学", "和朋友合作做饭", "#合作社"]


@pytest.mark.parametrize(("text", "paid"), [*((text, True) for text in DISCLOSED), *((text, False) for text in NOT)])
def test_what_says_that_it_is_paid_for(text: str, paid: bool) -> None:
    assert declares(plain(text)) is paid
