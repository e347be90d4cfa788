"""The graph of named accounts: weights by hand, communities, files that open again, hostile names."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from defusedxml import ElementTree
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
    graph = account_graph(edges, refs, [21, 20, 20, 21, 20, 20, 19], public=[500_000, None, 0, *[7] * 4])
    write_graph(graph, path, file_format)
    back = read(path)
    assert [back.nodes[f"sim:{place}"].get("followers_public") for place in range(4)] == [500_000, None, 0, 7]
    assert [back.nodes[f"sim:{place}"]["followers_in_store"] for place in range(4)] == [21, 20, 20, 21]
    assert all("followers" not in data for _, data in back.nodes(data=True))
    assert set(back.nodes) == set(graph.nodes)
    assert {frozenset(edge) for edge in back.edges} == {frozenset(edge) for edge in graph.edges}
    assert back.nodes["sim:0"]["label"] == "露营<b>&"
    assert back.nodes["sim:4"]["community"] == graph.nodes["sim:4"]["community"]
    assert back.edges["sim:0", "sim:1"]["shared"] == 20


PARSES = {"string": str, "long": int, "integer": int, "double": float, "float": float}


def test_the_gexf_says_what_gephi_reads(tmp_path: Path) -> None:
    """Gephi's importer: attributes declared once per class with a type of GEXF, every value of that type, edges between nodes."""
    edges, refs = two_circles()
    categories = ["outdoor", None, *["food"] * 5]
    write_graph(account_graph(edges, refs, [1] * 7, public=[None, 3, *[5] * 5], category=categories), tmp_path / "g.gexf", "gexf")
    space = {"g": "http://www.gexf.net/1.2draft"}
    root = ElementTree.parse(tmp_path / "g.gexf").getroot()
    declared = {each.get("class"): each.findall("g:attribute", space) for each in root.iterfind(".//g:attributes", space)}
    types = {each.get("id"): each.get("type") for some in declared.values() for each in some}
    assert {each.get("title"): each.get("type") for each in declared["node"]} == {
        "platform": "string", "category": "string", "followers_in_store": "long", "followers_public": "long", "community": "long",
    }  # fmt: skip
    assert {each.get("title"): each.get("type") for each in declared["edge"]} == {"shared": "long", "cosine": "double"}
    assert len(types) == len(declared["node"]) + len(declared["edge"]), "two attributes with one name, or one id"
    nodes = {each.get("id") for each in root.iterfind(".//g:node", space)}
    for kind in ("node", "edge"):
        known = {each.get("id") for each in declared[kind]}
        for value in root.iterfind(f".//g:{kind}/g:attvalues/g:attvalue", space):
            assert value.get("for") in known
            assert value.get("value") not in {"", "None", "nan"}
            assert str(PARSES[types[value.get("for")]](value.get("value"))) == value.get("value")
    found = root.findall(".//g:edge", space)
    assert len(found) == 6
    assert all({each.get("source"), each.get("target")} <= nodes and 0 < float(each.get("weight")) <= 1 for each in found)
