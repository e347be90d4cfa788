"""Pseudonyms and keys: known answers, no ambiguity, private files, messages that say what to do."""

import hashlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import WrongKey
from storage.identity import Pseudonymiser
from storage.keys import load_key, load_or_create_key

KEY = bytes(range(32))
NAMES = st.text(st.characters(exclude_characters="\0"), max_size=8)


def test_a_pseudonym_is_keyed_blake2b_of_platform_and_id() -> None:
    expected = hashlib.blake2b(b"weibo\x00123", digest_size=16, key=KEY, person=b"fanfit.account").digest()
    assert Pseudonymiser(KEY).one("weibo", "123") == expected
    assert Pseudonymiser(bytes(32)).one("weibo", "123") != expected


@given(st.tuples(NAMES, st.text(max_size=8)), st.tuples(NAMES, st.text(max_size=8)))
def test_two_accounts_never_share_a_pseudonym(one: tuple[str, str], other: tuple[str, str]) -> None:
    names = Pseudonymiser(KEY)
    assert (names.one(*one) == names.one(*other)) == (one == other)
    assert names.keyed_hash(*one) != names.one(*one)


@given(st.lists(st.text(max_size=4), max_size=30))
def test_a_batch_equals_one_by_one(native_ids: list[str]) -> None:
    names = Pseudonymiser(KEY)
    assert names.of("x", native_ids) == [names.one("x", native_id) for native_id in native_ids]
    assert all(len(pseudonym) == 16 for pseudonym in names.of("x", native_ids))


def test_a_platform_cannot_reach_into_the_id() -> None:
    with pytest.raises(ValueError, match="zero byte"):
        Pseudonymiser(KEY).one("weibo\x001", "23")


def test_the_fingerprint_tells_keys_apart_and_holds_no_key() -> None:
    prints = {Pseudonymiser(key).fingerprint() for key in (KEY, bytes(32))}
    assert len(prints) == 2
    assert KEY.hex()[:8] not in "".join(prints)


@pytest.mark.parametrize("length", [0, 16, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonymiser(bytes(length))


def test_a_new_key_is_private_and_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    key = load_or_create_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_key(path) == load_key(path) == key
    assert load_or_create_key(tmp_path / "other.key") != key


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    load_or_create_key(path)
    assert load_key(path, KEY.hex()) == KEY
    assert load_or_create_key(tmp_path / "none.key", KEY.hex()) == KEY
    assert not (tmp_path / "none.key").exists()


def test_a_lost_key_stops_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match=r"(?s)secret\.key.*FANFIT_KEY.*fanfit init"):
        load_key(tmp_path / "secret.key")


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "00" * 31, "中" * 64])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(WrongKey, match="64 hex digits") as caught:
        load_key(path)
    assert len(content) < 4 or content not in str(caught.value)
    if content:
        with pytest.raises(WrongKey, match="FANFIT_KEY"):
            load_key(path, content)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    load_or_create_key(path)
    path.chmod(0o644)
    with pytest.raises(WrongKey, match="chmod 600"):
        load_key(path)
