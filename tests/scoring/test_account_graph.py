"""The graph of named accounts: weights by hand, communities, files that open again, hostile names."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy import sparse

from scoring.graph.account_graph import account_graph, write_graph
from scoring.results import AccountRef


def two_circles() -> tuple[sparse.csr_matrix, list[AccountRef]]:
    """Accounts 0-2 share 20 followers, 3-5 another 20; one follower bridges them; 6 has no one in common."""
    edges = np.zeros((60, 7), int)
    edges[:20, :3] = 1
    edges[20:40, 3:6] = 1
    edges[40, [0, 3]] = 1
    edges[41:60, 6] = 1
    names = ["露营\x00<b>&", *"bcdefg"]
    return sparse.csr_matrix(edges), [AccountRef("sim", str(place), name=name) for place, name in enumerate(names)]


def test_weights_and_communities() -> None:
    edges, refs = two_circles()
    graph = account_graph(edges, refs, [21, 20, 20, 21, 20, 20, 19], least=2)
    assert graph.number_of_nodes() == 7
    assert graph.number_of_edges() == 6, "the bridge of one follower is below the least"
    assert graph.edges["sim:0", "sim:1"]["shared"] == 20
    assert graph.edges["sim:0", "sim:1"]["weight"] == pytest.approx(20 / np.sqrt(21 * 20))
    community = [graph.nodes[f"sim:{place}"]["community"] for place in range(7)]
    assert len(set(community[:3])) == len(set(community[3:6])) == 1
    assert len(set(community)) == 3
    assert account_graph(edges, refs, [0] * 7, least=1).has_edge("sim:0", "sim:3")


@pytest.mark.parametrize(("file_format", "read"), [("gexf", nx.read_gexf), ("graphml", nx.read_graphml)])
def test_files_open_again(tmp_path: Path, file_format: str, read: object) -> None:
    edges, refs = two_circles()
    path = tmp_path / "graph"
    graph = account_graph(edges, refs, [1] * 7)
    write_graph(graph, path, file_format)
    back = read(path)
    assert set(back.nodes) == set(graph.nodes)
    assert {frozenset(edge) for edge in back.edges} == {frozenset(edge) for edge in graph.edges}
    assert back.nodes["sim:0"]["label"] == "露营<b>&"
    assert back.nodes["sim:4"]["community"] == graph.nodes["sim:4"]["community"]
    assert back.edges["sim:0", "sim:1"]["shared"] == 20
