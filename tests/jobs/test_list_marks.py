"""A list's statuses: set, written into a workbook, marked there and here, read back: a three-way merge, field by field, nothing lost."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.comments import Comment

from collectors.errors import FileRefused
from jobs.list_diff import list_diff
from jobs.listing import field_value, history, listing, set_fields
from jobs.marking import Marking, read_marks, save_marks
from jobs.reporting import write_report
from jobs.scoring import run_shortlist
from reports.marks import FIELD_WORDS, STATUS_WORDS, field_of
from scoring.arrays import Parameters
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.errors import ClientMismatch, NotFound, Refused
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.list_changes import FIELDS, STATUSES, Edit, list_changes, save_edits, values_at
from storage.privacy import forget
from storage.records import (
    AccountRecord,
    AttributeRecord,
    AudienceBase,
    AudienceRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    PriceRecord,
    Provenance,
    PullFacts,
)
from storage.tables import LIST_CHANGE

NOW = datetime(2026, 3, 31, tzinfo=UTC)
PERSONA = "name: women\nmust:\n  - attribute: gender\n    in: [female]\n"
NAMES = {"a0": "晨曦日记", "a1": "=风 (1)", "a2": "Nora 🌲", "b0": "只有占比"}
HEADS = {name: FIELD_WORDS[name]("zh") for name in FIELDS}


def bring_in(store: Store, kind: str, records: list[Any], client: str = "", **writer: Any) -> None:
    state = begin_import(
        store,
        ImportRequest(
            kind, f"{kind}.csv", kind + client + str(writer.get("list_name")), {}, Provenance("test", "consent", NOW), client
        ),
        now=NOW,
    )
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """Three accounts with samples and one with shares only on the list "spring"; two of the first on "autumn"; one run of each."""
    folder = tmp_path_factory.mktemp("lists")
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    bring_in(
        store,
        "accounts",
        [AccountRecord("weibo", key, NOW, handle=key, name=name, followers=Count(40)) for key, name in NAMES.items()],
    )
    bring_in(store, "candidates", [CandidateRecord(key, "weibo", key) for key in NAMES], list_name="spring")
    bring_in(store, "candidates", [CandidateRecord(key, "weibo", key) for key in ("a1", "a2")], list_name="autumn")
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
    fans = [("a0", fan) for fan in range(30)] + [("a1", fan) for fan in range(20, 60)] + [("a2", fan) for fan in range(100, 140)]
    bring_in(store, "follows", [FollowRecord("weibo", key, f"fan{fan}") for key, fan in fans], pull=facts)
    people = sorted({fan for _, fan in fans})
    bring_in(
        store,
        "attributes",
        [AttributeRecord("weibo", f"fan{fan}", "gender", "female" if fan % 3 else "male", NOW) for fan in people],
    )
    shares = [
        AudienceRecord("weibo", "b0", AudienceBase.FOLLOWERS, "gender", bucket, share, observed_at=NOW)
        for bucket, share in (("female", 0.6), ("male", 0.4))
    ]
    bring_in(store, "audience", shares)
    bring_in(
        store,
        "prices",
        [PriceRecord("weibo", "a1", 90_000, "CNY", "post", NOW), PriceRecord("weibo", "a2", 70_000, "CNY", "post", NOW)],
    )
    for name in ("autumn", "spring"):
        run_shortlist(store, folder, PERSONA, name, Parameters(sample=None, draws=100), now=NOW, code_version="test")
    yield store, folder
    store.close()


@pytest.fixture(autouse=True)
def clean(world: tuple[Store, Path]) -> None:
    wipe(world[0])


def wipe(store: Store) -> None:
    with store.write("test") as conn:
        conn.execute(LIST_CHANGE.delete())


def put(store: Store, account: str, by: str = "Mo", name: str = "spring", **values: str) -> int:
    return set_fields(store, name, [account], values, now=NOW, by=by)


def said(store: Store, name: str = "spring") -> dict[str, dict[str, str]]:
    return {each.account.native_id: dict(each.values) for each in listing(store, name).rows if each.values}


def written(world: tuple[Store, Path], where: Path, lang: Any = "zh") -> Path:
    _, [book] = write_report(*world, formats=["xlsx"], langs=[lang], folder=where)
    return book


def mark(store: Store, book: Path, *, take: bool = False) -> tuple[Marking, int]:
    found = read_marks(store, book)
    return found, save_marks(store, found, lambda _: take, now=NOW + timedelta(days=1), by="client", file_name=book.name)


class Sheets:
    """The marked sheets of a workbook: cells by account and field, whichever sheet has the row."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, load_workbook(path)
        self.sheets = [sheet for sheet in self.book if any(cell.value == "fanfit" for cell in sheet[1])]

    def column(self, sheet: Any, head: str) -> int:
        return next(int(cell.column) for cell in sheet[1] if cell.value == head)

    def row(self, account: str) -> tuple[Any, int]:
        label = NAMES[account]
        hits = [
            (sheet, cell.row)
            for sheet in self.sheets
            for cell in sheet["E" if sheet.title == "名单" else "C"]
            if cell.value == label
        ]
        [(sheet, row)] = hits
        return sheet, row

    def cell(self, account: str, head: str) -> Any:
        sheet, row = self.row(account)
        return sheet.cell(row, self.column(sheet, head))

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


