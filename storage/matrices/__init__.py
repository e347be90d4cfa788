"""Bulk reads for scoring: straight from the database driver into numpy and Arrow, no objects per row (ENGINE 2)."""

from storage.matrices.edges import Edges, read_degrees, read_followers, read_incoming, read_outgoing
from storage.matrices.features import (
    COUNT_COLUMNS,
    PROFILE_COLUMNS,
    NamedValues,
    ProfileRows,
    TextRows,
    read_attributes,
    read_counts,
    read_labels,
    read_profiles,
    read_texts,
)
from storage.matrices.keys import KEY_BYTES, Keys, as_arrow, as_keys, distinct, each_key, key_list, positions
from storage.matrices.lists import PullRow, oldest_pull, read_candidates, read_members, read_pulls
from storage.matrices.named import read_faces, read_named, read_prices, read_words
from storage.matrices.rows import Rows, moment, second, seconds, select, select_among

__all__ = [
    "COUNT_COLUMNS",
    "KEY_BYTES",
    "PROFILE_COLUMNS",
    "Edges",
    "Keys",
    "NamedValues",
    "ProfileRows",
    "PullRow",
    "Rows",
    "TextRows",
    "as_arrow",
    "as_keys",
    "distinct",
    "each_key",
    "key_list",
    "moment",
    "oldest_pull",
    "positions",
    "read_attributes",
    "read_candidates",
    "read_counts",
    "read_degrees",
    "read_faces",
    "read_followers",
    "read_incoming",
    "read_labels",
    "read_members",
    "read_named",
    "read_outgoing",
    "read_prices",
    "read_profiles",
    "read_pulls",
    "read_texts",
    "read_words",
    "second",
    "seconds",
    "select",
    "select_among",
]
