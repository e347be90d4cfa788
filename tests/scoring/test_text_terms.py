"""Ids of terms: stable for ever, apart by kind, and one law for single and many texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scoring.text import terms


def test_ids_are_the_same_on_every_machine() -> None:
    assert terms.word_term("露营") == 7037488875527735995
    assert terms.phrase_term("sleeping bag") == 6979372585042960380
    assert terms.bigram_term("周末", "露营") == 7192984311210237151
    assert terms.char_terms("露营").tolist() == [1754041859507401513]


def test_kinds_and_order_differ() -> None:
    ids = {
        terms.word_term("露营"),
        terms.phrase_term("露营"),
        int(terms.char_terms("露营")[0]),
        terms.bigram_term("露", "营"),
        terms.bigram_term("营", "露"),
    }
    assert len(ids) == 5
    assert terms.word_term("Nike") == terms.word_term("nike")


def test_character_grams_stay_inside_runs_of_letters() -> None:
    assert len(terms.char_terms("露营")) == 1
    assert len(terms.char_terms("露 营")) == 0
    assert len(terms.char_terms("abc,d")) == 2 + 1
    assert set(terms.char_terms("ABC")) == set(terms.char_terms("abc"))


@given(st.text(max_size=60))
def test_ids_have_63_bits_and_count_is_known(text: str) -> None:
    found = terms.char_terms(text)
    assert (found >= 0).all()
    runs, length = [], 0
    for inside in [*terms.is_letter(terms.code_points(text.lower())).tolist(), False]:
        length, runs = (length + 1, runs) if inside else (0, [*runs, length])
    assert len(found) == sum(max(run - 1, 0) + max(run - 2, 0) for run in runs)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=50, unique=True))
def test_mixing_never_collides_within_64_bits(values: list[int]) -> None:
    mixed = terms.mix(np.array(values, dtype=np.uint64))
    assert len(set(mixed.tolist())) >= len(values) - 1  # 63 of 64 bits are kept
