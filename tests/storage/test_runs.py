"""Runs and personas: written once, read back as they stood."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.engine import Store, create_store
from storage.errors import NotFound
from storage.runs import (
    NewRun,
    list_personas,
    list_runs,
    load_persona,
    load_persona_by_id,
    load_run,
    result_digest,
    save_persona,
    save_run,
)  # fmt: skip

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield store
    store.close()


def new_run(persona_id: int, **changes: object) -> NewRun:
    facts = {
        "persona_id": persona_id, "list_name": "spring", "parameters": {"sample": 50}, "seed": 7, "code_version": "0.1.0",
        "dictionary": "d1", "input_digest": "ab", "data_date": NOW - timedelta(days=1), "created": NOW,
        "snapshot_expires": NOW + timedelta(days=90), "result": {"cards": [{"p": 0.1}]},
    }  # fmt: skip
    return NewRun(**(facts | changes))


def test_a_run_comes_back_as_it_was_saved(own_store: Store) -> None:
    persona_id, _ = save_persona(own_store, "mothers", "must: []", "digest-1", NOW)
    run_id = save_run(own_store, new_run(persona_id))
    run = load_run(own_store, run_id)
    assert run.result == {"cards": [{"p": 0.1}]}
    assert run.parameters == {"sample": 50}
    assert (run.seed, run.dictionary, run.persona_id) == (7, "d1", persona_id)
    assert (run.summary.persona, run.summary.persona_version, run.summary.list_name) == ("mothers", 1, "spring")
    assert run.summary.created == NOW
    assert run.summary.data_date == NOW - timedelta(days=1)
    assert run.summary.recomputable


def test_without_a_number_the_newest_run_is_meant_and_lists_begin_with_it(own_store: Store) -> None:
    persona_id, _ = save_persona(own_store, "mothers", "must: []", "digest-1", NOW)
    first = save_run(own_store, new_run(persona_id))
    second = save_run(own_store, new_run(persona_id, list_name="autumn"))
    assert load_run(own_store).id == second
    assert [run.id for run in list_runs(own_store)] == [second, first]


def test_missing_runs_say_what_to_do(own_store: Store) -> None:
    with pytest.raises(NotFound, match="fanfit shortlist"):
        load_run(own_store)
    with pytest.raises(NotFound, match=r"no run 9.*fanfit runs list"):
        load_run(own_store, 9)
    with pytest.raises(NotFound, match="persona version"):
        save_run(own_store, new_run(41))


def test_the_same_persona_text_is_the_same_version_and_another_is_the_next(own_store: Store) -> None:
    first = save_persona(own_store, "mothers", "a", "digest-a", NOW)
    assert save_persona(own_store, "mothers", "a", "digest-a", NOW + timedelta(days=1)) == first
    second = save_persona(own_store, "mothers", "b", "digest-b", NOW)
    other = save_persona(own_store, "gamers", "a", "digest-a", NOW)
    assert (first[1], second[1], other[1]) == (1, 2, 1)
    assert load_persona(own_store, "mothers").text == "b"
    assert load_persona(own_store, "mothers", 1).text == "a"
    assert load_persona_by_id(own_store, second[0]).version == 2
    assert [(row.name, row.version) for row in list_personas(own_store)] == [("gamers", 1), ("mothers", 2), ("mothers", 1)]


def test_an_unknown_persona_is_refused_with_the_known_ones(own_store: Store) -> None:
    save_persona(own_store, "mothers", "a", "digest-a", NOW)
    with pytest.raises(NotFound, match=r'"fathers".*mothers'):
        load_persona(own_store, "fathers")
    with pytest.raises(NotFound, match='"mothers" version 3'):
        load_persona(own_store, "mothers", 3)


def test_the_result_digest_forgives_the_seventh_decimal_and_the_order_of_keys_only() -> None:
    digest = result_digest({"a": 0.1234561, "b": [1, -0.0]})
    assert digest == result_digest({"b": [1, 0.0], "a": 0.12345614})
    assert digest != result_digest({"a": 0.123457, "b": [1, 0.0]})
    assert digest != result_digest({"a": 0.1234561, "b": [2, 0.0]})
