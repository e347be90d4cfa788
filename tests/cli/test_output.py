"""Tables and JSON: hostile text stays text, missing is a dash, nothing is cut off in a pipe."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.output import Column, print_json, show_table
from cli.settings import load_settings
from cli.wiring import Session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(load_settings(tmp_path), tmp_path, "en", debug=False)


def test_a_name_in_brackets_is_not_markup(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    show_table(session, "[bold]title", [Column("a[/]")], [["[red]name[/red]"], ["\x1b[31mred"]], {}, as_json=False)
    out = capsys.readouterr().out
    assert "[red]name[/red]" in out
    assert "[bold]title" in out
    assert "\x1b" not in out


def test_missing_is_a_dash_and_zero_is_zero(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    show_table(session, "", [Column("a"), Column("b", "right")], [[None, 0]], {}, as_json=False)
    row = capsys.readouterr().out.splitlines()[3]
    assert "–" in row
    assert "0" in row


def test_nothing_is_cut_off_in_a_pipe(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    cells = [f"{number:030d}" for number in range(10)]
    show_table(session, "", [Column(str(n)) for n in range(10)], [cells], {}, as_json=False)
    out = capsys.readouterr().out
    assert [cell for cell in cells if cell not in out] == []


def test_json_goes_out_whole(session: Session, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = {"when": datetime(2026, 3, 1, tzinfo=UTC), "where": tmp_path, "名": None}
    show_table(session, "t", [Column("a")], [["x"]], document, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"when": "2026-03-01T00:00:00+00:00", "where": str(tmp_path), "名": None}


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        print_json({"share": float("nan")})
    with pytest.raises(TypeError, match="object"):
        print_json({"x": object()})


def test_a_narrow_terminal_goes_without_the_least_columns_and_says_which(
    session: Session, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [Column("kept"), Column("first to\ngo", drop=1), Column("second", drop=2)]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    shown = {}
    for width in (200, 44, 20):
        monkeypatch.setenv("COLUMNS", str(width))
        show_table(session, "", columns, [["a" * 12, "b" * 12, "c" * 12]], {}, as_json=False)
        shown[width] = capsys.readouterr()
    assert "b" * 12 in shown[200].out
    assert shown[200].err == ""
    assert "b" * 12 not in shown[44].out
    assert "c" * 12 in shown[44].out
    assert "c" * 12 not in shown[20].out
    assert "a" * 12 in shown[20].out
    assert "first to go, second" in shown[20].err
