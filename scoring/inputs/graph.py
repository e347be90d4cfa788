"""Whom the people of a run follow, and how accounts are numbered."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from scoring.inputs.reading import Reading
from scoring.results import AccountRef
from scoring.snapshot import table
from storage import matrices as m


def follows_table(reading: Reading, people: m.Keys) -> tuple[pa.Table, m.Keys]:
    """Edges of all people, and the followees: named ones by platform and id, then persons."""
    edges = m.read_outgoing(reading.conn, people)
    reading.lives.note(np.array([m.oldest_pull(reading.conn)], np.int64), reading.lives.days.follow_days)
    found = m.distinct(edges.account)
    named = reading.named_keys[m.positions(reading.named_keys, found) >= 0]
    followees = np.concatenate([named, np.sort(found[m.positions(found, named) < 0])])
    rows = {"node": m.positions(edges.follower, people), "followee": m.positions(edges.account, followees)}
    return table("follows", rows, order=("node", "followee")), followees


def nodes_of(reading: Reading, people: m.Keys, followees: m.Keys) -> m.Keys:
    """People, then the named followees that are none: the place of a key is its node."""
    named = followees[m.positions(followees, reading.named_keys) >= 0]
    return np.concatenate([people, named[m.positions(named, people) < 0]])


def followees_table(
    reading: Reading, followees: m.Keys, nodes: m.Keys, refs: Sequence[AccountRef | None], categories: Sequence[str | None]
) -> pa.Table:
    """Each followee's node (-1: none), followers in the store, and for named ones who they are."""
    return table(
        "followees",
        {
            "followee": np.arange(len(followees)),
            "node": m.positions(followees, nodes),
            "degree": m.read_degrees(reading.conn, followees),
            **{name: [getattr(ref, name, None) for ref in refs] for name in ("platform", "native_id", "handle", "name", "url")},
            "category": list(categories),
        },
    )
