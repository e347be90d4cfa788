"""Accounts in stored personas: a marker stands where an erased one stood, the file stays a persona, and nothing else changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.persona import parse_persona
from storage.engine import Store
from storage.errors import Refused
from storage.personas import redacted, refuse_erased, without_seeds
from storage.privacy import forget
from storage.runs import load_persona_by_id, save_persona

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FILE = """# like @star and Star Fan
name: campers
note: fans of star, starlight and https://w.example/u/star
title: {zh: 露营, en: Fans of Star Fan}
must:
  - seeds: {positive: [star, "https://w.example/u/star", 123456, sun], negative: [moon]}   # star!
  - keywords: [star, camping]
should:
  - audience: outdoor
  - seeds:
      positive:
        - '@star'
"""


def test_seeds_notes_and_comments_are_redacted_and_words_are_not() -> None:
    text = redacted(FILE, {"star", "https://w.example/u/star", "@star", "123456", "moon"}, {"Star Fan"})
    assert text.splitlines()[:8] == [
        "# like (erased) and (erased)",
        "name: campers",
        "note: fans of (erased), starlight and (erased)",
        "title: {zh: 露营, en: Fans of (erased)}",
        "must:",
        '  - seeds: {positive: ["(erased 1)", "(erased 2)", "(erased 3)", sun], negative: ["(erased 4)"]}   # (erased)!',
        "  - keywords: [star, camping]",
        "should:",
    ]
    assert [trait.key for trait in parse_persona(text).traits][1:] == [
        "keywords:camping|star",
        "audience:outdoor",
        "seeds:(erased 5)",
    ]
    later = redacted(text, {"sun", "outdoor"})
    assert '"(erased 3)", "(erased 6)"' in later, "a marker is never used twice: a seed cannot be both wanted and not"
    assert 'audience: "(erased 7)"' in later
    parse_persona(later)


SEEDS = st.lists(st.text("ab@-_1", min_size=1, max_size=6), unique=True, min_size=2, max_size=8)


@settings(max_examples=100, deadline=None)
@given(seeds=SEEDS, data=st.data())
def test_every_erased_seed_goes_and_every_other_stays(seeds: list[str], data: st.DataObject) -> None:
    half = len(seeds) // 2
    quoted = ["[" + ", ".join(f"'{seed}'" for seed in part) + "]" for part in (seeds[:half], seeds[half:])]
    text = f"name: x\nmust:\n  - seeds: {{positive: {quoted[0]}, negative: {quoted[1]}}}\n"
    before = parse_persona(text).traits[0]
    erased = set(data.draw(st.lists(st.sampled_from(seeds), unique=True)))
    after = parse_persona(redacted(text, erased)).traits[0]
    for old, new in ((before.positive, after.positive), (before.negative, after.negative)):
        assert len(old) == len(new)
        assert all(b.startswith("(erased ") if a in erased else a == b for a, b in zip(old, new, strict=True))


def test_names_of_clauses_lose_their_seeds() -> None:
    result = {
        "seeds:star|a not moon": ["seeds:star", "audience:star", "keywords:star", "starlight", 3, None],
        "n": {"seeds:starlight": 1},
    }
    assert without_seeds(result, {"star", "moon"}) == {
        "seeds:(erased)|a not (erased)": ["seeds:(erased)", "audience:(erased)", "keywords:star", "starlight", 3, None],
        "n": {"seeds:starlight": 1},
    }
    assert without_seeds(result, set()) == result


def test_forget_redacts_stored_personas_and_the_file_does_not_come_back(store: Store) -> None:
    seed = "name: x\nmust:\n  - seeds: {positive: ['4711', '99']}\n"
    other = "name: y\nmust:\n  - interest: camping\n"
    ids = [save_persona(store, text[6], text, parse_persona(text).digest, NOW)[0] for text in (seed, other)]
    report = forget(store, "weibo", "4711", now=NOW, workspace=None)
    assert report.deleted["persona_version"] == 1
    assert [load_persona_by_id(store, number).text for number in ids] == [seed.replace("'4711'", '"(erased 1)"'), other]
    assert save_persona(store, "x", seed, parse_persona(seed).digest, NOW) == (ids[0], 1), "no new version with the account in it"
    with pytest.raises(Refused, match="erased") as refused:
        refuse_erased(store, "x", parse_persona(seed).digest, ["4711", "99"])
    assert "4711" not in str(refused.value)
    refuse_erased(store, "x", "another digest", ["99"])
