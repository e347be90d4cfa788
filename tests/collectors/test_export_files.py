"""Files of every format as tables: true lines, pages, what is refused whole."""

import codecs
import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import FileRefused, MappingError
from collectors.exports.columns import KINDS
from collectors.exports.delimited import _take
from collectors.exports.mapping import guess, plain_header, preset, read_mapping
from collectors.exports.sniff import probe
from collectors.exports.tables import open_table
from collectors.exports.templates import write_template

HEADER = ("platform", "account_id", "follower_id")
ROWS = [("weibo", "1001", f"20{number}") for number in range(7)]


def write(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8") -> Path:
    path.parent.mkdir(exist_ok=True)
    if path.suffix in {".csv", ".tsv"}:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if path.suffix == ".tsv" else ",", lineterminator="\n").writerows([HEADER, *rows])
        path.write_bytes(text.getvalue().encode(encoding))
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(dict(zip(HEADER, row, strict=True))) for row in rows), encoding=encoding)
    elif path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in [HEADER, *rows]:
            book.active.append(row)
        book.save(path)
    else:
        pq.write_table(pa.table({name: [row[index] for row in rows] for index, name in enumerate(HEADER)}), path)
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl", "parquet"])
@pytest.mark.parametrize("after", [0, 3, 4, 7])
def test_every_format_gives_the_same_rows_and_goes_on_where_asked(tmp_path: Path, ending: str, after: int) -> None:
    table = open_table(write(tmp_path / f"f.{ending}", ROWS))
    assert table.header == HEADER
    pages = list(table.pages(3, after=after))
    assert [row for page in pages for row in zip(*(page.columns[name] for name in HEADER), strict=True)] == ROWS[after:]
    assert [page.end for page in pages][-1:] == ([7] if after < 7 else [])
    first = 1 if ending in {"jsonl", "parquet"} else 2
    assert [line for page in pages for line in page.lines] == list(range(first + after, first + 7))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_found_out(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("昵称,用户ID\n小明跑步很快乐,123\n".encode(encoding))
    table = open_table(path)
    assert table.header == ("昵称", "用户ID")
    assert next(table.pages(10)).columns["昵称"] == ("小明跑步很快乐",)


def test_a_damaged_utf8_file_is_refused_with_its_line_and_not_read_as_chinese_noise(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("昵称,用户ID\n小明跑步很快乐,123\n".encode() + b"\xff\xfe,124\n")
    with pytest.raises(FileRefused, match="line 3"):
        probe(path)


def test_lines_stay_true_over_quoted_breaks_blank_rows_and_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b'a,b\r\n1,"x\r\ny"\r\n\r\n2,"z\nw"\r\n3\r\n4,"q"r\r\n5,e\r\n6,f,\r\n')
    pages = list(open_table(path).pages(100))
    assert [(line, cell) for page in pages for line, cell in zip(page.lines, page.columns["a"], strict=True)] == [
        (2, "1"), (5, "2"), (9, "5"), (10, "6"),
    ]  # fmt: skip
    assert [(reject.line, reject.reason) for page in pages for reject in page.rejects] == [
        (7, "1 cells"), (8, "quotation marks that do not pair"),
    ]  # fmt: skip
    small = list(open_table(path).pages(1))
    assert [line for page in small for line in page.lines] == [2, 5, 9, 10]
    assert [reject.line for page in small for reject in page.rejects] == [7, 8]
    assert small[-1].end == pages[-1].end


@given(st.lists(st.lists(st.text(alphabet='ab,"\n\r ', max_size=5), min_size=2, max_size=2), min_size=1, max_size=12))
def test_the_lines_rows_end_in_are_those_of_the_reader(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    lines = text.getvalue().splitlines(keepends=True)
    slow = csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True)
    expected = [(row, slow.line_num) for row in slow]
    found, ends = _take(csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True), 100)
    assert list(zip(found, ends, strict=True)) == expected
    assert len(lines) >= len(rows)


