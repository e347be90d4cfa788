"""Export the graph of named accounts from the store; persons stay inside the counts."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.graph.account_graph import account_graph, write_graph
from scoring.graph.known_for import known_for
from scoring.results import AccountRef
from storage import matrices as m
from storage.errors import NotFound
from storage.text_index import unpack

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.engine import Store


def export_graph(store: "Store", path: Path, file_format: str, *, least: int, seed: int) -> tuple[int, int]:
    """Write the graph of every named account that someone in the store follows; counts of accounts and edges.

    Raises:
        NotFound: no named account has a follower in the store.
    """
    with store.read() as conn:
        keys, ids = m.read_named(conn)
        edges = m.read_incoming(conn, keys)
        faces = m.read_faces(conn, keys)
        public = public_counts(conn, keys)
        known = known_topics(conn, keys)
    if not len(edges.account):
        message = "no named account has a follower in the store yet: bring in lists with `fanfit import follows FILE`"
        raise NotFound(message)
    column = m.positions(edges.account, keys)
    people = m.distinct(edges.follower)
    matrix = sparse.csr_matrix(
        (np.ones(len(column), np.int64), (m.positions(edges.follower, people), column)),
        shape=(len(people), len(keys)),
    )
    degree = np.bincount(column, minlength=len(keys))
    used = np.flatnonzero(degree)
    refs, categories = [], []
    names = m.key_list(keys)
    for place in used.tolist():
        handle, name, url, category = faces.get(names[place], (None, None, None, None))
        platform, native_id = ids[place]
        refs.append(AccountRef(platform, native_id, handle=handle, name=name, url=url))
        categories.append(category)
    stated = [public.get(names[place]) for place in used.tolist()]
    graph = account_graph(
        matrix[:, used], refs, degree[used].tolist(), public=stated, category=categories, known_for=[known.get(names[place]) for place in used.tolist()],
        least=least, seed=seed,
    )  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    write_graph(graph, path, file_format)
    return graph.number_of_nodes(), graph.number_of_edges()


def known_topics(conn: "Connection", keys: m.Keys) -> dict[bytes, str | None]:
    """The interest that each account's own posts speak of most, by all that is held of them."""
    texts = m.read_texts(conn, keys)
    parts: dict[bytes, list[tuple[NDArray[np.int64], NDArray[np.int64], int]]] = {}
    for key, blob, words in zip(m.key_list(texts.account), texts.counts, texts.words.tolist(), strict=True):
        parts.setdefault(key, []).append((*unpack(blob), words))
    found: dict[bytes, str | None] = {}
    for key, rows in parts.items():
        terms, back = np.unique(np.concatenate([each[0] for each in rows]), return_inverse=True)
        counts = np.bincount(back, np.concatenate([each[1] for each in rows])).astype(np.int64)
        found[key] = known_for(terms, counts, sum(each[2] for each in rows))
    return found


def public_counts(conn: "Connection", keys: m.Keys) -> dict[bytes, int]:
    """Followers as the platform states them: the newest count, else what the newest list said of its length."""
    lists = sorted(m.read_pulls(conn, "followers", keys), key=lambda pull: (pull.pulled_at, pull.id))
    stated = {pull.account: pull.total for pull in lists if pull.total is not None}
    counts = m.read_counts(conn, keys)
    shown = zip(m.key_list(counts.account), counts.features[:, 0].tolist(), strict=True)
    return stated | {key: int(followers) for key, followers in shown if not np.isnan(followers)}
