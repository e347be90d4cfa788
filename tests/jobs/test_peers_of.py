"""Peers out of a store: shares and costs of a run, quotes, medians, growth, categories by profile and by content; of one account and of a whole run."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from jobs.peers import peers_of, peers_of_run
from jobs.reporting import write_report
from jobs.scoring import run_shortlist
from scoring.arrays import Parameters
from scoring.peers import Similar, Standing
from scoring.results import Shortlist
from scoring.text.indexer import JiebaIndexer
from scoring.tiers import Tiers
from storage.engine import Store, create_store
from storage.errors import NotFound
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import (
    AccountRecord,
    AttributeRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    PerformanceRecord,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
)

NOW = datetime(2026, 3, 31, tzinfo=UTC)
PERSONA = "name: women\ntitle: {zh: 女性, en: Women}\nmust:\n  - attribute: gender\n    in: [female]\n"
ACCOUNTS = [f"a{place}" for place in range(10)]  # of one kind: the higher the place, the better in everything
FOLLOWERS = 60_000


def bring_in(store: Store, kind: str, records: Sequence[Any], mark: str = "", **writer: Any) -> None:
    state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind + mark, {}, Provenance("test", "consent", NOW)), now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path, Shortlist]]:
    """Ten weibo accounts of one size; a9's category is known by what it writes alone, "head" is larger, "beauty" of another kind."""
    folder = tmp_path_factory.mktemp("peers")
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    sizes = dict.fromkeys(ACCOUNTS, FOLLOWERS) | {"head": 3_000_000, "beauty": FOLLOWERS, "bare": FOLLOWERS}
    categories = dict.fromkeys(ACCOUNTS, "露营") | {"a9": None, "head": "露营", "beauty": "美妆", "bare": None}
    now, before = (
        [
            AccountRecord("weibo", name, at, handle=name, name=name, followers=Count(size), category=categories[name])
            for name, size in every.items()
        ]
        for at, every in (
            (NOW, sizes),
            (NOW - timedelta(days=30), {name: round(FOLLOWERS / (1 + place / 100)) for place, name in enumerate(ACCOUNTS)}),
        )
    )
    bring_in(store, "accounts", before)
    bring_in(store, "accounts", now, "now")
    bring_in(store, "posts", [PostRecord("weibo", f"p{turn}", "a9", NOW, "周末去露营 搭帐篷 徒步 天幕") for turn in range(3)])
    bring_in(store, "candidates", [CandidateRecord(name, "weibo", name) for name in sizes], list_name="list")
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
    bring_in(
        store, "follows", [FollowRecord("weibo", name, f"{name}-{fan}") for name in ACCOUNTS for fan in range(40)], pull=facts
    )
    women = [
        AttributeRecord("weibo", f"{name}-{fan}", "gender", "female" if fan < 4 * place + 2 else "male", NOW)
        for place, name in enumerate(ACCOUNTS)
        for fan in range(40)
    ]
    bring_in(store, "attributes", women)
    quotes = [
        PriceRecord("weibo", name, 1_000_000 - 50_000 * place, "CNY", "post", observed_at=NOW)
        for place, name in enumerate(ACCOUNTS)
    ]
    expired = PriceRecord("weibo", "beauty", 5, "CNY", "post", observed_at=NOW, valid_until=NOW - timedelta(days=9))
    bring_in(store, "prices", [*quotes, expired, PriceRecord("weibo", "head", 9_000_000, "CNY", "post", observed_at=NOW)])
    bring_in(store, "performance", [
        *(PerformanceRecord("weibo", name, "interactions", 600 * (place + 1), n=10, paid=False, observed_at=NOW) for place, name in enumerate(ACCOUNTS)),
        *(PerformanceRecord("weibo", name, "interactions", 50_000, n=10, paid=True, observed_at=NOW) for name in ACCOUNTS),
    ])  # fmt: skip
    _, shortlist = run_shortlist(store, folder, PERSONA, "list", Parameters(sample=None, draws=100), now=NOW, code_version="test")
    yield store, folder, shortlist
    store.close()


