"""No native id, handle, name, bio or text of a person anywhere but in the vault, the raw tables and the files that were given.

A small platform goes the whole way through the commands; every person's data carries a mark, and every byte that came of it,
inside workbooks, Parquet columns and database rows too, is searched for marks.
"""

import csv
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from cli import main
from cli.demo.flow import PERSONA
from cli.demo.generator import Platform, Sizes

SIZES = Sizes(people=900, ten_sample=120, other_sample=40, base_sample=150, labelled_others=5)
# A row's mark is one of these words and a number; the letters stand in no lexicon, template or sentence of the project.
MARK = re.compile(r"zqx(?:person|handle|name|bio|text)\d+", re.IGNORECASE)
MARK_BYTES = re.compile(MARK.pattern.encode(), re.IGNORECASE)
PROVENANCE = ("--platform", "simulated", "--source", "test", "--basis", "simulated", "--obtained", "2026-03-01")
FRAMES = {
    "followers_sample": ("followers", "random"),
    "followers_complete": ("followers", "complete"),
    "followees": ("followees", "complete"),
}


def marked_platform(folder: Path) -> int:
    """Writes the platform's files, every person's data marked; how many persons there are."""
    platform = Platform(3, SIZES)
    platform.ids = [f"zqxperson{number}" for number in range(len(platform.people))]
    platform.write(folder, datetime.now(UTC))
    rewrite(folder / "accounts.csv", mark_account, extra="handle")
    rewrite(folder / "posts.csv", mark_post)
    with (folder / "posts.csv").open("a", encoding="utf-8", newline="") as file:  # a row that is refused, for the rejects file
        csv.writer(file).writerow(("zqxtext999999", "zqxperson1", "not a time", "zqxtext999998"))
    return len(platform.ids)


def mark_account(row: dict[str, str], number: int) -> None:
    person = row["native_id"].startswith("zqxperson")
    row["handle"] = f"zqxhandle{number}" if person else f"known_{row['native_id']}"
    if person:
        row |= {"name": f"{row['name']}zqxname{number}", "bio": f"{row['bio']} zqxbio{number}"}


def mark_post(row: dict[str, str], number: int) -> None:
    if row["author_id"].startswith("zqxperson"):
        row |= {"text": f"{row['text']} zqxtext{number}", "native_id": f"zqxtext{number + 500_000}"}


