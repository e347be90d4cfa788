"""The raw export: numbers and an account's label only, noted, and never rows about members of X or YouTube."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from jobs.exporting import export_run
from scoring.results import AccountRef, FrameCard
from scoring.snapshot import SCHEMAS, CandidateFacts, Facts, table, write_snapshot
from storage.engine import Store, create_store
from storage.errors import NotFound, Refused
from storage.runs import NewRun, save_persona, save_run
from storage.tables import AUDIT_ENTRY

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield store
    store.close()


def candidate(platform: str, name: str) -> CandidateFacts:
    frame = FrameCard("complete", "unknown", NOW, 2, 2, 0, 2, "all", 0, None, None, None)
    return CandidateFacts(AccountRef(platform, f"native-{name}", name=name), frame, 2, None, -1, 2, name)


def run_with_rows(store: Store, workspace: Path, *platforms: str, recomputable: bool = True) -> int:
    """A run of one account per platform, two followers each."""
    persona_id, _ = save_persona(store, "p", "text", "digest", NOW)
    new = NewRun(persona_id, "l", {}, 0, "1", "d", "i", NOW, NOW, None, {}, recomputable, None if recomputable else "expired")
    run_id = save_run(store, new)
    folder = workspace / "runs" / str(run_id)
    folder.mkdir(parents=True)
    names = tuple(candidate(platform, f"account {number}") for number, platform in enumerate(platforms))
    facts = Facts("l", names, (), 4, {}, (), "d", 1.0, 2, 0, NOW, NOW, NOW, NOW)
    write_snapshot(folder, facts, {name: table(name, {field.name: [] for field in schema}) for name, schema in SCHEMAS.items()})
    count = 2 * len(platforms)
    rows = {
        "row": list(range(count)), "account": [row // 2 for row in range(count)], "probability": [0.1 * row for row in range(count)],
        "weight": [1.0] * count, "stratum": [row % 2 for row in range(count)],
    }  # fmt: skip
    pq.write_table(pa.table(rows), folder / "followers.parquet")
    return run_id


def test_the_export_holds_numbers_and_named_accounts_and_is_noted(filled: Store, tmp_path: Path) -> None:
    run_id = run_with_rows(filled, tmp_path, "weibo", "bilibili")
    done = export_run(filled, tmp_path, None, None, now=NOW)
    assert (done.run_id, done.rows, done.left_out) == (run_id, 4, 0)
    assert done.path == tmp_path / "exports" / f"run-{run_id}.parquet"
    made = pq.read_table(done.path)
    assert made.column_names == ["row", "account", "probability", "weight", "stratum"]
    assert made["account"].to_pylist() == ["weibo:native-account 0"] * 2 + ["bilibili:native-account 1"] * 2
    assert made["probability"].to_pylist() == pytest.approx([0.0, 0.1, 0.2, 0.3])
    with filled.read() as conn:
        entries = conn.execute(select(AUDIT_ENTRY.c.action, AUDIT_ENTRY.c.detail)).all()
    assert entries == [("export", {"run": run_id, "rows": 4, "left_out": 0, "platforms": []})]


def test_rows_of_x_and_youtube_are_left_out_and_counted(filled: Store, tmp_path: Path) -> None:
    run_with_rows(filled, tmp_path, "x", "weibo", "youtube")
    done = export_run(filled, tmp_path, None, tmp_path / "out.parquet", now=NOW)
    assert (done.rows, done.left_out, done.platforms) == (2, 4, ("x", "youtube"))
    made = pq.read_table(tmp_path / "out.parquet")
    assert made["row"].to_pylist() == [0, 1]
    assert made["account"].to_pylist() == ["weibo:native-account 1"] * 2


def test_a_run_of_forbidden_platforms_only_is_refused_and_writes_nothing(filled: Store, tmp_path: Path) -> None:
    run_with_rows(filled, tmp_path, "x")
    with pytest.raises(Refused, match="terms forbid"):
        export_run(filled, tmp_path, None, tmp_path / "out.parquet", now=NOW)
    assert not list(tmp_path.glob("*.parquet"))


def test_rows_that_are_gone_are_refused_with_what_to_do(filled: Store, tmp_path: Path) -> None:
    run_id = run_with_rows(filled, tmp_path, "weibo", recomputable=False)
    with pytest.raises(Refused, match=r"expired.*again"):
        export_run(filled, tmp_path, run_id, None, now=NOW)
    kept = run_with_rows(filled, tmp_path, "weibo")
    (tmp_path / "runs" / str(kept) / "followers.parquet").unlink()
    with pytest.raises(NotFound, match="not in this workspace"):
        export_run(filled, tmp_path, kept, None, now=NOW)
