"""Look-alikes of a seed audience: who follows the seeds is positive, everybody else is unlabelled (Elkan and Noto, KDD 2008)."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scoring.graph.interest_graph import InterestGraph

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def seed_values(edges: sparse.csr_matrix, positive: Longs, negative: Longs) -> Floats:
    """1 for followers of a positive seed, 0 for those of negative seeds only, NaN for the unlabelled: shape (P,)."""
    likes = np.asarray(edges[:, positive].sum(1)).ravel() > 0
    dislikes = np.asarray(edges[:, negative].sum(1)).ravel() > 0
    return np.where(likes, 1.0, np.where(dislikes, 0.0, np.nan))


def without_columns(edges: sparse.csr_matrix, columns: Longs) -> sparse.csr_matrix:
    """The edges with some followees' columns emptied: the seeds must not predict themselves."""
    keep = np.ones(edges.shape[1])
    keep[columns] = 0.0
    left = sparse.csr_matrix(edges @ sparse.diags(keep))
    left.eliminate_zeros()
    return left


def graph_without(edges: sparse.csr_matrix, degree: Longs, columns: Longs) -> InterestGraph:
    """The interest graph that a look-alike model may see."""
    return InterestGraph(without_columns(edges, columns), degree)


def elkan_noto(labelled: Floats, held_out_positive: Floats) -> Floats:
    """P(positive) from P(labelled): divided by c, the mean P(labelled) of held-out positives, at most 1 - 1e-6."""
    frequency = float(held_out_positive.mean()) if len(held_out_positive) else 1.0
    return np.minimum(labelled / max(frequency, 1e-3), 1 - 1e-6)
