"""The followee signal: the edge to the scored account is taken out exactly, celebrities tell little."""

import numpy as np
from scipy import sparse

from scoring.graph.interest_graph import FolloweeModel, InterestGraph, Rows, interested_in
from scoring.graph.lookalike import elkan_noto, seed_values, without_columns


def two_circles(seed=0, people=300, followees=40):
    rng = np.random.default_rng(seed)
    y = (np.arange(people) % 2).astype(float)
    liking = np.where((np.arange(followees) % 2)[None, :] == y[:, None], 0.3, 0.1)
    return sparse.csr_matrix((rng.random((people, followees)) < liking).astype(np.int64)), y


def test_leaving_out_an_edge_equals_a_person_without_it() -> None:
    edges, _ = two_circles()
    graph = InterestGraph(edges, np.asarray(edges.sum(0)).ravel())
    person, column = 250, int(edges[250].indices[0])
    left = Rows(np.array([person]), np.array([column]))
    without = edges.tolil()
    without[person, column] = 0
    other = np.asarray(without.tocsr()[person].todense()).ravel()
    np.testing.assert_allclose(graph.total(graph.rarity, left)[0], other @ graph.rarity)
    assert graph.informative(left)[0] == other.sum()


def test_leaving_out_someone_not_followed_changes_nothing() -> None:
    edges, _ = two_circles()
    graph = InterestGraph(edges, np.asarray(edges.sum(0)).ravel())
    column = int(np.flatnonzero(np.asarray(edges[7].todense()).ravel() == 0)[0])
    person, whole = np.array([7]), Rows.whole(np.array([7]))
    np.testing.assert_allclose(graph.total(graph.idf, Rows(person, np.array([column]))), graph.total(graph.idf, whole))


def test_features_of_people_do_not_depend_on_who_else_is_asked_for() -> None:
    edges, y = two_circles()
    model = FolloweeModel(InterestGraph(edges, np.asarray(edges.sum(0)).ravel())).fit(np.arange(200), y[:200])
    some = np.array([250, 3, 120])
    np.testing.assert_allclose(model.features(some), model.features(np.arange(300))[some])


def test_the_model_tells_circles_apart_among_people_it_never_saw() -> None:
    edges, y = two_circles()
    graph = InterestGraph(edges, np.asarray(edges.sum(0)).ravel())
    features = FolloweeModel(graph).fit(np.arange(200), y[:200]).features(np.arange(200, 300))
    for column in range(FolloweeModel.COLUMNS - 1):
        assert ((features[:, column] > np.median(features[:, column])) == (y[200:] == 1)).mean() > 0.7


def test_a_followee_of_everybody_does_not_make_an_interest() -> None:
    edges = np.zeros((60, 12), np.int64)
    edges[:, 0] = 1  # the celebrity, known for the interest
    edges[np.arange(60)[:, None], 2 + (np.arange(60)[:, None] + np.arange(3)) % 10] = 1
    edges[:10, 1] = 1  # ten people follow the expert as well
    graph = InterestGraph(sparse.csr_matrix(edges), edges.sum(0))
    known_for = np.zeros(12)
    known_for[:2] = 1.0
    lift, evidence = interested_in(graph, known_for, Rows.whole(np.arange(60)))
    assert lift[:10].min() > 1.1
    assert lift[10:].max() < 1.0
    assert evidence[0] == 5


def test_seeds_and_their_correction() -> None:
    edges = sparse.csr_matrix(np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1]]))
    np.testing.assert_array_equal(seed_values(edges, np.array([0]), np.array([1])), [1, 0, 1, np.nan])
    assert without_columns(edges, np.array([0])).sum() == 3
    np.testing.assert_allclose(elkan_noto(np.array([0.2, 0.4]), np.array([0.4, 0.4])), [0.5, 1 - 1e-6])


def test_a_trait_of_nearly_nobody_or_nearly_everybody_still_has_scores() -> None:
    edges, _ = two_circles()
    rare = (np.arange(300) < 4).astype(float)
    graph = InterestGraph(edges, np.asarray(edges.sum(0)).ravel())
    for y in (rare, 1 - rare):
        model = FolloweeModel(graph).fit(np.arange(300), y)
        assert np.isfinite(model.features(np.arange(300))).all()
