"""Two rival clients in one workspace: no list, label, persona or run of one is used for the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.audience import ranged
from jobs.comparing import compare_runs
from jobs.overlapping import overlap_of
from jobs.peers import peers_of
from jobs.reporting import write_report
from jobs.scoring import run_shortlist
from scoring.arrays import Parameters
from scoring.persona import parse_persona
from scoring.results import Shortlist
from scoring.text.indexer import JiebaIndexer
from scoring.tiers import Tiers
from storage.clients import check_list, list_client
from storage.engine import Store, create_store
from storage.errors import ClientMismatch
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.net_price import Money, Terms
from storage.records import (
    AccountRecord,
    AudienceBase,
    AudienceRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    LabelRecord,
    ListKind,
    Order,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
    QuoteRecord,
)
from storage.runs import list_runs, load_run

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = "name: campers\nmust:\n  - interest: camping\n"
OF_ACME = PERSONA + "client: Acme\n"
ASKED = Parameters(sample=40, draws=200)
FANS = {"fit": 0.7, "none": 0.05}


def bring_in(store: Store, kind: str, records: Sequence[Any], client: str = "", **writer: Any) -> None:
    request = ImportRequest(
        kind,
        f"{kind}.csv",
        f"{kind}{len(records)}{client}{writer.get('list_name')}",
        {},
        Provenance("test", "consent", NOW),
        client,
    )
    state = begin_import(store, request, now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


def labels(name: str, *, inverted: bool = False) -> list[LabelRecord]:
    """Judgements on every follower: as the posts say, or all of them wrong."""
    return [
        LabelRecord("sim", f"{account}{number}", name, (number < 60 * share) is not inverted, NOW)
        for account, share in FANS.items()
        for number in range(60)
    ]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Store]:
    """Two accounts of 60 followers, of whom 70 % and 5 % camp, on a shared list, one of Acme and one of Brand."""
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    bring_in(store, "accounts", [AccountRecord("sim", name, NOW, handle=name, followers=Count(60)) for name in FANS])
    rows = [CandidateRecord(name, "sim", name) for name in FANS]
    for name, client in (("shared", ""), ("acme", "Acme"), ("brand", "Brand")):
        bring_in(store, "candidates", rows, client, list_name=name)
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW - timedelta(days=1), Order.UNKNOWN)
    people = [(name, f"{name}{number}", number < 60 * share) for name, share in FANS.items() for number in range(60)]
    bring_in(store, "follows", [FollowRecord("sim", name, fan) for name, fan, _ in people], pull=facts)
    posts = [
        PostRecord("sim", f"{fan}-{turn}", fan, NOW, "周末去露营 搭帐篷 徒步" if camps else "今天股票大跌 加班写代码")
        for _, fan, camps in people
        for turn in range(3)
    ]
    bring_in(store, "posts", posts)
    yield store
    store.close()


def score(
    store: Store, folder: Path, persona: str = PERSONA, list_name: str = "shared", client: str = ""
) -> tuple[int, Shortlist]:
    return run_shortlist(store, folder, persona, list_name, ASKED, now=NOW, code_version="test", client=client)


def figures(found: Shortlist) -> Shortlist:
    return replace(found, persona_version=0, list_name="")


def test_another_clients_labels_never_train_the_model_and_one_s_own_and_shared_ones_do(world: Store, tmp_path: Path) -> None:
    before = figures(score(world, tmp_path, client="Brand")[1])
    bring_in(world, "labels", labels("campers", inverted=True), "Acme")
    assert figures(score(world, tmp_path, client="Brand")[1]) == before
    assert figures(score(world, tmp_path)[1]).cards == before.cards
    assert figures(score(world, tmp_path, client=" ACME ")[1]).cards != before.cards
    bring_in(world, "labels", labels("campers", inverted=True))
    assert figures(score(world, tmp_path, client="Brand")[1]).cards != before.cards


def test_a_run_belongs_to_whom_it_was_made_for_else_to_its_persona_or_list(world: Store, tmp_path: Path) -> None:
    made = [
        score(world, tmp_path), score(world, tmp_path, client="Acme"), score(world, tmp_path, OF_ACME), score(world, tmp_path, list_name="acme"),
    ]  # fmt: skip
    assert [load_run(world, run).summary.client for run, _ in made] == ["", "Acme", "Acme", "Acme"]


@pytest.mark.parametrize(
    ("persona", "list_name", "client"),
    [(OF_ACME, "shared", "Brand"), (PERSONA, "acme", "Brand"), (OF_ACME, "brand", ""), (OF_ACME, "brand", "Acme")],
)
def test_parts_of_two_clients_are_refused_and_leave_no_run(
    world: Store, tmp_path: Path, persona: str, list_name: str, client: str
) -> None:
    with pytest.raises(ClientMismatch, match="nothing of one client is used for another"):
        score(world, tmp_path, persona, list_name, client)
    assert list_runs(world) == []


def test_a_label_set_that_a_persona_asks_for_is_refused_if_it_is_another_clients_only(world: Store, tmp_path: Path) -> None:
    asks = "name: buyers\nmust:\n  - audience: bought\n"
    bring_in(world, "labels", labels("bought"), "Acme")
    with pytest.raises(ClientMismatch, match="the label set 'bought' belongs to the client 'Acme'"):
        score(world, tmp_path, asks, client="Brand")
    with pytest.raises(ClientMismatch, match="for no client in particular"):
        score(world, tmp_path, asks)
    assert score(world, tmp_path, asks, client="Acme")[1].cards


def test_runs_of_two_clients_are_neither_compared_nor_reported_nor_overlapped_for_the_other(world: Store, tmp_path: Path) -> None:
    ours, theirs, shared = (score(world, tmp_path, client=client)[0] for client in ("Acme", "Brand", ""))
    for a, b in ((ours, theirs), (theirs, ours)):
        with pytest.raises(ClientMismatch, match=f"run {a} belongs"):
            compare_runs(world, tmp_path, a, b, code_version="test")
    assert compare_runs(world, tmp_path, shared, ours, code_version="test").same
    with pytest.raises(ClientMismatch, match="this report"):
        write_report(world, tmp_path, ours, client="Brand", formats=["csv"], langs=["en"])
    with pytest.raises(ClientMismatch, match="this overlap"):
        overlap_of(world, tmp_path, list(FANS), ours, client="Brand")
    assert write_report(world, tmp_path, ours, client="acme", formats=["csv"], langs=["en"])[0] == ours
    assert overlap_of(world, tmp_path, list(FANS), ours, client="Acme").run_id == ours


def test_rows_join_a_list_of_their_own_client_only(world: Store) -> None:
    assert [list_client(world, name) for name in ("shared", "acme", "nowhere")] == ["", "Acme", ""]
    check_list(world, "acme", "ACME")
    check_list(world, "new", "Brand")
    for name, client in (("acme", "Brand"), ("acme", ""), ("shared", "Acme")):
        with pytest.raises(ClientMismatch, match="choose another name for the list"):
            check_list(world, name, client)


def test_grade_b_ranges_keep_clients_apart_too(world: Store) -> None:
    with pytest.raises(ClientMismatch, match="the list 'brand'"):
        ranged(world, parse_persona(OF_ACME), "brand", "followers")
    with pytest.raises(ClientMismatch, match="the list 'acme'"):
        ranged(world, parse_persona(PERSONA + "client: Brand\n"), "acme", "viewers")
    assert len(ranged(world, parse_persona(OF_ACME), "shared", "followers").without) == len(FANS)


def test_a_run_of_vendors_shares_alone_carries_its_client_too(world: Store, tmp_path: Path) -> None:
    bring_in(world, "accounts", [AccountRecord("sim", "fresh", NOW, handle="fresh")])
    bring_in(world, "candidates", [CandidateRecord("fresh", "sim", "fresh")], "Acme", list_name="vendors")
    bring_in(world, "audience", [AudienceRecord("sim", "fresh", AudienceBase.FOLLOWERS, "gender", "female", 0.6, None, NOW)])
    women = "name: women\nmust:\n  - attribute: gender\n    in: [female]\n"
    run, found = score(world, tmp_path, women, "vendors")
    assert (found.cards, load_run(world, run).summary.client) == ((), "Acme")
    with pytest.raises(ClientMismatch):
        score(world, tmp_path, women, "vendors", client="Brand")


def test_the_prices_of_a_clients_list_stay_with_it_in_runs_and_beside_peers(world: Store, tmp_path: Path) -> None:
    def told(client: str) -> tuple[list[int | None], list[str]]:
        cards = score(world, tmp_path, client=client)[1].cards
        beside = peers_of(world, "fit", platform=None, persona=None, tiers=Tiers(), now=NOW, client=client).found
        prices = [
            None if card.price is None else card.price.amount_minor
            for card in sorted(cards, key=lambda card: card.account.native_id)
        ]
        return prices, [name for name in beside.own.figures if name.startswith(("price", "cost"))]

    bring_in(
        world, "candidates", [PriceRecord("sim", name, 70_000, "CNY", "post", NOW - timedelta(days=2)) for name in FANS], "Acme"
    )
    assert told("Brand") == told("") == ([None, None], [])
    assert told("acme") == ([70_000, 70_000], ["cost:CNY", "price:CNY:post"])
    terms = Terms(Money(50_000, "CNY"))
    quotes = [QuoteRecord("sim", name, "live", terms, observed_at=NOW - timedelta(days=1), client="Brand") for name in FANS]
    bring_in(world, "quotes", quotes)
    assert told("Brand") == ([50_000, 50_000], ["cost:CNY", "price:CNY:live"])
    assert told("acme")[0] == [70_000, 70_000]
    newer = [PriceRecord("sim", name, 90_000, "CNY", "post", NOW - timedelta(days=1)) for name in FANS]
    bring_in(world, "candidates", newer, "Brand", list_name="more")
    assert told("acme")[0] == [70_000, 70_000], "a rival's newer price does not hide one's own"