def rewrite(path: Path, change: Callable[[dict[str, str], int], None], extra: str | None = None) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows):
        change(row, number)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert extra is None or extra in rows[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`given` holds the input, `workspace` what came of it, `out` what left it, with everything the commands printed."""
    root = tmp_path_factory.mktemp("leaves")
    given, workspace, out = root / "given", root / "workspace", root / "out"
    out.mkdir()
    assert marked_platform(given) == SIZES.people
    (given / "persona.yaml").write_text(PERSONA, encoding="utf-8")
    said: list[str] = []

    def fanfit(*arguments: str) -> None:
        done = CliRunner().invoke(main.app, ["--workspace", str(workspace), "--debug", *arguments])
        assert done.exit_code == 0, done.output
        said.extend((done.stdout, done.stderr))

    fanfit("init")
    fanfit("import", "accounts", str(given / "accounts.csv"), *PROVENANCE)
    fanfit("candidates", "import", str(given / "candidates.csv"), "--platform", "simulated")
    for name, (kind, frame) in FRAMES.items():
        stated = ("--list", kind, "--frame", frame, "--pulled-at", "2026-03-01T00:00:00Z")
        fanfit("import", "follows", str(given / f"{name}.csv"), *stated, *PROVENANCE)
    for name in ("attributes", "posts", "labels", "base"):
        fanfit("import", name, str(given / f"{name}.csv"), *PROVENANCE)
    fanfit("import", "prices", str(given / "prices.csv"), "--platform", "simulated")
    fanfit("shortlist", "--persona", str(given / "persona.yaml"), "--sample", "all", "--json")
    for lang in ("zh", "en"):
        fanfit("--lang", lang, "explain", "t02")
        fanfit("--lang", lang, "runs", "show", "1")
    fanfit("explain", "t01", "--json")
    fanfit("imports", "list", "--json")
    fanfit("candidates", "show", "--json")
    fanfit("report", "1")
    fanfit("export", "1", "--parquet")
    for form in ("gexf", "graphml"):
        fanfit("graph", "export", "--format", form, "-o", str(out / f"graph.{form}"))
    fanfit("db", "check")
    fanfit("doctor", "--json")
    fanfit("db", "backup", str(out / "backup.db"))
    (out / "said.txt").write_text("\n".join(said), encoding="utf-8")
    return root


def marks_in(path: Path, scratch: Path) -> set[str]:
    """Every mark in a file, read in whichever way its contents hide them."""
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3"):
        return marks_in_database(path, scratch)
    found = as_text(MARK_BYTES.findall(data)) | set(MARK.findall(data.decode("utf-16-le", errors="ignore")))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found |= {mark for name in archive.namelist() for mark in as_text(MARK_BYTES.findall(archive.read(name)))}
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        found |= marks_in_values(value for column in table.columns for value in column.to_pylist())
        found |= as_text(MARK_BYTES.findall(repr(table.schema).encode()))
    return found


def marks_in_database(path: Path, scratch: Path) -> set[str]:
    """Marks in a copy without the raw tables: in its bytes and in its rows, whose values may span pages."""
    copy = scratch / "copy.db"
    copy.unlink(missing_ok=True)
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.execute("PRAGMA foreign_keys = OFF")
    tables = [
        name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    ]
    found: set[str] = set()
    for name in tables:
        if name.startswith("raw_"):
            target.execute(f'DROP TABLE "{name}"')
        else:
            found |= marks_in_values(value for row in target.execute(f'SELECT * FROM "{name}"') for value in row)
    target.commit()
    target.execute("VACUUM")
    target.execute("PRAGMA journal_mode = DELETE")
    target.close()
    return found | as_text(MARK_BYTES.findall(copy.read_bytes()))


def marks_in_values(values: Iterable[object]) -> set[str]:
    found: set[str] = set()
    for value in values:
        if isinstance(value, bytes):
            found |= as_text(MARK_BYTES.findall(value))
        elif isinstance(value, (list, tuple)):
            found |= marks_in_values(value)
        elif isinstance(value, dict):
            found |= marks_in_values((*value.keys(), *value.values()))
        elif value is not None:
            found |= set(MARK.findall(str(value)))
    return found


def as_text(found: Iterable[bytes]) -> set[str]:
    return {mark.decode() for mark in found}


def searched(world: Path) -> Iterator[Path]:
    """Every file but the vault and what was given; SQLite's own side files are read through their database."""
    for path in sorted((*(world / "workspace").rglob("*"), *(world / "out").rglob("*"))):
        if path.is_file() and not path.name.startswith("vault.db") and not path.name.endswith(("-wal", "-shm")):
            yield path


def test_no_mark_of_a_person_is_found_anywhere(world: Path, tmp_path: Path) -> None:
    found = {str(path.relative_to(world)): sorted(marks)[:3] for path in searched(world) if (marks := marks_in(path, tmp_path))}
    assert found == {}


def test_the_search_covers_every_kind_of_file(world: Path) -> None:
    paths = list(searched(world))
    assert {path.suffix for path in paths} >= {".html", ".xlsx", ".csv", ".parquet", ".gexf", ".graphml", ".db", ".toml", ".txt"}
    assert {path.relative_to(world).parts[1] for path in paths if len(path.relative_to(world).parts) > 2} >= {
        "runs",
        "reports",
        "rejects",
        "exports",
    }


def test_the_marks_did_go_in(world: Path) -> None:
    with closing(sqlite3.connect(world / "workspace" / "fanfit.db")) as database:
        profiles = marks_in_values(value for row in database.execute("SELECT * FROM raw_profile") for value in row)
        posts = marks_in_values(value for row in database.execute("SELECT * FROM raw_post") for value in row)
    with closing(sqlite3.connect(world / "workspace" / "vault.db")) as vault:
        tables = [name for (name,) in vault.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        ids = {
            mark
            for name in tables
            for mark in marks_in_values(value for row in vault.execute(f'SELECT * FROM "{name}"') for value in row)
        }
    assert {re.sub(r"\d", "", mark) for mark in profiles} >= {"zqxname", "zqxbio", "zqxhandle"}
    assert any(mark.startswith("zqxtext") for mark in posts)
    assert len([mark for mark in ids if mark.startswith("zqxperson")]) == SIZES.people


@pytest.mark.parametrize("where", ["text", "utf16", "workbook", "parquet", "database"])
def test_a_planted_mark_is_found(world: Path, tmp_path: Path, where: str) -> None:
    import pyarrow as pa

    mark = "zqxname7"
    if where == "workbook":
        path = tmp_path / "planted.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/sharedStrings.xml", f"<t>{mark}</t>")
    elif where == "parquet":
        path = tmp_path / "planted.parquet"
        pq.write_table(pa.table({"a": [["", mark]] * 50}), path, compression="zstd")
    elif where == "database":
        path = tmp_path / "planted.db"
        shutil.copy(world / "out" / "backup.db", path)
        with sqlite3.connect(path) as database:
            database.execute("UPDATE candidate SET note = ? WHERE rowid = 1", (mark,))
        database.close()
    else:
        path = tmp_path / "planted.html"
        path.write_bytes(mark.encode("utf-16-le" if where == "utf16" else "utf-8"))
    found = marks_in(path, tmp_path)
    assert mark in found
    # in a database's bytes the next value may begin with a digit and stand right behind the mark
    assert all(each.startswith(mark) for each in found)
