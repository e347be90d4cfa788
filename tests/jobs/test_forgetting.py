"""Forgetting one person among several runs: only where they stood is anything lost, and nothing of them is left anywhere."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs import scoring as job
from jobs.exporting import export_run
from scoring.arrays import Parameters
from scoring.errors import ScoringError
from scoring.persona import parse_persona
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.errors import Refused
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.privacy import forget, purge
from storage.records import (
    AccountRecord,
    AttributeRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    PostRecord,
    Provenance,
    PullFacts,
)
from storage.runs import list_personas, load_run

NOW = datetime(2026, 1, 5, tzinfo=UTC)
PERSONA = "name: campers\nmust:\n  - interest: camping\n"
SEEDED = "name: seeded\nmust:\n  - seeds: {positive: [zqxlike, star2]}\n"
ASKED = Parameters(sample=20, draws=100, min_sample=1)
LISTS = {"one": ["star1", "star2"], "two": ["star3"]}


def bring_in(store: Store, kind: str, records: Sequence[Any], **writer: Any) -> None:
    request = ImportRequest(kind, f"{kind}.csv", f"{kind}{hash(tuple(records))}", {}, Provenance("test", "consent", NOW))
    state = begin_import(store, request, now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    """Three stars of 30 followers, zqxlike followed by the first's; the first two are on list one, the third on list two."""
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    stars = [name for names in LISTS.values() for name in names]
    bring_in(
        store, "accounts", [AccountRecord("sim", name, NOW, handle=name, followers=Count(9000)) for name in (*stars, "zqxlike")]
    )
    for name, listed in LISTS.items():
        records = [CandidateRecord(each, "sim", each) for each in listed]
        bring_in(store, "candidates", records, list_name=name)
    bring_in(store, "candidates", [CandidateRecord("@zqxhandle7")], list_name="one")
    people = {star: [f"zqxperson{number}{star[-1]}" for number in range(30)] for star in stars}
    follows = [FollowRecord("sim", star, one) for star, fans in people.items() for one in fans]
    follows += [FollowRecord("sim", "zqxlike", one) for one in people["star1"]]
    bring_in(store, "follows", follows, pull=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW - timedelta(days=1)))
    bring_in(
        store, "posts", [PostRecord("sim", f"post{one}", one, NOW, "周末去露营") for fans in people.values() for one in fans]
    )
    yield store
    store.close()


def ranked(store: Store, workspace: Path, list_name: str, persona: str = PERSONA) -> int:
    return job.run_shortlist(store, workspace, persona, list_name, ASKED, now=NOW, code_version="test")[0]


def recomputable(store: Store, *runs: int) -> list[bool]:
    return [load_run(store, run).summary.recomputable for run in runs]


def test_only_the_runs_in_which_they_stood_lose_their_input(filled: Store, tmp_path: Path) -> None:
    runs = [ranked(filled, tmp_path, name) for name in ("one", "two", "one")]
    for run in runs:
        export_run(filled, tmp_path, run, None, now=NOW)
    before = load_run(filled, runs[1]).result
    (tmp_path / "exports" / "by hand.parquet").write_bytes(b"whose rows are these")
    report = forget(filled, "sim", "zqxperson31", now=NOW, workspace=tmp_path)
    assert report.runs == (runs[0], runs[2])
    assert recomputable(filled, *runs) == [False, True, False]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [str(runs[1])]
    assert [path.name for path in (tmp_path / "exports").iterdir()] == [f"run-{runs[1]}.parquet"]
    again = job.rescore(job.run_folder(tmp_path, runs[1]), parse_persona(PERSONA), ASKED, list_name="two", version=1)
    assert job.to_json(again) == before, "a run that was not touched comes to the same again"
    assert forget(filled, "sim", "zqxperson32", now=NOW, workspace=tmp_path).runs == ()
    assert forget(filled, "sim", "nobody", now=NOW, workspace=tmp_path).runs == ()
    assert recomputable(filled, runs[1]) == [True]