def test_an_endless_quote_costs_its_row_and_says_which_lines(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b\n1,x\n2,"open\n3,y\n')
    page = next(open_table(path).pages(100))
    assert page.columns["a"] == ("1",)
    assert "lines 3 to 4" in page.rejects[0].reason


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("f.csv", b"", "empty"),
        ("f.csv", b"\xef\xbb\xbf\n\n", "empty"),
        ("f.csv", b"PK\x03\x04....", "xlsx"),
        ("f.csv", b"PAR1....", "parquet"),
        ("f.csv", b"\xd0\xcf\x11\xe0....", "save it as .xlsx"),
        ("f.csv", b"\x1f\x8b....", "unpack"),
        ("f.csv", b"a\0b\0c\n", "binary"),
        ("f.csv", b'{"a": 1}\n', "JSON"),
        ("f.csv", b"<html>", "HTML"),
        ("f.jsonl", b"[1, 2]", "one object per line"),
        ("f.jsonl", b"a,b\n1,2\n", "one JSON object per line"),
        ("f.xlsx", b"a,b\n1,2\n", "no such file"),
        ("f.xlsx", b"PK\x03\x04 broken", "damaged"),
        ("f.parquet", b"PAR1 broken", "damaged"),
        ("f.xls", b"a", "Expected CSV"),
        ("f", b"a,b\n", "Expected CSV"),
        ("f.csv", b"7777123,weibo\n7654321,weibo\n", "looks like data"),
        ("f.csv", b"https://weibo.com/u/1,x\n", "looks like data"),
        ("f.csv", b"a,a\n1,2\n", "several columns"),
        ("f.csv", b'"a,b\n1,2\n', "quotation marks"),
        ("f.csv", b"a,b\n" + b"x" * (17 << 20), "16 MB"),
    ],
)
def test_what_is_no_table_is_refused_whole(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=says) as caught:
        open_table(path)
    assert "7777123" not in str(caught.value), "a first row of data is not quoted"


def test_a_missing_file_and_a_folder_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no file"):
        open_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileRefused, match="folder"):
        open_table(tmp_path / "folder.csv")


def test_utf16_without_its_mark_is_refused_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16-le"))
    with pytest.raises(FileRefused, match="UTF-16"):
        open_table(path)
    path.write_bytes(codecs.BOM_UTF16_LE + "a,b\n1,2\n".encode("utf-16-le"))
    assert open_table(path).header == ("a", "b")


def test_a_workbook_that_swells_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 << 20))
    with pytest.raises(FileRefused, match="unpacks"):
        open_table(path)


def test_hidden_rows_and_further_sheets_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id"])
    for number in range(3):
        book.active.append([str(number)])
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("other").append(["x"])
    book.save(tmp_path / "f.xlsx")
    table = open_table(tmp_path / "f.xlsx")
    assert "1 rows are hidden" in " ".join(table.warnings)
    assert "2 sheets" in " ".join(table.warnings)
    assert open_table(tmp_path / "f.xlsx", sheet="other").header == ("x",)
    with pytest.raises(FileRefused, match="no sheet"):
        open_table(tmp_path / "f.xlsx", sheet="none")


def test_gaps_in_a_workbook_keep_the_row_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A2"] = "id"
    book.active["A3"] = "7"
    book.active["A6"] = "8"
    book.save(tmp_path / "f.xlsx")
    page = next(open_table(tmp_path / "f.xlsx").pages(100))
    assert list(zip(page.lines, page.columns["id"], strict=True)) == [(3, "7"), (6, "8")]


