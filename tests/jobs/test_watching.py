"""What a watch finds in a designed world: who came and went, what the new ones have more of, who speaks of the brand."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from jobs.mention_checks import read_sample, write_sample
from jobs.watching import rolled_up, watch_report
from reports.render_digest import digest_html, digest_text, write_digest_xlsx
from reports.watching import watch_digest
from scoring.watching.results import Period, WatchReport
from storage.engine import Store, create_store
from storage.errors import NotFound, Refused
from storage.events import Followed, Page, Unfollowed, write_events
from storage.privacy import forget
from storage.queries import resolve_account
from storage.records import AccountRecord, Count, Frame
from storage.watching import add_watched, remove_watched, watched
from tests.jobs.watched_world import (
    BRAND,
    CREATOR,
    FIRST,
    GAINED,
    LOST,
    NOW,
    OTHER,
    RIVAL,
    STANDING,
    bring,
    follows,
    make_world,
)  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    make_world(store)
    for who in (BRAND, RIVAL):
        add_watched(store, resolve_account(store, who), [], "", now=NOW - timedelta(days=60))
    yield store
    store.close()


def report(store: Store, k: int = 20) -> WatchReport:
    return watch_report(store, since=FIRST - timedelta(days=1), until=NOW, k=k)


def test_who_came_and_who_went(world: Store) -> None:
    brand, rival = report(world).watches
    assert brand.listed == 2
    assert [(each.gained, each.lost, each.unknown) for each in brand.periods] == [((60, 60), (25, 25), 0)]
    assert (rival.listed, rival.periods) == (0, ())


def test_what_the_new_ones_have_more_of(world: Store) -> None:
    brand = report(world).watches[0]
    assert brand.compared[1] == (60, 90)
    assert [each.name for each in brand.followees] == ["露营的阿山"]
    told = brand.followees[0]
    assert (told.hits, told.base_share) == (50, pytest.approx(0.1))
    assert told.lift.low < (50 / 60) / 0.1 < told.lift.high
    assert [each.name for each in brand.interests] == ["outdoor"]


def test_who_speaks_of_it_first_or_again_and_disclosed_or_not(world: Store) -> None:
    brand, rival = report(world).watches
    assert [(each.account.native_id, each.mentions, each.declared, each.new) for each in brand.spoken_of] == [
        (OTHER, 1, 0, True), (CREATOR, 1, 1, False),
    ]  # fmt: skip
    assert [each.account.native_id for each in rival.spoken_of] == [OTHER]
    parts = [(each.month, each.brand.native_id, each.mentions, round(each.share, 3)) for each in report(world).voices]
    assert sorted(parts) == [("2026-10", BRAND, 2, 0.667), ("2026-10", RIVAL, 1, 0.333)]


def test_a_partial_reading_loses_nobody(world: Store) -> None:
    follows(world, [*GAINED[:30], *STANDING[:10]], NOW - timedelta(days=1), Frame.NEWEST)
    last = report(world).watches[0].periods[-1]
    assert last.lost[0] == 0
    assert last.unknown == 30 + 80


def test_few_are_never_told_of(world: Store) -> None:
    brand = report(world, k=70).watches[0]
    assert (brand.interests, brand.followees) == ((), ())
    text = digest_text(watch_digest(report(world, k=70), "en"))
    assert "fewer than 70" in text
    assert "25" not in text.split("Changes")[0].split("followers gained")[1][:40]


def test_small_periods_are_added_up_by_the_month() -> None:
    def period(day: int, gained: int) -> Period:
        begin = FIRST + timedelta(days=day)
        return Period(begin, begin + timedelta(days=1), (gained, gained), (0, None), 1)

    months = rolled_up([period(0, 5), period(1, 30), period(40, 7)], 20)
    assert [(each.gained, each.lost, each.readings) for each in months] == [((35, 35), (0, None), 3), ((7, 7), (0, None), 2)]
    assert len(rolled_up([period(0, 25), period(1, 30)], 20)) == 2


def test_the_report_in_both_languages_names_nobody_but_named_accounts(world: Store, tmp_path: Path) -> None:
    for lang, said in (("zh", "新增粉丝 60,流失 25"), ("en", "60 followers gained, 25 lost")):
        digest = watch_digest(report(world), lang)
        page = digest_html(digest)
        assert said in page
        write_digest_xlsx(digest, tmp_path / "watch.xlsx")
        for person in (*GAINED, *LOST, *STANDING):
            assert person not in page
            assert person not in digest_text(digest)


def test_a_judged_sample_says_how_often_the_rule_is_right(world: Store, tmp_path: Path) -> None:
    path = tmp_path / "mentions.csv"
    assert write_sample(world, path, posts=10, until=NOW, seed=1) == 4
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    for row in rows:
        row["mentions"], row["paid"] = ("no", "") if "fine" in row["text"] else ("是", "是" if "广告" in row["text"] else "")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert read_sample(world, path, now=NOW) == (4, 0)
    found = report(world)
    assert (found.mention_rule.right, found.mention_rule.judged) == (3, 4)
    assert (found.paid_rule.right, found.paid_rule.judged) == (1, 1)
    assert write_sample(world, path, posts=10, until=NOW, seed=1) == 0, "what was judged is not asked again"


@pytest.mark.parametrize(
    ("text", "said"),
    [("a,b\n1,2\n", "columns"), ("post,brand,account,date,text,mentions,paid\nff,,,,,yes,\n", "line 2"),
     ("post,brand,account,date,text,mentions,paid\nff,,,,,perhaps,\n", "yes or no")],
)  # fmt: skip
def test_a_file_that_is_no_judged_sample_is_refused(world: Store, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Refused, match=said):
        read_sample(world, path, now=NOW)
    with pytest.raises(Refused, match="no file"):
        read_sample(world, tmp_path / "missing.csv", now=NOW)


def test_a_forgotten_brand_is_not_watched_and_one_that_is_not_cannot_be_removed(world: Store) -> None:
    rival = resolve_account(world, RIVAL)
    remove_watched(world, rival)
    with pytest.raises(NotFound):
        remove_watched(world, rival)
    forget(world, "bluesky", BRAND, now=NOW, workspace=None)
    assert watched(world) == []
    assert report(world).watches == ()


def counted(store: Store, counts: list[int], first: datetime) -> None:
    rows = [
        AccountRecord("bluesky", BRAND, first + timedelta(days=number), followers=Count(count))
        for number, count in enumerate(counts)
    ]
    bring(store, "accounts", list(rows), NOW)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_growth_that_its_own_history_does_not_explain_is_told(world: Store, lang: Literal["zh", "en"]) -> None:
    first = NOW - timedelta(days=40)
    assert not report(world).watches[0].growth.known
    counted(world, [10_000 + 20 * day + (2_000 if day >= 30 else 0) for day in range(40)], first)
    found = report(world)
    signs = found.watches[0].growth.signs
    assert (2_020, 20) in [(sign.people, round(sign.usual)) for sign in signs]
    printed = digest_text(watch_digest(found, lang))
    assert ("异常增长迹象" if lang == "zh" else "Signs of unusual growth") in printed
    assert "+2,020" in printed


@pytest.mark.parametrize(("lang", "said"), [("zh", "异常掉粉迹象:-1,980"), ("en", "Signs of an unusual loss of followers")])
def test_a_loss_is_not_called_growth(world: Store, lang: Literal["zh", "en"], said: str) -> None:
    counted(world, [10_000 + 20 * day - (2_000 if day >= 30 else 0) for day in range(40)], NOW - timedelta(days=40))
    printed = digest_text(watch_digest(report(world), lang))
    assert said in printed
    assert "-1,980" in printed
    assert ("异常增长迹象" if lang == "zh" else "Signs of unusual growth") not in printed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_streams_of_events_told(world: Store, lang: Literal["zh", "en"]) -> None:
    assert report(world).watches[0].events is None
    brand = world.pseudonymiser.one("bluesky", BRAND)
    at = NOW - timedelta(days=2)
    made = [Followed(bytes([n]) * 16, brand, world.pseudonymiser.one("bluesky", f"e{n}"), f"e{n}", at) for n in range(30)]
    write_events(world, "bluesky", "feed", Page(1, at, [*made, Unfollowed(bytes(16), at)], ()), now=NOW - timedelta(days=3))
    write_events(world, "bluesky", "feed", Page(2, at + timedelta(hours=1), [], (at + timedelta(hours=1),)), now=NOW)
    found = report(world)
    told = found.watches[0].events
    assert told is not None
    assert (told.made, told.ended, told.gaps) == (30, 1, 1)
    assert (told.begin, told.end) == (NOW - timedelta(days=3), at + timedelta(hours=1))
    printed = digest_text(watch_digest(found, lang))
    assert ("新增关注 30,取消 不足 20" if lang == "zh" else "30 follows made, fewer than 20 taken back") in printed
    assert ("1 段时间没有收到" if lang == "zh" else "Of 1 time nothing came") in printed


def test_streams_told_nothing_of_an_account_before_it_was_watched(world: Store) -> None:
    write_events(world, "bluesky", "feed", Page(1, NOW - timedelta(days=2)), now=NOW - timedelta(days=3))
    brand = world.pseudonymiser.one("bluesky", BRAND)
    remove_watched(world, brand)
    add_watched(world, brand, [], "", now=NOW - timedelta(days=1))
    told = {each.account.native_id: each.events for each in report(world).watches}
    assert told[BRAND] is None
    write_events(world, "bluesky", "feed", Page(2, NOW), now=NOW)
    told = {each.account.native_id: each.events for each in report(world).watches}
    assert told[BRAND] is not None
    assert told[BRAND].begin == NOW - timedelta(days=1)
