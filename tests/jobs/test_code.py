"""The digest of the rooms: changed by any file that decides a result, by nothing else."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.code import code_version, digest


@pytest.fixture
def rooms(tmp_path: Path) -> dict[str, Path]:
    for room in ("scoring", "storage"):
        (tmp_path / room / "text").mkdir(parents=True)
        (tmp_path / room / "__init__.py").write_text("")
        (tmp_path / room / "text" / "words.txt").write_text("one\ntwo\n")
    return {room: tmp_path / room for room in ("scoring", "storage")}


def add_a_line(folder: Path) -> None:
    (folder / "text" / "words.txt").write_text("one\ntwo\nthree\n")


def rename(folder: Path) -> None:
    (folder / "text" / "words.txt").rename(folder / "text" / "terms.txt")


def add_a_file(folder: Path) -> None:
    (folder / "more.py").write_text("")


def move_text_to_its_neighbour(folder: Path) -> None:
    (folder / "__init__.py").write_text("one\n")
    (folder / "text" / "words.txt").write_text("two\n")


@pytest.mark.parametrize("change", [add_a_line, rename, add_a_file, move_text_to_its_neighbour])
def test_every_change_of_a_room_changes_the_digest(rooms: dict[str, Path], change: Callable[[Path], None]) -> None:
    before = digest(rooms)
    change(rooms["scoring"])
    assert digest(rooms) != before


def test_compiled_files_and_the_place_of_the_rooms_change_nothing(rooms: dict[str, Path], tmp_path: Path) -> None:
    before = digest(rooms)
    (rooms["scoring"] / "__pycache__").mkdir()
    (rooms["scoring"] / "__pycache__" / "x.pyc.140223").write_bytes(b"1")
    moved = tmp_path / "elsewhere"
    rooms["storage"].rename(moved)
    assert digest(rooms | {"storage": moved}) == before


def test_the_version_is_local_and_stays() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\+[0-9a-f]{8}", code_version())
    assert code_version() == code_version()