def test_a_key_that_first_comes_late_is_a_column_too(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    early = [{"native_id": str(number)} for number in range(1500)]
    lines = [*map(json.dumps, early), "no object", json.dumps({"粉丝数": 7, "native_id": "x"})]
    path.write_text("\n".join(lines), encoding="utf-8")
    table = open_table(path)
    assert table.header == ("native_id", "粉丝数")
    *_, last = table.pages(1000)
    assert (last.columns["native_id"][-1], last.columns["粉丝数"][-2:]) == ("x", [None, 7])


def test_keys_without_end_are_no_table(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text("\n".join(json.dumps({f"k{number}": 1}) for number in range(1001)), encoding="utf-8")
    with pytest.raises(FileRefused, match="more than 1000 different keys by line 1001"):
        open_table(path)


def test_no_two_columns_of_a_kind_share_a_header() -> None:
    for kind in KINDS.values():
        owner: dict[str, str] = {}
        for column in kind.columns:
            for header in {plain_header(name) for name in (column.name, column.zh, *column.known_as)}:
                assert owner.setdefault(header, column.name) == column.name, (kind.name, header)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "jsonl", "parquet"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_template_is_understood_without_a_mapping(tmp_path: Path, kind: str, ending: str, lang: str) -> None:
    path = tmp_path / f"t.{ending}"
    write_template(KINDS[kind], path, lang=lang)  # type: ignore[arg-type]
    table = open_table(path)
    found = guess(KINDS[kind], table.header, constants={})
    assert set(found.columns) == set(KINDS[kind].names)
    assert found.doubts == ()
    with pytest.raises(FileRefused, match="exists already"):
        write_template(KINDS[kind], path, lang="zh")


def test_a_guess_knows_synonyms_and_says_what_is_unclear() -> None:
    found = guess(KINDS["accounts"], ["UID*", "昵称(必填)", "Followers Count", "odd"], constants={"platform": "weibo"})
    assert found.columns == {"native_id": "UID*", "name": "昵称(必填)", "followers": "Followers Count"}
    assert found.constants == {"platform": "weibo"}
    unclear = guess(KINDS["accounts"], ["uid", "达人ID"], constants={})
    assert len(unclear.doubts) == 1
    assert guess(KINDS["attributes"], ["ID", "性别", "地区"], constants={}).attributes == {"gender": "性别", "region": "地区"}


def test_presets_are_our_own_headers() -> None:
    kind = KINDS["follows"]
    assert preset("generic-zh", kind, ["粉丝ID", "用户ID"], constants={}).columns == {
        "account_id": "用户ID",
        "follower_id": "粉丝ID",
    }
    with pytest.raises(FileRefused, match="generic"):
        preset("other", kind, [], constants={})


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("columns:\n  account_id: 博主\n  fan: 粉丝\n", 3, 3, "no column of follows"),
        ("columns:\n  account_id: nothing\n", 2, 3, "no column headed"),
        ("colums:\n  a: b\n", 1, 1, "unknown section"),
        ("columns:\n  account_id: [a]\n", 2, 3, "one header"),
        ("columns: {a\n", 2, 1, "YAML"),
        ("- a\n", 1, 1, "columns:"),
        ("attributes:\n  gender: 博主\n", 2, 3, "unknown|attributes only|belongs"),
    ],
)
def test_a_wrong_mapping_is_refused_at_its_place(tmp_path: Path, text: str, line: int, column: int, says: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError, match=says) as caught:
        read_mapping(path, KINDS["follows"], ["博主", "粉丝"], constants={})
    assert (caught.value.line, caught.value.column) == (line, column)


def test_a_mapping_names_columns_and_constants(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("columns:\n  account_id: 博主\n  follower_id: 粉丝\nconstants:\n  platform: 微博\n", encoding="utf-8")
    found = read_mapping(path, KINDS["follows"], ["博主", "粉丝"], constants={"platform": "x"})
    assert found.columns == {"account_id": "博主", "follower_id": "粉丝"}
    assert found.constants == {"platform": "微博"}, "the mapping goes before --platform"


def test_a_mapping_states_values_and_cannot_make_a_minor_adult(tmp_path: Path) -> None:
    kind = KINDS["attributes"]
    path = tmp_path / "m.yaml"
    path.write_text("columns:\n  account_id: id\nattributes:\n  年龄段: 段\nvalues:\n  年龄段:\n    18~24岁: 18-24\n", "utf-8")
    mapping = read_mapping(path, kind, ["id", "段"], constants={})
    assert mapping.values == {"age_band": {"18~24岁": "18-24"}}
    assert mapping.document()["values"] == {"age_band": {"18~24岁": "18-24"}}
    path.write_text("columns:\n  account_id: id\nvalues:\n  age_band:\n    13-17: 18-24\n", "utf-8")
    with pytest.raises(MappingError, match=r"under 18.*line 5"):
        read_mapping(path, kind, ["id"], constants={})
    for wrong in ("values: [a]\n", "values:\n  gender: female\n", "values:\n  gender:\n    女:\n"):
        path.write_text(wrong, "utf-8")
        with pytest.raises(MappingError, match="values"):
            read_mapping(path, kind, ["id"], constants={})
    with pytest.raises(MappingError, match="only"):
        read_mapping(path, KINDS["posts"], ["id"], constants={})
