"""Who stands in a kept input: the file tells the holder of the key, and joins with nothing."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.identity import Pseudonymiser
from storage.standing import FILE, stands_in, write_standing

IDS = Pseudonymiser(bytes(range(32)))
NAMES = st.lists(st.text("abcdefgh", min_size=1, max_size=5), unique=True, max_size=12)


@settings(max_examples=60, deadline=None)
@given(inside=NAMES, outside=NAMES, texts=NAMES)
def test_exactly_those_who_were_written_stand_in_it(inside: list[str], outside: list[str], texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        write_standing(path, IDS, IDS.of("sim", inside), texts)
        for name in {*inside, *outside}:
            assert stands_in(path, IDS, [IDS.one("sim", name)]) is (name in inside)
            assert stands_in(path, IDS, [], [name]) is (name in texts)
        assert stands_in(path, IDS, []) is False
        assert stands_in(path, IDS, IDS.of("sim", [*outside, *inside]), texts) is bool(texts or inside)


def test_a_text_is_known_however_it_was_written(tmp_path: Path) -> None:
    write_standing(tmp_path, IDS, [], ["https://weibo.example/u/Star?from=x", "@Moon"])
    assert [stands_in(tmp_path, IDS, [], [text]) for text in ("star", "@STAR", "moon", "https://other.example/moon")] == [
        True
    ] * 4
    assert not stands_in(tmp_path, IDS, [], ["sta"])


def test_two_inputs_of_the_same_people_have_nothing_in_common(tmp_path: Path) -> None:
    people = IDS.of("sim", [str(number) for number in range(500)])
    noted = []
    for name in "ab":
        write_standing(tmp_path / name, IDS, people, ["star"])
        data = (tmp_path / name / FILE).read_bytes()[16:]
        noted.append({data[start : start + 8] for start in range(0, len(data), 8)})
        assert (tmp_path / name / FILE).stat().st_mode & 0o777 == 0o600
    assert [len(each) for each in noted] == [501, 501]
    assert not noted[0] & noted[1]
    halves = {key[start : start + 8] for key in people for start in range(9)}
    assert not noted[0] & halves, "no part of a pseudonym stands in it"
    assert stands_in(tmp_path / "a", Pseudonymiser(bytes(32)), people, ["star"]) is False, "without the key nobody is found"


@pytest.mark.parametrize("content", [b"", b"short", bytes(16) + b"odd"])
def test_a_file_that_is_cut_off_does_not_tell(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert stands_in(tmp_path, IDS, [IDS.one("sim", "a")]) is None
    assert stands_in(tmp_path / "missing", IDS, [IDS.one("sim", "a")]) is None
