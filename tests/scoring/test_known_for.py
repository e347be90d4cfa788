"""What an account is known for: designed texts with a known answer."""

import numpy as np
import pytest

from scoring.graph.known_for import known_for
from scoring.text.lexicon import interest_terms, interests


def text(*parts: tuple[str, int], words: int) -> tuple[np.ndarray, np.ndarray, int]:
    """The first words of interests, each used so many times, among `words` content words."""
    counts: dict[int, int] = {}
    for interest, times in parts:
        terms, weights = interest_terms(interest)
        term = int(terms[np.argmax(weights)])
        counts[term] = counts.get(term, 0) + times
    order = sorted(counts)
    return np.array(order, np.int64), np.array([counts[each] for each in order], np.int64), words


@pytest.mark.parametrize("name", [each.id for each in interests()])
def test_every_interest_can_be_what_an_account_is_known_for(name: str) -> None:
    found = known_for(*text((name, 9), words=100))
    assert found is not None
    own = set(interest_terms(name)[0].tolist())
    assert own & set(interest_terms(found)[0].tolist())


def test_the_interest_with_the_most_words_wins() -> None:
    assert known_for(*text(("outdoor.camping", 9), ("beauty.makeup", 4), words=100)) == "outdoor.camping"
    assert known_for(*text(("outdoor.camping", 4), ("beauty.makeup", 9), words=100)) == "beauty.makeup"


@pytest.mark.parametrize(
    ("times", "words", "known"), [(1, 10, False), (2, 10, True), (2, 100, True), (2, 101, False), (3, 150, True)]
)
def test_two_words_and_a_fiftieth_of_all_are_needed(times: int, words: int, known: bool) -> None:
    assert (known_for(*text(("outdoor.camping", times), words=words)) == "outdoor.camping") == known


def test_no_text_is_known_for_nothing() -> None:
    assert known_for(np.empty(0, np.int64), np.empty(0, np.int64), 0) is None
