"""Texts still held are read again: for phrases of the persona's own, and where an older dictionary counted them (DECISIONS 25)."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.arrays import Parameters, ScoringInput
from scoring.engines.duck import DuckEngine
from scoring.errors import PersonaError
from scoring.inputs import take_snapshot
from scoring.loading import load_input
from scoring.persona import Persona, Trait, parse_persona
from scoring.text.indexer import count_phrases, dictionary_version
from scoring.text.terms import phrase_term, word_term

NOW = datetime(2026, 1, 5, tzinfo=UTC)
OWN = parse_persona("name: x\nmust:\n  - intent: {phrases: [想去露营], within_days: 30}\n", where="f")
PLAIN = parse_persona("name: x\nmust:\n  - interest: camping\n", where="f")
PHRASE = phrase_term("想去露营")


def post(world: Any, name: str, text: str, *, fetched_at: datetime = NOW, created_at: datetime = NOW) -> None:
    key = f"{name}-{len(world.rows.get('post', ()))}".encode().ljust(16)
    world.add("post", post=key, account=world.key(name), import_id=1, text_hash=key, created_at=created_at, fetched_at=fetched_at)
    world.add("raw_post", post=key, account=world.key(name), text=text, is_repost=False, fetched_at=fetched_at)


def scored(store: Any, folder: Path, persona: Persona, dictionary: str = "d1") -> tuple[Any, ScoringInput]:
    facts = take_snapshot(store, persona, "list", Parameters(sample=None), folder, now=NOW, dictionary=dictionary)
    with DuckEngine() as engine:
        return facts, load_input(folder, persona, Parameters(), engine)


@pytest.fixture(autouse=True)
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds and audiences name no account here, unless a test says so."""
    monkeypatch.setattr("scoring.inputs.taking._resolve", lambda _store, _text: None)


def test_phrases_are_counted_per_text() -> None:
    found = count_phrases(["想去露营,真的想去露营", "露营", "", "Want To\nGo camping"], ["想去露营", "to go"])
    assert [dict(zip(each.terms.tolist(), each.counts.tolist(), strict=True)) for each in found] == [
        {PHRASE: 2},
        {},
        {},
        {phrase_term("to go"): 1},
    ]
    assert count_phrases([], ["想去露营"]) == []


def test_an_own_phrase_is_found_in_texts_still_held(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    post(small_world, "p1", "周末想去露营")
    post(small_world, "p2", "还想去露营!想去露营")
    post(small_world, "p3", "想去露营", fetched_at=NOW - timedelta(days=8))  # outlived, though no purge has run yet
    post(small_world, "p4", "想去露营", created_at=NOW - timedelta(days=60))
    facts, got = scored(opened(small_world), tmp_path / "run", OWN)
    column = got.texts.terms.tolist().index(PHRASE)
    assert np.sort(got.texts.counts[:, [column]].toarray().ravel())[-4:].tolist() == [0, 1, 1, 2]
    assert got.recent_texts[30][:, [column]].sum() == 3
    assert got.texts.posts.sum() == 72, "a text that is read again is no further text"
    assert facts.share_at_dictionary == pytest.approx(3 / 73)
    plain, other = scored(opened(small_world), tmp_path / "plain", PLAIN)
    assert PHRASE not in other.texts.terms
    assert plain.share_at_dictionary == pytest.approx(72 / 73)


def test_a_kept_input_says_what_it_cannot_answer(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    post(small_world, "p1", "周末想去露营")
    plain, before = scored(opened(small_world), tmp_path / "plain", PLAIN)
    own, _ = scored(opened(small_world), tmp_path / "own", OWN)
    assert (plain.phrases, own.phrases) == ((), ("想去露营",))
    with DuckEngine() as engine:
        other = load_input(tmp_path / "plain", OWN, Parameters(), engine)
    assert other.texts.share_at_dictionary == 0, "nobody read the texts for this persona's phrase"
    assert not other.texts.counts[:, other.texts.terms == PHRASE].sum()
    with DuckEngine() as engine:
        again = load_input(tmp_path / "own", PLAIN, Parameters(), engine)
    assert again.texts.share_at_dictionary == own.share_at_dictionary < before.texts.share_at_dictionary


def test_row_order_changes_nothing(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    for number in range(9):
        post(small_world, f"p{number % 4}", f"想去露营 {number}")
    one, _ = scored(opened(small_world), tmp_path / "one", OWN)
    other, _ = scored(opened(small_world, shuffle=5), tmp_path / "other", OWN)
    assert one.digest == other.digest


def test_a_newer_dictionary_counts_held_texts_again(small_world: Any, opened: Callable[..., Any], tmp_path: Path) -> None:
    week = 2922
    monday = datetime(1970, 1, 5, tzinfo=UTC) + timedelta(weeks=week)
    rows = small_world.rows
    rows["text_week"] = []
    small_world.text("p1", {1: 1}, week=week, dictionary="old")
    small_world.text("p2", {1: 1}, week=week, dictionary="old")
    small_world.text("p3", {word_term("帐篷"): 1}, week=week, dictionary=dictionary_version())
    post(small_world, "p1", "新帐篷", created_at=monday)
    post(small_world, "p3", "帐篷", created_at=monday)
    facts, got = scored(opened(small_world), tmp_path / "run", PLAIN, dictionary_version())
    column = got.texts.terms.tolist().index(word_term("帐篷"))
    assert np.flatnonzero(got.texts.counts[:, [column]].toarray().ravel()).size == 2
    assert got.texts.counts[:, [column]].sum() == 2, "what the run's dictionary has counted is not counted again"
    assert 1 not in got.texts.terms
    assert facts.share_at_dictionary == pytest.approx(2 / 3)


def test_a_seed_of_a_sensitive_category_is_refused(
    small_world: Any, opened: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeded = Persona("s", {}, (Trait("seeds", "seeds:big", positive=("big",)),), (), (), 0.0, "x", "")
    monkeypatch.setattr("scoring.inputs.taking._resolve", lambda _store, text: small_world.key(text))
    take_snapshot(opened(small_world), seeded, "list", Parameters(), tmp_path / "run", now=NOW, dictionary="d1")
    profiles = [row for row in small_world.rows["profile_snapshot"] if row["handle"] == "big"]
    profiles[0]["category"] = "Church"
    store = opened(small_world)
    with pytest.raises(PersonaError, match=r"seed 'big'.*religion"):
        take_snapshot(store, seeded, "list", Parameters(), tmp_path / "other", now=NOW, dictionary="d1")
    assert not (tmp_path / "other").exists()
    audience = dataclasses.replace(seeded, must=(Trait("audience", "audience:big", audience="big"),))
    with pytest.raises(PersonaError, match="religion"):
        take_snapshot(store, audience, "list", Parameters(), tmp_path / "other", now=NOW, dictionary="d1")