def test_drawn_or_not_a_member_of_a_list_stands_in_its_runs(filled: Store, tmp_path: Path) -> None:
    """20 of 30 are drawn; the others stand in the overlaps of the lists."""
    for number in (0, 9, 19, 29):
        run = ranked(filled, tmp_path, "two")
        assert forget(filled, "sim", f"zqxperson{number}3", now=NOW, workspace=tmp_path).runs == (run,)


@pytest.mark.parametrize(
    ("said", "stands"),
    [("star1", "one"), ("star3", "two"), ("zqxlike", "one"), ("zqxhandle7", "one")],
    ids=["candidate", "other candidate", "followee", "text that matched nobody"],
)
def test_named_accounts_and_texts_stand_in_it_too(filled: Store, tmp_path: Path, said: str, stands: str) -> None:
    one, two = ranked(filled, tmp_path, "one"), ranked(filled, tmp_path, "two")
    assert forget(filled, "sim", said, now=NOW, workspace=tmp_path).runs == ({"one": one, "two": two}[stands],)


def test_nothing_of_them_is_left_in_any_file(filled: Store, tmp_path: Path) -> None:
    for name, persona in (("one", PERSONA), ("one", SEEDED), ("two", PERSONA)):
        run = ranked(filled, tmp_path, name, persona)
        export_run(filled, tmp_path, run, None, now=NOW)
    gone = ["zqxlike", "zqxperson51", "zqxhandle7"]
    marks = [name.encode() for name in gone] + filled.pseudonymiser.of("sim", gone)
    for name in gone:
        forget(filled, "sim", name, now=NOW, workspace=tmp_path)
    assert ["zqxlike" in row.text or "(erased 1)" not in row.text for row in list_personas(filled) if row.name == "seeded"] == [
        False
    ]
    with pytest.raises(Refused, match="erased"):
        ranked(filled, tmp_path, "one", SEEDED)
    with pytest.raises(Refused, match="erased"):
        ranked(filled, tmp_path, "one", SEEDED.replace("seeded", "renamed"))
    filled.close()
    with sqlite3.connect(tmp_path / "fanfit.db") as conn:
        conn.execute("DELETE FROM forgotten")  # the keyed hashes that block a return are meant to stay
    conn.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"fanfit.db", "vault.db", "standing.bin", "members.parquet"}
    found = {(path.name, mark) for path in files for mark in marks if mark in path.read_bytes()}
    assert found == set()


def test_an_input_that_cannot_tell_goes(filled: Store, tmp_path: Path) -> None:
    old, new = ranked(filled, tmp_path, "two"), ranked(filled, tmp_path, "two")
    (job.run_folder(tmp_path, old) / "standing.bin").unlink()
    report = forget(filled, "sim", "zqxperson31", now=NOW, workspace=tmp_path)
    assert (report.runs, recomputable(filled, old, new)) == ((old,), [False, True])
    assert not job.run_folder(tmp_path, old).exists()


def test_a_run_that_is_being_made_does_not_bring_them_back(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*given: Any, **more: Any) -> Any:
        forget(filled, "sim", "zqxperson33", now=NOW, workspace=tmp_path)
        return original(*given, **more)

    original = job.take_snapshot
    monkeypatch.setattr(job, "take_snapshot", meanwhile)
    with pytest.raises(ScoringError, match="erased"):
        ranked(filled, tmp_path, "two")
    assert list((tmp_path / "runs").iterdir()) == []


def test_the_purge_lets_go_of_inputs_with_a_minor_met_later(filled: Store, tmp_path: Path) -> None:
    one, two = ranked(filled, tmp_path, "one"), ranked(filled, tmp_path, "two")
    bring_in(filled, "attributes", [AttributeRecord("sim", "zqxperson13", "age_band", "13-17", NOW)])
    assert recomputable(filled, one, two) == [True, True]
    purge(filled, now=NOW, workspace=tmp_path)
    assert recomputable(filled, one, two) == [True, False]
    assert [path.name for path in (tmp_path / "runs").iterdir()] == [str(one)]
