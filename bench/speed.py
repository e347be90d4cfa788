"""Speed beside peers: what a user would write or pick, on the same input, alternated in one run; CPU seconds, medians, ratios.

    python bench/speed.py [--seeds N] [--rows 200000] [--edges 10000000]

Data by FANFIT_DATA (default ../shared/data beside the repository): 20,000 real Chinese titles of `zh_topics_thucnews`.
Absolute rates are of the machine that ran it; only the ratios travel.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise, repeat
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one BLAS thread (DECISIONS 26); before numpy is loaded

import numpy as np  # noqa: E402
from sqlalchemy import Engine, Table  # noqa: E402

from bench.pairs import Pair, measure  # noqa: E402

if TYPE_CHECKING:
    from scoring.text.indexer import CountTable

NOW = datetime(2026, 1, 5, tzinfo=UTC)
KEY = bytes(range(32))


def titles() -> list[str]:
    """The real titles, in file order."""
    import pyarrow.parquet as pq

    folder = Path(os.environ.get("FANFIT_DATA", ROOT.parent / "shared" / "data"))
    path = folder / "zh_topics_thucnews" / "titles.parquet"
    if not path.exists():
        message = f"no data at {path}: set FANFIT_DATA to the folder that holds zh_topics_thucnews/"
        raise SystemExit(message)
    return pq.read_table(path, columns=["title"]).column("title").to_pylist()


FIRST_PERSONA = ("足球", "球队", "比赛", "冠军", "联赛", "球员", "主场", "教练", "决赛", "进球")
SECOND_PERSONA = ("基金", "股市", "银行", "券商", "理财", "利率", "投资", "涨停", "楼市", "房价")


def peer_hits(cut: Callable[[str], list[str]], texts: list[str], words: tuple[str, ...]) -> np.ndarray:
    """What a user would write: jieba, its words, word pairs and character n-grams, hashed, times a persona's weights."""
    from sklearn.feature_extraction.text import HashingVectorizer

    def features(text: str) -> list[str]:
        tokens = [token for token in cut(text) if token.strip()]
        pairs = [f"{a} {b}" for a, b in pairwise(tokens)]
        grams = [f"#{text[i : i + n]}" for n in (2, 3) for i in range(len(text) - n + 1)]
        return tokens + pairs + grams

    vectorizer = HashingVectorizer(analyzer=features, n_features=2**22, norm=None, alternate_sign=False)
    weights = np.zeros(2**22)
    single = HashingVectorizer(analyzer=lambda word: [word], n_features=2**22, norm=None, alternate_sign=False)
    weights[single.transform(words).indices] = 1.0
    return np.asarray(vectorizer.transform(texts) @ weights)


def weigh(blobs: list[bytes], words: tuple[str, ...]) -> np.ndarray:
    """The same persona over stored counts: the run's own kernel over the packed blobs, then one look-up per term."""
    import pyarrow as pa

    from scoring.engines.kernels import unpack_counts
    from scoring.text.terms import word_term

    wanted = np.array([word_term(word) for word in words], dtype=np.int64)
    batch = pa.RecordBatch.from_arrays([pa.array(np.arange(len(blobs))), pa.array(blobs, pa.binary())], names=["node", "counts"])
    (rows,) = unpack_counts(iter([batch]))
    return hits_of(
        rows.column("node").to_numpy(), rows.column("term").to_numpy(), rows.column("count").to_numpy(), wanted, len(blobs)
    )


def hits_of(node: np.ndarray, term: np.ndarray, count: np.ndarray, wanted: np.ndarray, texts: int) -> np.ndarray:
    """How often each text says one of the wanted terms."""
    spoken = np.isin(term, wanted)
    return np.bincount(node[spoken], weights=count[spoken], minlength=texts)


def hits_of_table(table: "CountTable", wanted: np.ndarray) -> np.ndarray:
    """The same of counts in CSR form: only the terms that hit are looked up."""
    spoken = np.flatnonzero(np.isin(table.terms, wanted))
    text = np.searchsorted(table.bounds, spoken, side="right") - 1
    return np.bincount(text, weights=table.counts[spoken], minlength=len(table.words))


def agree(ours: object, theirs: object) -> bool:
    """The same hits for at least 99.9 % of the texts: the peer's hash has 22 bits and collides now and then."""
    return bool(np.mean(np.asarray(ours) == np.asarray(theirs)) >= 0.999)


def text_pairs(texts: list[str]) -> list[Pair]:
    """Tokenise and weigh once; then a second persona on what is stored."""
    from scoring.text.indexer import JiebaIndexer
    from scoring.text.lexicon import user_words
    from scoring.text.terms import word_term
    from scoring.text.tokens import python_cut
    from storage.text_index import pack

    cut = python_cut(sorted(user_words()))  # jieba itself, with the same user words
    indexer = JiebaIndexer()
    stored = [pack(item.terms, item.counts) for item in indexer.index(texts)]  # also loads the dictionary, as jieba's is loaded

    wanted = np.array([word_term(word) for word in FIRST_PERSONA], dtype=np.int64)

    def first() -> object:
        return np.concatenate([hits_of_table(table, wanted) for table in indexer.tables(texts)])

    peer = "jieba + HashingVectorizer"
    return [
        Pair("tokenise", peer, len(texts), first, lambda: peer_hits(cut, texts, FIRST_PERSONA), agree),
        Pair(
            "second_persona",
            peer,
            len(texts),
            lambda: weigh(stored, SECOND_PERSONA),
            lambda: peer_hits(cut, texts, SECOND_PERSONA),
            agree,
        ),
    ]


