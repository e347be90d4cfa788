"""An import that dies at any point and is taken up again lists every refused row once, contradictions among them."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from collectors.exports.rejects import RejectsFile
from jobs import import_plan
from jobs.import_job import ImportJob
from jobs.importing import ImportOutcome, Progress, import_file
from storage.engine import Store, create_store
from storage.errors import StorageError
from storage.ingest import PageWriter

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
PAGES = 6


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_plan, "PAGE_ROWS", 5)


def make(folder: Path) -> tuple[Store, ImportJob]:
    """Six pages of five rows: refused rows, contradictions of rows of earlier pages, and two pages that are blank."""
    folder.mkdir()
    rows = [f"{1000 + number % 9},gender,{'m' if number in {14, 27} else 'f'}" for number in range(30)]
    for number in (3, 4, 11, 26, 29):
        rows[number] = f"1.2E+18,gender,f{number}"
    rows[15:25] = [""] * 10
    (folder / "f.csv").write_text("account_id,name,value\n" + "\n".join(rows) + "\n", encoding="utf-8")
    job = ImportJob("attributes", folder / "f.csv", folder, platform="weibo", source="s", basis="b", obtained="2026-03-05")
    return create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(32), vault_path=folder / "vault.db"), job


def listed(folder: Path) -> list[list[str]]:
    with (folder / "rejects" / "import-1.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def run(store: Store, job: ImportJob, progress: Callable[[Progress], None] | None = None) -> ImportOutcome | None:
    return import_file(store, None, job, now=NOW, progress=progress)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    store, job = make(tmp_path_factory.mktemp("whole") / "w")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_plan, "PAGE_ROWS", 5)
        assert run(store, job)
    store.close()
    lines = listed(job.workspace)
    assert [row[0] for row in lines[1:]] == ["5", "6", "13", "16", "28", "31", "29"]
    return lines


@pytest.mark.parametrize("page", range(PAGES))
@pytest.mark.parametrize("point", ["listed", "half listed", "committed"])
def test_every_refused_row_is_listed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: list[list[str]], page: int, point: str
) -> None:
    store, job = make(tmp_path / "w")
    calls = 0

    def dies(file: RejectsFile, rejects: Any) -> None:
        nonlocal calls
        add(file, rejects)
        calls += 1
        if calls == page + 1:
            if point == "half listed" and rejects:
                with file.path.open("rb+") as stream:
                    stream.truncate(file.path.stat().st_size - 7)
            raise KeyboardInterrupt

    def dies_after(step: Progress) -> None:
        if step.rows == 5 * (page + 1):
            raise KeyboardInterrupt

    add = RejectsFile.add
    with monkeypatch.context() as patch:
        if point != "committed":
            patch.setattr(RejectsFile, "add", dies)
        with pytest.raises(KeyboardInterrupt):
            run(store, job, dies_after if point == "committed" else None)
    done = run(store, job)
    assert done is not None
    assert done.status == "done"
    assert listed(tmp_path / "w") == whole
    with store.read() as conn:
        row = conn.execute(text("SELECT position, accepted, duplicates, rejected FROM import_run")).one()
    assert (row[0], row[3], sum(row[1:])) == (30, len(whole) - 1, 20)
    store.close()


def test_a_file_left_by_another_import_of_that_number_is_not_taken_for_ours(tmp_path: Path, whole: list[list[str]]) -> None:
    store, job = make(tmp_path / "w")
    (tmp_path / "w" / "rejects").mkdir()
    (tmp_path / "w" / "rejects" / "import-1.csv").write_text("line,column,reason,expected\n1,a,b,c\n", encoding="utf-8")
    run(store, job)
    assert listed(tmp_path / "w") == whole
    store.close()


def test_of_two_processes_on_one_import_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, job = make(tmp_path / "w")
    write = PageWriter.write

    def overtaken(writer: PageWriter, *given: Any, **more: Any) -> Any:
        monkeypatch.setattr(PageWriter, "write", write)
        assert run(store, job)
        return write(writer, *given, **more)

    monkeypatch.setattr(PageWriter, "write", overtaken)
    with pytest.raises(StorageError, match="another process is further"):
        run(store, job)
    with store.read() as conn:
        assert conn.execute(text("SELECT status, position, rejected FROM import_run")).one() == ("done", 30, 7)
    store.close()
