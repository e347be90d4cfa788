"""Packages of small accounts: scored together out of a run, ranked nowhere; drawn for a look; in every output."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from pptx import Presentation

from jobs.listing import listing, set_fields
from jobs.packages import packaged, put_in, spot_check
from jobs.reporting import write_report
from jobs.scoring import run_shortlist
from reports.brand import Brand
from reports.packages import K
from scoring.arrays import Parameters
from scoring.results import Shortlist
from scoring.text.indexer import JiebaIndexer
from scoring.tiers import Tiers
from storage.engine import Store, create_store
from storage.errors import ClientMismatch, NotFound, Refused
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
    PriceRecord,
    Provenance,
    PullFacts,
)

NOW = datetime(2026, 3, 31, tzinfo=UTC)
PERSONA = "name: women\nmust:\n  - attribute: gender\n    in: [female]\n"
SMALL = [f"k{place:02d}" for place in range(12)]
SAMPLE = 8  # fewer than are needed to be ranked
ASKED = Parameters(sample=None, draws=400)


def bring_in(store: Store, kind: str, records: list[Any], mark: str = "", **writer: Any) -> None:
    state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind + mark, {}, Provenance("test", "consent", NOW)), now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


def small_world(
    folder: Path, rng: np.random.Generator, *, followers: dict[str, int], share: dict[str, float], both: int = 0
) -> Store:
    """Accounts of whose followers SAMPLE were drawn, women by each one's own share; `both` of k00's follow k01 too; two large ones beside."""
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    sizes = followers | {"big0": 500_000, "big1": 400_000}
    bring_in(
        store, "accounts", [AccountRecord("weibo", key, NOW, handle=key, followers=Count(size)) for key, size in sizes.items()]
    )
    bring_in(store, "candidates", [CandidateRecord(key, "weibo", key) for key in sizes], list_name="list")
    drawn = {key: 60 if key.startswith("big") else SAMPLE for key in sizes}
    fans = [(key, f"{key}-{fan}") for key in sizes for fan in range(drawn[key])] + [("k01", f"k00-{fan}") for fan in range(both)]
    bring_in(
        store, "follows", [FollowRecord("weibo", *each) for each in fans], pull=PullFacts(ListKind.FOLLOWERS, Frame.RANDOM, NOW)
    )
    women = {key: int(rng.binomial(drawn[key], share.get(key, 0.5))) for key in sizes}
    bring_in(store, "attributes", [
        AttributeRecord("weibo", f"{key}-{fan}", "gender", "female" if fan < women[key] else "male", NOW) for key in sizes for fan in range(drawn[key])
    ])  # fmt: skip
    return store


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    folder = tmp_path_factory.mktemp("packages")
    rng = np.random.default_rng(5)
    store = small_world(
        folder, rng, followers={key: 2_000 + 100 * at for at, key in enumerate(SMALL)}, share=dict.fromkeys(SMALL, 0.5), both=4
    )
    bring_in(store, "prices", [PriceRecord("weibo", key, 20_000, "CNY", "post", NOW) for key in SMALL])
    assert put_in(store, "list", "wave", [], tier="koc", tiers=Tiers(), now=NOW, by="Mo") == len(SMALL)
    yield store, folder
    store.close()


def score(store: Store, folder: Path) -> Shortlist:
    return run_shortlist(store, folder, PERSONA, "list", ASKED, now=NOW, code_version="test")[1]


def test_all_of_a_size_go_into_a_package_and_leave_the_ranks(world: tuple[Store, Path]) -> None:
    store, folder = world
    assert {native for _, native, _ in packaged(store, "list")} == set(SMALL)
    found = score(store, folder)
    assert sorted(card.account.native_id for card in found.cards) == ["big0", "big1"]
    assert {each.account.native_id for each in found.not_scored if each.account and each.reason == "in_package"} == set(SMALL)
    [card] = found.packages
    assert (card.name, len(card.accounts), card.sampled, card.n) == ("wave", 12, 12, 12 * SAMPLE + 4)
    assert card.share is not None
    assert card.share.low <= card.share.value <= card.share.high
    assert card.spread is not None
    assert card.spread[0] <= card.share.value <= card.spread[1]
    assert card.fitting is not None
    assert card.fitting.value == pytest.approx(card.share.value * card.followers, rel=1e-6)
    assert (card.several, card.seen) == (4, 12 * SAMPLE), "who follows two of them is seen once"
    assert card.cost is not None
    assert (card.cost.amount_minor, card.priced) == (240_000, 12)
    assert card.cost_per_thousand is not None
    assert card.cost_per_thousand.value == pytest.approx(1000 * 240_000 / card.fitting.value, rel=0.1)


def test_a_package_of_one_says_what_the_account_alone_would_say(world: tuple[Store, Path]) -> None:
    store, folder = world
    set_fields(store, "list", ["k02"], {"package": "alone"}, now=NOW, by="")
    alone = next(card for card in score(store, folder).packages if card.name == "alone")
    by_itself = run_shortlist(store, folder, PERSONA, "list", replace(ASKED, min_sample=1), now=NOW, code_version="test")[1]
    assert alone.share is not None
    assert alone.spread is not None
    assert alone.spread[0] == alone.spread[1] == pytest.approx(alone.share.value)
    assert "k02" not in {card.account.native_id for card in by_itself.cards}
    set_fields(store, "list", ["k02"], {"package": ""}, now=NOW, by="")
    ranked = run_shortlist(store, folder, PERSONA, "list", replace(ASKED, min_sample=1), now=NOW, code_version="test")[1]
    [mine] = [card for card in ranked.cards if card.account.native_id == "k02"]
    assert (mine.precision.value, mine.precision.low, mine.precision.high) == pytest.approx(
        (alone.share.value, alone.share.low, alone.share.high), abs=0.02
    )
    set_fields(store, "list", ["k02"], {"package": "wave"}, now=NOW, by="")


def test_a_price_missing_is_no_price_of_all(tmp_path: Path) -> None:
    store = small_world(tmp_path, np.random.default_rng(1), followers=dict.fromkeys(SMALL[:3], 900), share={})
    bring_in(store, "prices", [PriceRecord("weibo", "k00", 20_000, "CNY", "post", NOW)])
    set_fields(store, "list", SMALL[:3], {"package": "wave"}, now=NOW, by="")
    [card] = score(store, tmp_path).packages
    assert (card.cost, card.priced, card.cost_per_thousand) == (None, 1, None)
    store.close()


def test_the_interval_holds_the_truth_of_simulated_packages_that_differ_within(tmp_path: Path) -> None:
    """Simulated: 24 packages of 10 accounts whose own shares differ (Beta 4, 6), 8 people drawn of each; 95 % is said."""
    held, widths = 0, []
    for seed in range(24):
        rng = np.random.default_rng(100 + seed)
        names = SMALL[:10]
        share, followers = {key: float(rng.beta(4, 6)) for key in names}, {key: int(rng.integers(500, 9_000)) for key in names}
        (tmp_path / str(seed)).mkdir()
        store = small_world(tmp_path / str(seed), rng, followers=followers, share=share)
        set_fields(store, "list", names, {"package": "wave"}, now=NOW, by="")
        [card] = score(store, tmp_path / str(seed)).packages
        store.close()
        truth = sum(share[key] * followers[key] for key in names) / sum(followers.values())
        assert card.share is not None
        held += card.share.low <= truth <= card.share.high
        widths.append(card.share.high - card.share.low)
    assert held >= 20, "24 at 95 %: fewer than 20 happen once in a thousand times"
    assert np.mean(widths) < 0.4, "a package says more than one account of eight people does"


def test_the_draw_is_nobody_s_choice_and_what_was_found_limits_the_rest(world: tuple[Store, Path]) -> None:
    store, _ = world
    first = spot_check(store, "list", "wave", bad_share=0.25, sure=0.9, now=NOW, by="Mo")
    assert (first.accounts, first.needed, len(first.drawn), first.open, first.most) == (12, 6, 6, 6, None)
    again = spot_check(store, "list", "wave", bad_share=0.25, sure=0.9, now=NOW, by="Mo")
    assert {each.native_id for each in again.drawn} == {each.native_id for each in first.drawn}
    set_fields(store, "list", [each.native_id for each in first.drawn[1:]], {"check": "合格"}, now=NOW, by="Mo")
    set_fields(store, "list", [first.drawn[0].native_id], {"check": "bad"}, now=NOW, by="Mo")
    told = spot_check(store, "list", "wave", bad_share=0.25, sure=0.9, now=NOW, by="Mo")
    assert (told.fine, [each.native_id for each in told.bad], told.open, told.most) == (5, [first.drawn[0].native_id], 0, 5)
    sharper = spot_check(store, "list", "wave", bad_share=0.1, sure=0.9, now=NOW, by="Mo")
    assert {each.native_id for each in sharper.drawn} > {each.native_id for each in first.drawn}, "more are drawn beside those"


def test_nobody_in_a_package_of_a_size_or_of_a_client_is_refused(world: tuple[Store, Path]) -> None:
    store, _ = world
    with pytest.raises(NotFound, match="nobody on the list"):
        spot_check(store, "list", "nowhere", bad_share=0.1, sure=0.95, now=NOW, by="")
    with pytest.raises(NotFound, match="is of that size and in no package yet"):
        put_in(store, "list", "wave", [], tier="koc", tiers=Tiers(), now=NOW, by="")
    with pytest.raises(Refused, match="is no check"):
        set_fields(store, "list", ["k00"], {"check": "perhaps"}, now=NOW, by="")
    listed = listing(store, "list").rows
    assert {each.account.native_id for each in listed if each.values.get("package") == "wave"} == set(SMALL)
    with pytest.raises(ClientMismatch):
        store_of_acme(store)


def store_of_acme(store: Store) -> None:
    state = begin_import(
        store, ImportRequest("candidates", "a.csv", "acme", {}, Provenance("test", "consent", NOW), "Acme"), now=NOW
    )
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), list_name="acme").write(
        [CandidateRecord("k00", "weibo", "k00")], position=1
    )
    finish_import(store, state.import_id, now=NOW)
    put_in(store, "acme", "wave", ["k00"], tier=None, tiers=Tiers(), now=NOW, by="", client="Brand")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_output_has_the_package_with_its_badge_and_no_rank(world: tuple[Store, Path], tmp_path: Path, lang: Any) -> None:
    store, folder = world
    score(store, folder)
    files = write_report(store, folder, formats=["html", "xlsx", "csv", "pptx"], langs=[lang], folder=tmp_path)[1]
    page = next(each for each in files if each.suffix == ".html").read_text("utf-8")
    assert K.title(lang) in page
    sheet = load_workbook(next(each for each in files if each.suffix == ".xlsx"))[K.title(lang)]
    heads = [cell.value for cell in sheet[1]]
    values = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    assert values[K.col_package(lang)] == "wave"
    assert isinstance(values[K.col_share(lang)], float)
    assert any(str(value).startswith(("A 级", "Grade A")) for value in values.values())
    assert any("-packages" in each.name for each in files)
    slides = Presentation(str(next(each for each in files if each.suffix == ".pptx"))).slides
    assert any(slide.shapes[0].text_frame.text == K.title(lang) for slide in slides)
    client = write_report(store, folder, formats=["html"], langs=[lang], folder=tmp_path, brand=Brand(prices="none"))[1][
        0
    ].read_text("utf-8")
    assert "wave" in client
    assert "2,400" not in client
