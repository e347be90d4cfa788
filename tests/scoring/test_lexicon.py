"""The taxonomy's own laws: sizes, no word twice in a family, every word countable, nothing sensitive."""

import re
from collections import Counter

import numpy as np
import pytest

from scoring.text.indexer import JiebaIndexer
from scoring.text.lexicon import (
    Interest,
    _data,
    children,
    entry_term,
    full_id,
    interest,
    interest_terms,
    interests,
    known_phrases,
    presets,
)
from scoring.text.sensitive import find_sensitive
from scoring.text.suggest import nearest_interests
from scoring.text.terms import phrase_term

ALL = interests()


def test_about_forty_interests_in_two_levels() -> None:
    assert 40 <= len(ALL) <= 55
    assert len({each.id for each in ALL}) == len(ALL)
    for each in ALL:
        assert re.fullmatch(r"[a-z]+(\.[a-z]+)?", each.id)
        assert each.parent == (each.id.split(".")[0] if "." in each.id else None)
        assert each.iab is None or re.fullmatch(r"[0-9A-Za-z]{1,6}", each.iab)


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_enough_words_in_both_languages(each: Interest) -> None:
    assert 18 <= len(each.words_zh) <= 50
    assert 15 <= len(each.words_en) <= 30


def test_no_word_stands_in_two_interests_unless_declared() -> None:
    shared = set(_data("interests.toml")["shared"])
    used = Counter(word for each in ALL for word in (*each.words_zh, *each.words_en))
    assert {word for word, times in used.items() if times > 1} == shared


def test_every_word_is_found_in_a_text_that_has_it() -> None:
    terms = {word: entry_term(word) for each in ALL for word in (*each.words_zh, *each.words_en)}
    terms |= {phrase: phrase_term(phrase) for phrase in known_phrases()}
    counted = JiebaIndexer().index(list(terms))
    assert [word for word, found in zip(terms, counted, strict=True) if terms[word] not in found.terms] == []


def test_nothing_sensitive_is_shipped() -> None:
    entries = [each for one in ALL for each in (one.id, one.zh, one.en, *one.words_zh, *one.words_en)] + sorted(known_phrases())
    assert [entry for entry in entries if find_sensitive(entry)] == []


def test_a_parent_speaks_with_its_childrens_words() -> None:
    own, weights = interest_terms("outdoor")
    below, _ = interest_terms("outdoor.camping")
    assert np.isin(below, own).all()
    assert (np.diff(own) > 0).all()
    assert ((weights > 0) & (weights <= 1)).all()
    assert [each.id for each in children("outdoor")] == ["outdoor.camping"]
    with pytest.raises(KeyError):
        interest_terms("nothing")


def test_short_ids_and_suggestions() -> None:
    assert full_id("camping") == "outdoor.camping"
    assert full_id("campin") is None
    assert interest("outdoor.camping").zh == "露营"
    for written in ("campin", "露营", "帐篷", "Camping", "tents", "OUTDOOR.CAMPING"):
        assert nearest_interests(written)[0].id == "outdoor.camping", written
    assert nearest_interests("qqqqqqqq") == []


def test_presets_hold_phrases_of_both_languages() -> None:
    assert {preset.id for preset in presets()} == {"asking", "buying", "complaining", "praising"}
    for preset in presets():
        assert any(phrase.isascii() for phrase in preset.phrases)
        assert any(not phrase.isascii() for phrase in preset.phrases)