def of(store: Store, account: str, **more: Any) -> Similar:
    return peers_of(store, account, platform=None, persona=None, tiers=Tiers(), now=NOW, **more).found


def by_kind(found: Similar) -> dict[str, Standing]:
    return {each.kind: each for each in found.standings}


def test_the_best_of_ten_beats_its_nine_peers_in_everything(world: tuple[Store, Path, Shortlist]) -> None:
    found = of(world[0], "a9")
    assert (found.own.category, found.own.source, found.own.tier, found.peers) == ("outdoor", "content", "waist", 9)
    told = by_kind(found)
    assert {kind: (each.n, each.better) for kind, each in told.items()} == {
        "precision": (9, 1), "cost": (9, 1), "price": (9, 1), "interactions": (9, 1), "growth": (9, 1),
    }  # fmt: skip
    assert told["price"].value == pytest.approx(1000 * 550_000 / FOLLOWERS)
    assert told["price"].detail == ("CNY", "post")
    assert told["interactions"].value == pytest.approx(0.1), "commercial posts play no part"
    assert told["growth"].value == pytest.approx(0.09, rel=1e-3)
    assert told["growth"].quartiles == pytest.approx((0.02, 0.04, 0.06), rel=1e-2)


def test_the_middle_stands_in_the_middle(world: tuple[Store, Path, Shortlist]) -> None:
    assert {kind: round(each.better or 0, 6) for kind, each in by_kind(of(world[0], "a3")).items()} == dict.fromkeys(
        ("precision", "cost", "price", "interactions", "growth"), round(3 / 9, 6)
    )


def test_the_largest_has_no_peer_of_its_size_and_another_kind_none_of_its_kind(world: tuple[Store, Path, Shortlist]) -> None:
    assert of(world[0], "head").peers == 0
    beauty = of(world[0], "beauty")
    assert (beauty.peers, beauty.own.figures, beauty.standings) == (0, {}, ()), "an expired quote is none"
    assert of(world[0], "beauty", any_category=True).peers == 10


def test_without_a_category_it_stands_beside_all_of_its_size(world: tuple[Store, Path, Shortlist]) -> None:
    found = of(world[0], "bare")
    assert (found.own.category, found.by_category, found.peers) == (None, False, 10)
    assert by_kind(found)["interactions"].quartiles is not None


def test_growth_that_nobody_has_looked_at_lately_is_not_told(world: tuple[Store, Path, Shortlist]) -> None:
    late = peers_of(world[0], "a9", platform=None, persona="women", tiers=Tiers(), now=NOW + timedelta(days=31)).found
    assert "growth" not in by_kind(late)


def test_sizes_are_cut_where_the_settings_say(world: tuple[Store, Path, Shortlist]) -> None:
    found = peers_of(
        world[0], "a9", platform=None, persona=None, tiers=Tiers(head=50_000, shoulder=300, waist=200), now=NOW
    ).found
    assert (found.own.tier, found.peers) == ("head", 10)


def test_a_persona_without_a_run_is_refused(world: tuple[Store, Path, Shortlist]) -> None:
    with pytest.raises(NotFound, match="no run of the persona"):
        peers_of(world[0], "a9", platform=None, persona="men", tiers=Tiers(), now=NOW)


def test_a_whole_run_says_of_each_account_what_it_says_of_one(world: tuple[Store, Path, Shortlist]) -> None:
    store, _, shortlist = world
    every = peers_of_run(store, shortlist, Tiers(), as_of=NOW)
    assert [each.own.account.native_id for each in every] == [card.account.native_id for card in shortlist.cards]
    for each in every:
        assert each == of(store, each.own.account.native_id)


def test_the_report_has_the_block_and_the_workbook_the_sheet(world: tuple[Store, Path, Shortlist], tmp_path: Path) -> None:
    store, folder, _ = world
    _, [page, book] = write_report(store, folder, formats=["html", "xlsx"], langs=["zh"], folder=tmp_path)
    assert "优于 9 个同级账号中的 100%" in page.read_text("utf-8")
    sheet = load_workbook(book)["同级对比"]
    assert sheet.max_row == 1 + 5 * len(ACCOUNTS)
