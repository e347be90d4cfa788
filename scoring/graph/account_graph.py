"""The graph of named accounts: who shares whose followers. A small networkx object; heavy products stay in scipy.sparse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from scipy import sparse

from scoring.results import AccountRef


def account_graph(
    edges: sparse.csr_matrix,
    accounts: Sequence[AccountRef],
    in_store: Sequence[int],
    *,
    public: Sequence[int | None] = (),
    category: Sequence[str | None] = (),
    known_for: Sequence[str | None] = (),
    least: int = 3,
    seed: int = 0,
) -> "nx.Graph[str]":
    """Accounts as nodes, an edge where two share at least `least` followers.

    `edges` is 0/1 of shape (people, accounts); `in_store` (accounts,) counts the followers in the store, `public` those that the
    platform states, `known_for` is the interest of their own posts. Nodes are "platform:native id" with label, platform, handle, url,
    category, known_for, followers_in_store, followers_public and community (Louvain over the cosine, numbered by size), each left out where unknown; edges carry `shared`,
    `cosine` (shared / sqrt of both accounts' followers in the store) and `weight`, which is the cosine.
    """
    incidence = sparse.csc_matrix(edges, dtype=np.int64)
    shared = sparse.coo_matrix(sparse.triu(incidence.T @ incidence, k=1))
    followers = np.maximum(np.asarray(incidence.sum(axis=0)).ravel(), 1)
    graph: nx.Graph[str] = nx.Graph()
    keys = [f"{ref.platform}:{ref.native_id}" for ref in accounts]
    for place, ref in enumerate(accounts):
        counts = int(in_store[place]), public[place] if public else None
        told = category[place] if category else None, known_for[place] if known_for else None
        graph.add_node(keys[place], **_attributes(ref, *counts, *told))
    kept = shared.data >= least
    order = np.lexsort([shared.col[kept], shared.row[kept]])
    for a, b, count in zip(
        shared.row[kept][order].tolist(), shared.col[kept][order].tolist(), shared.data[kept][order].tolist(), strict=True
    ):
        cosine = count / float(np.sqrt(float(followers[a]) * float(followers[b])))
        graph.add_edge(keys[a], keys[b], weight=cosine, shared=count, cosine=cosine)
    _mark_communities(graph, seed)
    return graph


def _attributes(
    ref: AccountRef, in_store: int, public: int | None, category: str | None, known_for: str | None
) -> dict[str, Any]:
    """Without missing values: neither GEXF nor GraphML knows them; an attribute has one type in all nodes, or Gephi sees two."""
    texts = {"label": ref.label, "platform": ref.platform, "handle": ref.handle, "url": ref.url}
    texts |= {"category": category, "known_for": known_for}
    counts = {"followers_in_store": in_store, "followers_public": public}
    known = {name: _clean(value) for name, value in texts.items() if value is not None}
    return known | {name: int(value) for name, value in counts.items() if value is not None}


def _clean(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold: a hostile name must not break the file."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )


def _mark_communities(graph: "nx.Graph[str]", seed: int) -> None:
    found = nx.community.louvain_communities(graph, weight="weight", seed=seed)
    for number, members in enumerate(sorted(found, key=lambda group: (-len(group), min(group)))):
        for node in members:
            graph.nodes[node]["community"] = number


def write_graph(graph: "nx.Graph[str]", path: Path, file_format: str) -> None:
    """Write the graph as "gexf" or "graphml"; both open in Gephi.

    Raises:
        ValueError: another format.
    """
    if file_format == "gexf":
        nx.write_gexf(graph, path)
    elif file_format == "graphml":
        nx.write_graphml_xml(graph, path)  # not the lxml variant: one writer everywhere
    else:
        message = f"a graph is written as gexf or graphml, not as {file_format}"
        raise ValueError(message)
