"""Texts as a signal: designed texts with a known answer, laws of evidence, and the real titles where they are."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from scoring.text.indexer import JiebaIndexer
from scoring.text.lexicon import interest_terms
from scoring.text.signal import TextSignal

CAMPING = ["周末去露营 帐篷 睡袋", "新买的帐篷和天幕", "露营地推荐 露营装备", "camping trip with a new tent", "营地篝火晚会"]
OTHER = ["股票又跌停了", "基金净值上涨", "今晚看足球英超", "口红试色分享", "the new phone has a better camera"]


def counted(texts: list[str]) -> tuple[sparse.csr_matrix, np.ndarray, np.ndarray]:
    tables = list(JiebaIndexer().tables(texts))
    terms, columns = np.unique(np.concatenate([table.terms for table in tables]), return_inverse=True)
    bounds = np.cumsum([0, *(length for table in tables for length in np.diff(table.bounds))])
    counts = np.concatenate([table.counts for table in tables])
    matrix = sparse.csr_matrix((counts, columns, bounds), shape=(len(texts), len(terms)))
    return matrix, terms, np.concatenate([table.words for table in tables])


def test_learned_signal_tells_apart_and_knows_when_it_knows_nothing() -> None:
    counts, terms, _ = counted(CAMPING * 4 + OTHER * 4)
    y = np.array([1.0] * 20 + [0.0] * 20)
    signal = TextSignal().fit(counts, terms, y)
    assert signal.calibrated_
    new, new_terms, _ = counted(["帐篷和睡袋", "基金和股票", "完全陌生龘龘", ""])
    probability, evidence = signal.predict(new, new_terms)
    assert probability[0] > 0.6
    assert probability[1] < 0.4
    assert evidence[0] > 0 < evidence[1]
    assert evidence[2:].tolist() == [0.0, 0.0]
    assert probability[2:].tolist() == [0.5, 0.5]


def test_rows_without_a_label_are_left_out_and_one_class_is_refused() -> None:
    counts, terms, _ = counted(CAMPING + OTHER)
    y = np.array([1.0] * 5 + [0.0] * 5)
    whole = TextSignal(min_people=1).fit(counts[:9], terms, y[:9])
    y[9] = np.nan
    part = TextSignal(min_people=1).fit(counts, terms, y)
    assert np.array_equal(whole.vocabulary_, part.vocabulary_)
    assert np.allclose(whole.coef_, part.coef_)
    with pytest.raises(ValueError, match="without it"):
        TextSignal().fit(counts[:5], terms, y[:5])


def test_order_and_further_columns_do_not_matter() -> None:
    counts, terms, _ = counted(CAMPING * 2 + OTHER * 2)
    signal = TextSignal().fit(counts, terms, np.array([1.0] * 10 + [0.0] * 10))
    few = sparse.csr_matrix(counts[:, ::2])
    wide = sparse.csr_matrix(sparse.hstack([few, sparse.csr_matrix(np.ones((20, 1), dtype=np.int64))]))
    unknown = np.int64(2**63 - 1)
    assert unknown not in terms
    for a, b in zip(signal.predict(few, terms[::2]), signal.predict(wide, np.append(terms[::2], unknown)), strict=True):
        assert np.allclose(a, b, atol=1e-12)


def test_at_most_so_many_terms_and_those_that_tell_most() -> None:
    counts, terms, _ = counted(CAMPING * 2 + OTHER * 2)
    signal = TextSignal(max_terms=12).fit(counts, terms, np.array([1.0] * 10 + [0.0] * 10))
    assert len(signal.vocabulary_) == 12
    assert (np.diff(signal.vocabulary_) > 0).all()


def test_no_vocabulary_says_the_prior() -> None:
    counts, terms, _ = counted(["一句话帐篷", "另外股票"])
    signal = TextSignal(min_people=2).fit(counts[:, :0], terms[:0], np.array([1.0, 0.0]))
    probability, evidence = signal.predict(counts, terms)
    assert probability.tolist() == [0.5, 0.5]
    assert evidence.tolist() == [0.0, 0.0]


def test_lexicon_signal_is_ranked_and_never_called_calibrated() -> None:
    ids, weights = interest_terms("outdoor.camping")
    counts, terms, words = counted(["露营帐篷睡袋", "露营真好,今天天气不错,下午开会,晚上写代码", "股票基金", ""])
    signal = TextSignal.from_lexicon(ids, weights, terms)
    assert not signal.calibrated_
    probability, evidence = signal.predict(counts, terms, words)
    assert probability[0] > probability[1] > probability[2]
    assert probability[2] == probability[3] == pytest.approx(1 / (1 + np.exp(2.7)))
    assert evidence.tolist() == words.tolist()
    more, _ = signal.predict(counts * 3, terms, words)
    assert (more[:2] > probability[:2]).all()


def test_real_titles(real_data: Path) -> None:
    path = real_data / "zh_topics_thucnews" / "titles.parquet"
    if not path.exists():
        pytest.skip(f"no data at {path}")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(path)
    split, topic = np.array(table.column("split").to_pylist()), np.array(table.column("topic").to_pylist())
    counts, terms, _ = counted(table.column("title").to_pylist())
    dev, test = split == "dev", split == "test"
    names = sorted(set(topic))
    scores = [
        TextSignal().fit(counts[dev], terms, (topic[dev] == name).astype(float)).predict(counts[test], terms)[0] for name in names
    ]
    accuracy = (np.array(names)[np.argmax(scores, axis=0)] == topic[test]).mean()
    assert accuracy >= 0.86
