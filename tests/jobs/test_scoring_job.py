"""The ranking job on a store filled through the importers' own writer: what a run leaves, and that a failed one leaves nothing."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from jobs import scoring as job
from jobs.explaining import explain_account, explanation_json
from jobs.graphing import export_graph
from jobs.reporting import write_report
from scoring.arrays import Parameters
from scoring.errors import NothingToScore, PersonaError
from scoring.persona import parse_persona
from scoring.text.indexer import JiebaIndexer
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
    Order,
    PostRecord,
    PriceRecord,
    Provenance,
    PullFacts,
)
from storage.runs import load_run

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = """
name: campers
title: {zh: 露营女性, en: Women who camp}
must:
  - interest: camping
  - attribute: gender
    in: [female]
"""
FANS = {"fit": 0.7, "half": 0.4, "none": 0.05}


def bring_in(store: Store, kind: str, records: Sequence[Any], **writer: Any) -> None:
    provenance = Provenance("test", "consent", NOW)
    state = begin_import(store, ImportRequest(kind, f"{kind}.csv", f"{kind}{len(records)}", {}, provenance), now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """Three candidates of 60 followers, of whom 70 %, 40 %, 5 % camp; women are every second one."""
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    bring_in(
        store, "accounts", [AccountRecord("sim", name, NOW, handle=name, name=name.title(), followers=Count(60)) for name in FANS]
    )
    bring_in(
        store,
        "candidates",
        [*(CandidateRecord(name, "sim", name) for name in FANS), CandidateRecord("@lost", handle="lost")],
        list_name="list",
    )
    people = {name: [f"{name}{number}" for number in range(60)] for name in FANS}
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW - timedelta(days=1), Order.UNKNOWN)
    bring_in(store, "follows", [FollowRecord("sim", name, fan) for name, fans in people.items() for fan in fans], pull=facts)
    camps = {fan: number < 60 * share for name, share in FANS.items() for number, fan in enumerate(people[name])}
    posts = [
        PostRecord("sim", f"{fan}-{turn}", fan, NOW, "周末去露营 搭帐篷 徒步" if camp else "今天股票大跌 加班写代码")
        for fan, camp in camps.items()
        for turn in range(3)
    ]
    bring_in(store, "posts", posts)
    declared = [
        AttributeRecord("sim", fan, "gender", "female" if number % 2 else "male", NOW) for number, fan in enumerate(camps)
    ]
    bring_in(store, "attributes", declared)
    bring_in(store, "prices", [PriceRecord("sim", name, 50_000, "CNY", observed_at=NOW) for name in FANS])
    yield store
    store.close()


def ranked(store: Store, workspace: Path, **parameters: Any) -> tuple[int, Any]:
    asked = Parameters(sample=40, draws=200, **parameters)
    return job.run_shortlist(store, workspace, PERSONA, "list", asked, now=NOW, code_version="test")


def test_more_processes_change_nothing(filled: Store, tmp_path: Path) -> None:
    asked = Parameters(sample=40, draws=200)
    alone, several = (
        job.run_shortlist(filled, tmp_path, PERSONA, "list", asked, now=NOW, code_version="test", processes=number)[1]
        for number in (1, 2)
    )
    assert several == alone


def test_a_run_from_list_to_saved_result(filled: Store, tmp_path: Path) -> None:
    run_id, shortlist = ranked(filled, tmp_path)
    assert {card.account.native_id for card in shortlist.cards} == set(FANS)
    assert shortlist.cards[0].account.native_id == "fit"
    assert shortlist.cards[-1].account.native_id == "none"
    assert [(each.given, each.reason) for each in shortlist.not_scored] == [("@lost", "unmatched")]
    assert shortlist.engine.startswith("duckdb")
    kept = load_run(filled, run_id)
    assert kept.result["cards"][0]["account"]["native_id"] == "fit"
    assert kept.summary.snapshot_expires == NOW + timedelta(days=90)
    folder = job.run_folder(tmp_path, run_id)
    rows = pq.read_table(folder / job.FOLLOWERS)
    assert rows.column_names == ["row", "account", "probability", "weight", "stratum"]
    assert rows.num_rows == 120
    assert np.isfinite(rows.column("probability").to_numpy()).all()
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [str(run_id)]
    assert not (folder / "spill").exists()


def test_the_same_again_is_the_same_and_a_new_run(filled: Store, tmp_path: Path) -> None:
    (first, _), (second, _) = ranked(filled, tmp_path), ranked(filled, tmp_path)
    assert first != second
    one, other = load_run(filled, first).summary, load_run(filled, second).summary
    assert (one.input_digest, one.result_digest) == (other.input_digest, other.result_digest)


def test_scored_again_from_the_kept_input(filled: Store, tmp_path: Path) -> None:
    run_id, shortlist = ranked(filled, tmp_path)
    asked = Parameters(sample=40, draws=200)
    again = job.rescore(job.run_folder(tmp_path, run_id), parse_persona(PERSONA), asked, list_name="list", version=1)
    assert again == shortlist


@pytest.mark.parametrize("fault", [RuntimeError("no"), KeyboardInterrupt()])
def test_a_failed_run_leaves_nothing(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(job, "make_shortlist", fail)
    with pytest.raises(type(fault)):
        ranked(filled, tmp_path)
    assert list((tmp_path / "runs").iterdir()) == []
    with pytest.raises(NotFound):
        load_run(filled)


def test_what_a_killed_run_left_goes_after_a_day(filled: Store, tmp_path: Path) -> None:
    stale = tmp_path / "runs" / ".unfinished-x"
    stale.mkdir(parents=True)
    import os

    for age, left in ((timedelta(hours=1), True), (timedelta(days=2), False)):
        moment = (NOW - age).timestamp()
        os.utime(stale, (moment, moment))
        ranked(filled, tmp_path)
        assert stale.exists() is left


def test_input_that_outlives_no_day_is_not_kept(filled: Store, tmp_path: Path) -> None:
    late = NOW + timedelta(days=89, hours=23, minutes=59)
    with filled.write("test") as conn:  # the oldest list began long ago: its edges go today
        conn.execute(text("UPDATE import_run SET started = :moment"), {"moment": str(late - timedelta(days=400))[:19]})
    run_id, _ = job.run_shortlist(
        filled, tmp_path, PERSONA, "list", Parameters(sample=40, draws=200), now=late, code_version="test"
    )
    summary = load_run(filled, run_id).summary
    assert (summary.recomputable, summary.why_not, summary.snapshot_expires) == (False, "expired", None)
    assert list(job.run_folder(tmp_path, run_id).iterdir()) == [], (
        "scored rows without their input can be neither named nor exported"
    )


def test_refusals(filled: Store, tmp_path: Path) -> None:
    asked = Parameters(sample=40)
    with pytest.raises(PersonaError):
        job.run_shortlist(filled, tmp_path, "must: 3", "list", asked, now=NOW, code_version="test")
    with pytest.raises(NothingToScore, match="fanfit candidates import"):
        job.run_shortlist(filled, tmp_path, PERSONA, "other", asked, now=NOW, code_version="test")
    assert list((tmp_path / "runs").iterdir()) == []


def test_explain_finds_an_account_by_any_of_its_names(filled: Store, tmp_path: Path) -> None:
    run_id, shortlist = ranked(filled, tmp_path)
    for name in ("fit", "@FIT", "Fit"):
        found = explain_account(filled, name, run_id)
        assert found.place is not None
        assert shortlist.cards[found.place].account.native_id == "fit"
    assert explanation_json(found)["card"]["account"]["native_id"] == "fit"
    assert explain_account(filled, "@lost").reason == "unmatched"
    with pytest.raises(NotFound, match="give an id, handle, name or URL"):
        explain_account(filled, "someone else")


def test_the_report_says_whom_the_persona_means(filled: Store, tmp_path: Path) -> None:
    ranked(filled, tmp_path)
    for lang, said in (("zh", "要找的人:对「露营」感兴趣,并且性别为女。"), ("en", "and who are of gender female.")):
        _, [page] = write_report(filled, tmp_path, formats=["html"], langs=[lang])
        assert said in page.read_text("utf-8")


def test_the_graph_holds_named_accounts_only(filled: Store, tmp_path: Path) -> None:
    accounts, edges = export_graph(filled, tmp_path / "out" / "g.gexf", "gexf", least=1, seed=0)
    assert (accounts, edges) == (3, 0)
    written = (tmp_path / "out" / "g.gexf").read_text("utf-8")
    assert "sim:fit" in written
    assert "fit1" not in written


def test_the_graph_tells_followers_in_the_store_from_the_public_count(filled: Store, tmp_path: Path) -> None:
    bring_in(filled, "accounts", [AccountRecord("sim", "fit", NOW, followers=Count(700))])
    bring_in(filled, "candidates", [CandidateRecord(name, "sim", name) for name in ("stated", "silent")], list_name="more")
    for name, count, totals in (("stated", 4, {"stated": 80}), ("silent", 5, {})):
        facts = PullFacts(ListKind.FOLLOWERS, Frame.NEWEST, NOW - timedelta(days=1), Order.UNKNOWN, totals=totals)
        bring_in(filled, "follows", [FollowRecord("sim", name, f"fit{number}") for number in range(count)], pull=facts)
    export_graph(filled, tmp_path / "g.gexf", "gexf", least=1, seed=0)
    nodes = nx.read_gexf(tmp_path / "g.gexf").nodes
    told = {
        name: (nodes[f"sim:{name}"]["followers_in_store"], nodes[f"sim:{name}"].get("followers_public"))
        for name in ("fit", "half", "stated", "silent")
    }
    assert told == {"fit": (60, 700), "half": (60, 60), "stated": (4, 80), "silent": (5, None)}
