"""Texts to counts: jieba is the oracle of the tokens, one text at a time the oracle of the batch."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text import terms
from scoring.text.cleaning import one_line_each
from scoring.text.indexer import JiebaIndexer, dictionary_version
from scoring.text.lexicon import known_phrases, user_words
from scoring.text.phrases import PhraseMatcher
from scoring.text.tokens import python_cut, rust_cut

WORDS = sorted(user_words())
RUST, PYTHON = rust_cut(WORDS), python_cut(WORDS)
INDEXER = JiebaIndexer(RUST)
PIECES = ["露营", "帐篷", "今天", "天气", "真好", "A股", "iPhone", "15 Pro", "3.5%", "http://t.cn/x", "@某人", "#话题#", "🏕️", "，", "。", "\n", " ",
          "乒乓球拍卖完了", "南京市长江大桥", "求推荐", "sleeping bag", "don't buy", "ＡＢＣ", "龘", "é", "//@谁:原文", "转发微博"]  # fmt: skip
MIXED = st.one_of(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.text(max_size=40))


@given(MIXED)
@settings(max_examples=300)
def test_rjieba_cuts_like_jieba(text: str) -> None:
    assert RUST(text) == PYTHON(text)


def test_rjieba_cuts_like_jieba_on_real_titles(real_data: Path) -> None:
    path = real_data / "zh_topics_thucnews" / "titles.parquet"
    if not path.exists():
        pytest.skip(f"no data at {path}")
    parquet = pytest.importorskip("pyarrow.parquet")
    titles = parquet.read_table(path).column("title").to_pylist()[:4000]
    assert [RUST(title) for title in titles] == [PYTHON(title) for title in titles]
    flat = [token for number, title in enumerate(titles) for token in ([] if number == 0 else ["\n"]) + PYTHON(title)]
    assert RUST("\n".join(titles)) == flat


@given(st.lists(MIXED, max_size=8))
@settings(max_examples=150)
def test_many_texts_at_once_are_the_texts_one_by_one(texts: list[str]) -> None:
    together, tables = INDEXER.index(texts), list(INDEXER.tables(texts))
    assert len(together) == len(texts)
    rows = [(table, row) for table in tables for row in range(len(table.words))]
    for number, text in enumerate(texts):
        alone = INDEXER.index([text])[0]
        for counted in (together[number], alone):
            assert (np.diff(counted.terms) > 0).all()
        assert np.array_equal(together[number].terms, alone.terms)
        assert np.array_equal(together[number].counts, alone.counts)
        assert (together[number].words, together[number].spelled) == (alone.words, alone.spelled)
        table, row = rows[number]
        part = slice(table.bounds[row], table.bounds[row + 1])
        assert np.array_equal(table.terms[part], alone.terms)
        assert np.array_equal(table.counts[part], alone.counts)
        assert table.words[row] == alone.words


@given(MIXED)
@settings(max_examples=150)
def test_counts_are_those_of_plain_python(text: str) -> None:
    """The slow, exact version: count words, pairs, n-grams and phrases one after the other."""
    words = INDEXER.words(text)
    line = one_line_each([text]).lower()
    expected = Counter(terms.word_term(word) for word in words)
    expected.update(terms.bigram_term(a, b) for a, b in pairwise(words))
    expected.update(terms.char_terms(line).tolist())
    expected.update(PhraseMatcher(sorted(known_phrases())).find(line, terms.code_points(line))[0].tolist())
    counted = INDEXER.index([text])[0]
    assert dict(zip(counted.terms.tolist(), counted.counts.tolist(), strict=True)) == dict(expected)
    assert counted.words == len(words)
    assert counted.spelled == {terms.word_term(word): word for word in words}


def test_fallback_counts_the_same() -> None:
    texts = ["周末去露营,求推荐帐篷!", "Any recommendations for a sleeping bag?", ""]
    for ours, theirs in zip(INDEXER.index(texts), JiebaIndexer(PYTHON).index(texts), strict=True):
        assert np.array_equal(ours.terms, theirs.terms)
        assert np.array_equal(ours.counts, theirs.counts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("周末去露营 //@小明:我也要去滑雪", ("周末", "露营")),
        ("转发微博", ()),
        ("@someone@mastodon.social 看 https://t.cn/A6abc?x=1#frag帐篷", ("帐篷",)),
        ("回复@小红:帐篷不错", ("帐篷", "不错")),
        ("#露营# 🏕️ 2024 12.5%", ("露营", "🏕")),
        ("The tent is great, and THE TENT is mine", ("tent", "great", "tent")),
        ("第一行帐篷\n第二行睡袋\r\n", ("第一行", "帐篷", "第二行", "睡袋")),
        ("...!!!,,,", ()),
    ],
)
def test_what_counts_as_content(text: str, words: tuple[str, ...]) -> None:
    assert INDEXER.words(text) == words


def test_two_line_breaks_do_not_shift_the_next_text() -> None:
    first, second = INDEXER.index(["帐篷\n\n睡袋", "滑雪"])
    assert set(first.spelled.values()) == {"帐篷", "睡袋"}
    assert set(second.spelled.values()) == {"滑雪"}


def test_dictionary_names_tokeniser_and_content() -> None:
    assert INDEXER.dictionary == dictionary_version()
    assert INDEXER.dictionary.startswith("rjieba-")


def test_phrases_match_whole_words_and_overlap() -> None:
    matcher = PhraseMatcher(["rv life", "求推荐", "推荐一款", "don't buy"])
    text = "rv lifestyle, RV life? 求推荐一款 I don't buy it".lower()
    found, places = matcher.find(text, terms.code_points(text))
    assert [text[place : place + 3] for place in places] == ["rv ", "求推荐", "推荐一", "don"]
    assert found.tolist() == [terms.phrase_term(each) for each in ("rv life", "求推荐", "推荐一款", "don't buy")]
    with pytest.raises(ValueError, match="one character"):
        PhraseMatcher(["车"])