def follow_rows(rows: int) -> tuple[list[str], list[str]]:
    """Native ids of a follow file: 200 lists of distinct followers out of half as many people as rows."""
    rng = np.random.default_rng(1)
    accounts = [str(7_000_000_000 + k) for k in np.repeat(np.arange(200), rows // 200)]
    lists = [rng.choice(rows // 2, rows // 200, replace=False) for _ in range(200)]
    return accounts, [str(1_000_000_000 + i) for i in np.concatenate(lists)]


def ours_ingests(folder: Path, accounts: list[str], people: list[str]) -> int:
    """A follows import: pseudonyms, vault, pulls with members in order, edges, in pages with their positions."""
    from jobs.import_plan import LONG_PAGE_ROWS
    from jobs.importing import rare_collections
    from storage.engine import create_store
    from storage.imports import ImportRequest, begin_import, finish_import
    from storage.ingest import PageWriter
    from storage.records import FollowRecord, Frame, ListKind, Provenance, PullFacts
    from storage.tables import FOLLOW

    store = create_store(f"sqlite:///{folder}/ours.db", key=KEY, vault_path=folder / "vault.db")
    where = Provenance("bench", "synthetic", NOW)
    state = begin_import(store, ImportRequest("follows", "bench.csv", "bench", {}, where), now=NOW)
    writer = PageWriter(store, state.import_id, now=NOW, indexer=None, pull=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW))
    page = LONG_PAGE_ROWS
    with rare_collections():
        for first in range(0, len(people), page):
            rows = slice(first, first + page)
            records = list(map(FollowRecord, repeat("weibo"), accounts[rows], people[rows]))  # as the reader of a file makes them
            writer.write(records, position=min(first + page, len(people)))
    finish_import(store, state.import_id, now=NOW)
    return count_rows(store.engine, FOLLOW)


def theirs_ingests(folder: Path, accounts: list[str], people: list[str]) -> int:
    """What a user would write: models through `add_all`, pseudonymised by the same function."""
    from sqlmodel import Session, create_engine

    from storage.identity import Pseudonymiser
    from storage.models import Base, Follow
    from storage.tables import FOLLOW

    engine = create_engine(f"sqlite:///{folder}/theirs.db")
    Base.metadata.create_all(engine)
    pseudonyms = Pseudonymiser(KEY)
    seconds = int(NOW.timestamp())
    page = 10_000
    for first in range(0, len(people), page):
        owners = pseudonyms.of("weibo", accounts[first : first + page])
        followers = pseudonyms.of("weibo", people[first : first + page])
        with Session(engine) as session:
            session.add_all(
                [
                    Follow(account=owner, follower=follower, first_seen=seconds, last_seen=seconds)
                    for owner, follower in zip(owners, followers, strict=True)
                ]
            )
            session.commit()
    return count_rows(engine, FOLLOW)


def count_rows(engine: Engine, table: Table) -> int:
    """Rows of a table: what both must agree on."""
    from sqlalchemy import func, select

    with engine.connect() as connection:
        rows = connection.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return int(rows)


def ingest_pair(rows: int) -> Pair:
    """The same follow rows into two fresh SQLite files."""
    accounts, people = follow_rows(rows)

    def fresh(work: Callable[[Path, list[str], list[str]], int]) -> int:
        with tempfile.TemporaryDirectory() as folder:
            return work(Path(folder), accounts, people)

    return Pair(
        "ingest", "SQLModel add_all", len(people), lambda: fresh(ours_ingests), lambda: fresh(theirs_ingests), lambda a, b: a == b
    )


def aggregate_pair(edges: int) -> Pair:
    """Mean probability of each account's followers: what a run does with its pairs, beside a join and a group-by.

    A run's pairs stand in order of accounts; where each account starts is found once a run, before the first of many sums.
    """
    import pandas as pd

    from scoring.audience.sample import Sample

    rng = np.random.default_rng(2)
    accounts, people = 10_000, max(edges // 10, 1)
    account = np.sort(rng.integers(0, accounts, edges))
    person = rng.integers(0, people, edges)
    probability = rng.random(people)
    nothing = np.full(edges, np.nan)
    sample = Sample(accounts, account, nothing, nothing, np.ones(edges), np.zeros(accounts, np.int64))
    follows = pd.DataFrame({"account": account, "person": person})
    scores = pd.DataFrame({"person": np.arange(people), "probability": probability})

    def ours() -> object:
        return sample.per_account(probability[person]) / sample.size

    def theirs() -> object:
        return follows.merge(scores, on="person").groupby("account")["probability"].mean().to_numpy()

    return Pair("aggregate", "pandas merge + groupby", edges, ours, theirs, lambda a, b: bool(np.allclose(a, b, atol=1e-9)))


def main() -> None:
    """Measure, print the table, and one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5, help="rounds of each pair; the median counts")
    parser.add_argument("--rows", type=int, default=200_000, help="follow rows of the ingest pair")
    parser.add_argument("--edges", type=int, default=10_000_000, help="edges of the aggregate pair")
    asked = parser.parse_args()
    pairs = [*text_pairs(titles()), ingest_pair(asked.rows), aggregate_pair(asked.edges)]
    results = {}
    print(f"{'work':16}{'who':28}{'units per CPU s':>18}{'times the peer':>16}")
    for pair in pairs:
        results[pair.name] = measure(pair, asked.seeds)
        for who, figures in results[pair.name].items():
            print(f"{pair.name:16}{who:28}{figures['units_per_cpu_s']:>18,.0f}{figures['ratio']:>16.1f}")
    print(json.dumps({"bench": "speed", "results": results}))


if __name__ == "__main__":
    main()