# What people write: lines, emoji, marks of direction, what looks like a formula or an escape of the file format.
texts = st.text(alphabet="ab 文🌲\n=+_x0041_\u200f\u202e,;\"'", max_size=12).map(lambda text: field_value("note", text))
values_of = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["", *STATUSES]),
        "owner": texts.map(lambda text: " ".join(text.split())),
        "slot": texts,
        "note": texts,
        "mcn": texts,
    },
)
steps = st.lists(st.tuples(st.sampled_from(sorted(NAMES)), values_of), max_size=4)


def merged(base: Mapping[Any, str], here: Mapping[Any, str], file: Mapping[Any, str], *, take: bool) -> dict[Any, str]:
    found = {}
    for place in {*base, *here, *file}:
        b, h, f = (side.get(place, "") for side in (base, here, file))
        if f == b:
            found[place] = h
        elif h == b:
            found[place] = f
        else:
            found[place] = f if take or f == h else h
    return {place: value for place, value in found.items() if value}


def flat(told: Mapping[str, Mapping[str, str]]) -> dict[tuple[str, str], str]:
    return {(account, name): value for account, values in told.items() for name, value in values.items()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=steps, after=steps, typed=steps, take=st.booleans(), order=st.permutations([2, 3, 4]))
def test_a_marked_workbook_comes_back_as_the_three_way_merge_says(
    world: tuple[Store, Path], tmp_path: Path, before: Any, after: Any, typed: Any, take: bool, order: list[int]
) -> None:
    store, _ = world
    wipe(store)
    for account, values in before:
        put(store, account, **values)
    base = flat(said(store))
    sheets = Sheets(written(world, tmp_path))
    for account, values in after:
        put(store, account, **values)
    here, file = flat(said(store)), dict(base)
    for account, values in typed:
        for name, value in values.items():
            cell = sheets.cell(account, HEADS[name])
            cell.value, cell.data_type = (
                (STATUS_WORDS[value]("zh") if name == "status" and value else value) or None,
                "s" if value else "n",
            )
            file[account, name] = value
    main = sheets.sheets[0]
    rows = [[(cell.value, cell.data_type) for cell in row] for row in main.iter_rows(min_row=2, max_row=4)]
    for at, source in zip((2, 3, 4), order, strict=True):
        for cell, (value, kind) in zip(main[at], rows[source - 2], strict=True):
            cell.value, cell.data_type = value, kind
    found, _ = mark(store, sheets.save(), take=take)
    assert not found.problems
    wanted = merged(base, here, file, take=take)
    assert flat(said(store)) == wanted
    again, taken = mark(store, sheets.path, take=take)
    assert (taken == 0 or not take, flat(said(store))) == (True, wanted), "twice is once"
    assert {(each.account.native_id, each.field) for each in found.conflicts} == {
        place for place in {*here, *file, *base}
        if file.get(place, "") != base.get(place, "") and here.get(place, "") not in {base.get(place, ""), file.get(place, "")}
    }  # fmt: skip
    assert again.list_name == "spring"


