"""Bulk reads give what was written, on both databases: keys whole, newest observations, edges in both directions."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import insert

from storage import matrices as m
from storage.engine import Store
from storage.tables import (
    ATTRIBUTE,
    CANDIDATE,
    COUNT_SERIES,
    FOLLOW,
    IMPORT_RUN,
    LABEL,
    PROFILE_FEATURE,
    PULL,
    PULL_MEMBER,
    TEXT_WEEK,
    WORD,
)

NOW = datetime(2026, 1, 5, 12, 30, 15, tzinfo=UTC)
KEYS = [bytes([number]) * 15 + b"\0" for number in range(1, 6)]  # trailing zeros: numpy would drop them

IMPORT = {
    "id": 1,
    "kind": "follows",
    "file_name": "f",
    "fingerprint": "f",
    "options": {},
    "status": "done",
    "started": NOW,
    "position": 0,
    "accepted": 0,
    "rejected": 0,
    "duplicates": 0,
    "refused_minors": 0,
    "source": "s",
    "basis": "b",
    "obtained": NOW,
}


@pytest.fixture
def filled(store: Store) -> Store:
    a, b, c, d, _ = KEYS
    later = NOW + timedelta(days=1)
    with store.write("test") as conn:
        conn.execute(
            insert(IMPORT_RUN),
            [dict(IMPORT)],
        )
        conn.execute(
            insert(PULL),
            [
                {
                    "id": 1,
                    "import_id": 1,
                    "platform": "sim",
                    "account": a,
                    "list_kind": "followers",
                    "frame": "newest",
                    "list_order": "newest_first",
                    "pulled_at": NOW,
                    "seen": 4,
                    "total": 9,
                    "minors": 1,
                },
            ],
        )
        conn.execute(
            insert(PULL),
            [
                {
                    "id": number,
                    "import_id": number,
                    "platform": "sim",
                    "account": owner,
                    "list_kind": kind,
                    "frame": "newest",
                    "list_order": "unknown",
                    "pulled_at": NOW,
                    "seen": 3,
                    "total": None,
                    "minors": 0,
                }
                for number, owner, kind in ((2, c, "followees"), (3, d, "followees"))
            ],
        )
        conn.execute(
            insert(PULL_MEMBER),
            [
                {"pull_id": 1, "first": 2, "members": d},
                {"pull_id": 1, "first": 0, "members": c + b},
                {"pull_id": 2, "first": 0, "members": b + bytes(16) + a},
                {"pull_id": 3, "first": 0, "members": a},
            ],
        )
        conn.execute(insert(FOLLOW), [{"account": a, "follower": key, "first_seen": 1, "last_seen": 2} for key in (b, c, d)])
        conn.execute(insert(FOLLOW), [{"account": b, "follower": c, "first_seen": 1, "last_seen": 2}])
        conn.execute(
            insert(ATTRIBUTE),
            [
                {"account": b, "name": "region", "import_id": number, "value": value, "observed_at": seen, "fetched_at": NOW}
                for number, value, seen in ((1, "old", NOW), (2, "new", later), (3, "older", NOW))
            ],
        )
        conn.execute(
            insert(LABEL),
            [
                {"account": c, "label": "fit", "import_id": 1, "value": True, "observed_at": NOW, "fetched_at": NOW},
                {"account": d, "label": "fit", "import_id": 1, "value": False, "observed_at": NOW, "fetched_at": NOW},
            ],
        )
        conn.execute(
            insert(PROFILE_FEATURE),
            [
                {
                    "account": b,
                    "import_id": 1,
                    "observed_at": NOW,
                    "fetched_at": NOW,
                    "has_bio": True,
                    "has_avatar": False,
                    "verified": None,
                    "handle_digits": 8,
                    "digest": bytes(16),
                    "created_at": NOW - timedelta(days=3),
                },
            ],
        )
        conn.execute(
            insert(COUNT_SERIES),
            [
                {
                    "account": b,
                    "import_id": 1,
                    "observed_at": NOW,
                    "fetched_at": NOW,
                    "followers": 7,
                    "followers_half_width": 2,
                    "following": None,
                    "posts": 0,
                },
            ],
        )
        conn.execute(
            insert(TEXT_WEEK),
            [
                {
                    "account": b,
                    "week": 5,
                    "import_id": 1,
                    "page": 0,
                    "dictionary": "d",
                    "posts": 2,
                    "words": 3,
                    "counts": b"0123456789",
                    "fetched_at": NOW,
                },
            ],
        )
        conn.execute(insert(WORD), [{"term": 9, "text": "露营", "accounts": 30}, {"term": 3, "text": "b", "accounts": 20}])
        conn.execute(
            insert(CANDIDATE),
            [
                {"list_name": "l", "row": 2, "import_id": 1, "given": "x", "account": None, "status": "unmatched"},
                {"list_name": "l", "row": 1, "import_id": 1, "given": "a", "account": a, "status": "matched"},
            ],
        )
    return store


def test_reads(filled: Store) -> None:
    a, b, c, d, e = KEYS
    everyone = m.as_keys(KEYS)
    with filled.read() as conn:
        (pull,) = m.read_pulls(conn, "followers", everyone)
        assert (pull.account, pull.frame, pull.total, pull.minors, pull.finished, pull.source) == (a, "newest", 9, 1, True, "s")
        assert pull.pulled_at == pull.imported_at == pull.obtained == int(NOW.timestamp()) == m.oldest_pull(conn)
        assert m.read_pulls(conn, "base") == []
        assert m.key_list(m.read_members(conn, 1)) == [c, b, d]
        edges = m.read_outgoing(conn, m.as_keys([c, e]))
        assert sorted(zip(m.key_list(edges.follower), m.key_list(edges.account), strict=True)) == [(c, a), (c, b)]
        edges = m.read_incoming(conn, m.as_keys([b]))
        assert (m.key_list(edges.follower), m.key_list(edges.account)) == ([c], [b])
        assert m.key_list(m.read_followers(conn, a)) == sorted([b, c, d])
        assert m.read_degrees(conn, everyone).tolist() == [3, 1, 0, 0, 0]
        attributes = m.read_attributes(conn, everyone)
        assert (m.key_list(attributes.account), attributes.name, attributes.value) == ([b], ["region"], ["new"])
        assert m.read_attributes(conn, names=["region"]).value == ["new"]
        assert m.read_attributes(conn, names=["gender"]).value == m.read_attributes(conn, names=[]).value == []
        assert sorted(m.read_labels(conn, names=["fit"]).value) == ["0", "1"]
        profile = m.read_profiles(conn, everyone)
        expected = [1, 0, np.nan, 8, (NOW - timedelta(days=3)).timestamp()]
        np.testing.assert_array_equal(profile.features, [expected])
        np.testing.assert_array_equal(m.read_counts(conn, everyone).features, [[7, 2, np.nan, 0]])
        texts = m.read_texts(conn, everyone)
        assert (m.key_list(texts.account), texts.week.tolist(), texts.counts, texts.dictionary) == (
            [b],
            [5],
            [b"0123456789"],
            ["d"],
        )
        assert texts.fetched_at.tolist() == [int(NOW.timestamp())]
        terms, words = m.read_words(conn)
        assert (terms.tolist(), words) == ([3, 9], ["b", "露营"])
        assert m.read_candidates(conn, "l") == [("a", a, "matched"), ("x", None, "unmatched")]


def test_an_empty_store(store: Store) -> None:
    nothing = m.as_keys([])
    with store.read() as conn:
        assert m.oldest_pull(conn) is None
        assert len(m.read_outgoing(conn, nothing).account) == len(m.read_texts(conn, nothing).account) == 0
        assert m.read_profiles(conn, nothing).features.shape == (0, 5)
        assert m.read_named(conn)[1] == []


def test_keys() -> None:
    keys = m.as_keys([KEYS[2], KEYS[0], KEYS[2], KEYS[1]])
    assert m.key_list(m.distinct(keys)) == [KEYS[2], KEYS[0], KEYS[1]]
    assert m.positions(keys, m.as_keys(KEYS[:2])).tolist() == [-1, 0, -1, 1]
    assert m.positions(keys, m.as_keys([])).tolist() == [-1] * 4


@pytest.mark.parametrize("seed", range(5))
def test_outgoing_edges_are_those_of_the_lists(store: Store, seed: int) -> None:
    """Against the plain way; keys share their first bytes, so that the rough look decides nothing alone."""
    rng = np.random.default_rng(seed)
    everyone = [b"12345678" + bytes([number]) * 7 + b"\0" for number in range(1, 60)] + [rng.bytes(16) for _ in range(60)]
    lists = [
        (kind, owner, rng.choice(len(everyone), 12).tolist()) for kind in ("followers", "followees") for owner in (0, 1, 2, 70)
    ]
    lists += [("followers", 0, [5, 6, 7]), ("base", 3, [8, 9])]
    pull = {"platform": "p", "frame": "complete", "list_order": "unknown", "pulled_at": NOW, "total": None, "minors": 0}
    with store.write("test") as conn:
        conn.execute(insert(IMPORT_RUN), [{**IMPORT, "id": number} for number in range(1, len(lists) + 1)])
        for number, (kind, owner, members) in enumerate(lists, start=1):
            row = {"id": number, "import_id": number, "account": everyone[owner], "list_kind": kind, "seen": len(members), **pull}
            conn.execute(insert(PULL), [row])
            blob = b"".join(everyone[member] for member in members)
            conn.execute(insert(PULL_MEMBER), [{"pull_id": number, "first": 0, "members": blob}])
    asked = sorted(rng.choice(len(everyone), 40, replace=False).tolist())
    expected = {(member, owner) for kind, owner, members in lists if kind == "followers" for member in members if member in asked}
    expected |= {
        (owner, member) for kind, owner, members in lists if kind == "followees" and owner in asked for member in members
    }
    with store.read() as conn:
        edges = m.read_outgoing(conn, m.as_keys(everyone[number] for number in asked))
    place = {key: number for number, key in enumerate(everyone)}
    got = [(place[a], place[b]) for a, b in zip(m.key_list(edges.follower), m.key_list(edges.account), strict=True)]
    assert sorted(got) == sorted(expected)