def test_an_untouched_workbook_changes_nothing_in_either_language(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    put(store, "a1", status="已询价", owner="Mo", note="第一行\n第二行", order="1", order_reason="客户指定")
    put(store, "b0", status="sent to client")
    for lang in ("zh", "en"):
        found, taken = mark(store, written(world, tmp_path, lang))
        assert (taken, found.changed, found.conflicts, found.problems, found.rows, found.absent) == (0, (), (), (), 4, 0)


def test_both_sheets_of_grades_are_read_and_the_key_says_nothing(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    assert len(sheets.sheets) == 2
    for sheet in sheets.sheets:
        column = sheets.column(sheet, "fanfit")
        assert sheet.column_dimensions[sheet.cell(1, column).column_letter].hidden
        keys = [str(cell.value) for [cell] in sheet.iter_rows(min_row=2, min_col=column, max_col=column) if cell.value]
        assert keys
        assert all(re.fullmatch("[0-9a-f]+-[0-9a-f]{16}", key) for key in keys)
        assert sheet.data_validations.dataValidation[0].formula1.count(",") == len(STATUSES) - 1
    sheets.cell("b0", HEADS["status"]).value = " 通 过 ".replace(" ", "")
    sheets.cell("a2", HEADS["slot"]).value = datetime(2026, 12, 1)  # noqa: DTZ001 - a day as spreadsheets keep it
    mark(store, sheets.save())
    assert said(store) == {"b0": {"status": "approved"}, "a2": {"slot": "2026-12-01"}}


def test_comments_and_added_columns_go_into_the_note(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    put(store, "a0", note="ours")
    sheets = Sheets(written(world, tmp_path))
    sheet, row = sheets.row("a0")
    last = sheet.max_column + 1
    sheet.cell(1, last).value, sheet.cell(row, last).value = "客户意见", "太贵"
    sheets.cell("a0", "账号").comment = Comment("换一个?", "client")
    found, taken = mark(store, sheets.save())
    assert (taken, said(store)["a0"]["note"]) == (1, "ours\n\n客户意见: 太贵\n换一个?")
    assert mark(store, sheets.path)[1] == 0
    assert found.changed[0].field == "note"


def test_what_cannot_be_taken_is_named_by_its_cell_and_the_rest_is_taken(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    sheet = sheets.sheets[0]
    bad = sheets.cell("a0", HEADS["status"])
    bad.value = "maybe"
    sheets.cell("a0", HEADS["owner"]).value = "Li"
    place = sheets.cell("a1", HEADS["order"])
    place.value = "first"
    formula = sheets.cell("a2", HEADS["note"])
    formula.value = "=1/0"
    sheet.cell(5, 5).value, sheet.cell(5, sheets.column(sheet, HEADS["status"])).value = "new one", "通过"
    found, taken = mark(store, sheets.save())
    assert {(each.place, each.kind) for each in found.problems} == {
        (bad.coordinate, "bad_value"), (place.coordinate, "bad_value"), (formula.coordinate, "bad_value"), ("5", "no_key"),
    }  # fmt: skip
    assert (taken, said(store)) == (1, {"a0": {"owner": "Li"}})


def test_columns_sorted_apart_from_their_keys_are_refused_row_by_row(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    for account in ("a0", "a1", "a2"):
        sheets.cell(account, HEADS["status"]).value = "通过"
    sheet = sheets.sheets[0]
    keys = sheets.column(sheet, "fanfit")
    sheet.cell(2, keys).value, sheet.cell(3, keys).value = sheet.cell(3, keys).value, sheet.cell(2, keys).value
    found, taken = mark(store, sheets.save())
    assert [(each.place, each.kind) for each in found.problems] == [("2", "other_account"), ("3", "other_account")]
    assert taken == 1


@pytest.mark.parametrize("key", ["", "0-0000000000000000", "x", "ffffffffffffffffffff-00"])
def test_an_altered_key_is_nobodys_row(world: tuple[Store, Path], tmp_path: Path, key: str) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    sheets.cell("a0", HEADS["status"]).value = "通过"
    sheets.cell("a1", HEADS["status"]).value = "备选"
    sheets.cell("a0", "fanfit").value = key or None
    found, taken = mark(store, sheets.save())
    assert [each.kind for each in found.problems] == ["unknown_key" if key else "no_key"]
    assert (taken, said(store)) == (1, {"a1": {"status": "reserve"}})


def test_rows_deleted_or_hidden_and_columns_missing_change_nothing_else(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    put(store, "a0", status="通过", owner="Mo")
    sheets = Sheets(written(world, tmp_path))
    sheet, row = sheets.row("a1")
    sheet.row_dimensions[row].hidden = True
    sheets.cell("a1", HEADS["status"]).value = "淘汰"
    for each in sheets.sheets:
        each.delete_cols(sheets.column(each, HEADS["owner"]))
    sheet.delete_rows(sheets.row("a0")[1])
    found, taken = mark(store, sheets.save())
    assert (found.absent, found.hidden, found.columns, taken) == (1, 1, ("owner",), 1)
    assert said(store) == {"a0": {"status": "approved", "owner": "Mo"}, "a1": {"status": "rejected"}}


def test_one_account_on_two_rows_counts_once_and_a_contradiction_is_said(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    sheet, row = sheets.row("a0")
    for cell in list(sheet[row]):
        sheet.cell(9, cell.column).value = cell.value
    status = sheets.column(sheet, HEADS["status"])
    sheet.cell(9, status).value = "通过"
    book = sheets.save()
    assert mark(store, book)[1] == 1, "the row that says what went out says nothing new"
    wipe(store)
    sheet.cell(row, status).value = "淘汰"
    found, taken = mark(store, sheets.save())
    assert ([each.kind for each in found.problems], taken) == (["twice"], 0)


def test_a_file_of_another_workspace_or_none_of_ours_is_refused(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    book = written(world, tmp_path)
    other = create_store(f"sqlite:///{tmp_path / 'other.db'}", key=bytes(range(1, 33)), vault_path=tmp_path / "other-vault.db")
    with pytest.raises(Refused, match="written by another workspace"):
        read_marks(other, book)
    other.close()
    sheets = Sheets(book)
    for sheet in sheets.sheets:
        sheet.delete_cols(sheets.column(sheet, "fanfit"))
    with pytest.raises(Refused, match="hidden column 'fanfit'"):
        read_marks(store, sheets.save())
    (tmp_path / "note.xlsx").write_text("no workbook", "utf-8")
    with pytest.raises(FileRefused):
        read_marks(store, tmp_path / "note.xlsx")


def test_two_files_of_two_states_in_one_take_the_later_row(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    first = Sheets(written(world, tmp_path))
    old_key = first.cell("a0", "fanfit").value
    put(store, "a0", owner="Mo")
    (tmp_path / "second").mkdir()
    sheets = Sheets(written(world, tmp_path / "second"))
    sheet, row = sheets.row("a0")
    for cell in list(sheet[row]):
        sheet.cell(9, cell.column).value = cell.value
    sheet.cell(9, sheets.column(sheet, "fanfit")).value = old_key
    sheet.cell(9, sheets.column(sheet, HEADS["owner"])).value = "Nobody"
    found, taken = mark(store, sheets.save())
    assert ([(each.place, each.kind) for each in found.problems], taken) == ([("9", "older")], 0)


def test_a_field_that_changes_between_comparing_and_writing_stops_all(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, _ = world
    sheets = Sheets(written(world, tmp_path))
    sheets.cell("a0", HEADS["status"]).value = sheets.cell("a1", HEADS["status"]).value = "通过"
    found = read_marks(store, sheets.save())
    put(store, "a1", status="淘汰")
    with pytest.raises(Refused, match="1 of 2 fields were changed by somebody else meanwhile"):
        save_marks(store, found, lambda _: True, now=NOW, by="", file_name="x.xlsx")
    assert said(store) == {"a1": {"status": "rejected"}}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"status": "nonsense"}, "is no status"), ({"order": "0"}, "whole number from 1"), ({"order": "1.5"}, "whole number from 1"),
        ({"order": "3"}, "without a reason"), ({"owner": "x" * 201}, "up to 200 are kept"),
    ],
)  # fmt: skip
def test_what_no_list_can_hold_is_refused_and_nothing_written(
    world: tuple[Store, Path], values: dict[str, str], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        put(world[0], "a0", **values)
    assert said(world[0]) == {}


def test_own_places_come_first_then_the_run_s_order_and_grades_stay_apart(world: tuple[Store, Path]) -> None:
    store, _ = world
    before = listing(store, "spring").rows
    assert [each.grade for each in before] == ["A", "A", "A", "B"]
    assert [each.place for each in before] == [1, 2, 3, None]
    put(store, "b0", order="\uff11", order_reason="client's wish")
    assert said(store)["b0"]["order"] == "1", "full width digits are a place"
    after = listing(store, "spring").rows
    assert [each.account.native_id for each in after] == ["b0", *(each.account.native_id for each in before[:3])]
    assert after[0].place is None, "a place of one's own is no rank"


def test_the_history_keeps_every_step_and_who(world: tuple[Store, Path]) -> None:
    store, _ = world
    put(store, "a0", status="待询价", by="Mo")
    put(store, "a0", status="已询价", by="Li")
    assert put(store, "a0", status="quoted") == 0, "what it says already is no change"
    put(store, "a0", status="")
    assert [(each.value, each.by) for _, each in history(store, "spring", "晨曦日记")] == [
        ("to_quote", "Mo"),
        ("quoted", "Li"),
        ("", "Mo"),
    ]
    assert said(store) == {}
    with pytest.raises(NotFound, match="is no account of the list 'autumn'"):
        history(store, "autumn", "a0")


def test_a_list_of_one_client_is_not_read_or_set_for_another(world: tuple[Store, Path], tmp_path: Path) -> None:
    store, folder = world
    bring_in(store, "candidates", [CandidateRecord("a1", "weibo", "a1")], "Acme", list_name="acme")
    run_shortlist(store, folder, PERSONA, "acme", Parameters(sample=None, draws=100), now=NOW, code_version="test")
    book = written(world, tmp_path)
    for call in (
        lambda: listing(store, "acme", client="Brand"),
        lambda: set_fields(store, "acme", ["a1"], {"status": "通过"}, now=NOW, by="", client="Brand"),
        lambda: history(store, "acme", None, client="Brand"),
        lambda: read_marks(store, book, client="Brand"),
        lambda: list_diff(store, "spring", "acme", client="Brand"),
    ):
        with pytest.raises(ClientMismatch, match="Acme"):
            call()
    assert read_marks(store, book, client=" acme ").list_name == "acme"
    run_shortlist(store, folder, PERSONA, "spring", Parameters(sample=None, draws=100), now=NOW, code_version="test")


def test_two_lists_side_by_side(world: tuple[Store, Path]) -> None:
    store, _ = world
    found = list_diff(store, "spring", "autumn")
    assert {each.account.native_id: each.on for each in found.rows} == {"a0": "a", "b0": "a", "a1": "both", "a2": "both"}
    assert (found.a.accounts, found.b.accounts, dict(found.a.cost), found.a.priced) == (4, 2, {"CNY": 160_000}, 2)
    assert (found.a.people, found.b.people, found.shared) == (100, 80, 80)
    assert found.shared_of_smaller == 1
    assert (found.a.estimated, found.b.estimated) == (3, 2)
    assert found.a.fitting is not None
    assert found.a.fitting[1] <= found.a.fitting[0] <= found.a.fitting[2]
    [shares] = [each.a for each in found.rows if each.account.native_id == "b0"]
    assert shares is not None
    assert (shares.grade, shares.place) == ("B", None), "a range has a band, no place"
    same = list_diff(store, "autumn", str(found.b.run_id))
    assert all(each.on == "both" and each.a == each.b for each in same.rows)


def test_who_is_forgotten_leaves_no_status(tmp_path: Path) -> None:
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    bring_in(
        store, "candidates", [CandidateRecord("a1", "weibo", "a1"), CandidateRecord("a2", "weibo", "a2")], list_name="spring"
    )
    for account in ("a1", "a2"):
        put(store, account, status="通过")
    forget(store, "weibo", "a1", now=NOW, workspace=None)
    assert [each.value for each in list_changes(store, "spring")] == ["approved"]
    store.close()


def test_no_other_column_of_a_report_is_called_as_one_that_is_read_back(world: tuple[Store, Path], tmp_path: Path) -> None:
    for lang in ("zh", "en"):
        for sheet in Sheets(written(world, tmp_path, lang)).sheets:
            heads = [field_of(str(cell.value)) for cell in sheet[1] if field_of(str(cell.value)) is not None]
            assert heads == list(FIELDS)


def test_the_newest_change_of_a_field_counts_and_earlier_states_can_be_read(world: tuple[Store, Path]) -> None:
    store, _ = world
    put(store, "a0", owner="Mo")
    [first] = list_changes(store, "spring")
    put(store, "a0", owner="Li")
    changes = list_changes(store, "spring")
    assert values_at(changes, first.id) == {(first.account, "owner"): "Mo"}
    assert values_at(changes) == {(first.account, "owner"): "Li"}
    with pytest.raises(Refused):
        save_edits(store, "spring", [Edit(first.account, "owner", "Wu", "Mo")], now=NOW, by="", source="")
