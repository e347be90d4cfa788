"""Bulk reads give what was written, on both databases: keys whole, newest observations, edges in both directions."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, insert

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
    with store.write("test") as conn:
        conn.execute(insert(IMPORT_RUN), [dict(IMPORT)])
        fill_lists(conn)
        fill_facts(conn)
        fill_profile(conn)
        fill_texts(conn)
        conn.execute(insert(CANDIDATE), [candidate(2, "x", None, "unmatched"), candidate(1, "a", KEYS[0], "matched")])
    return store


def pull(number: int, owner: bytes, kind: str, **stated: object) -> dict[str, object]:
    return {
        "id": number, "import_id": number, "platform": "sim", "account": owner, "list_kind": kind, "frame": "newest",
        "list_order": "unknown", "pulled_at": NOW, "seen": 3, "total": None, "minors": 0, **stated,
    }  # fmt: skip


def fill_lists(conn: Connection) -> None:
    a, b, c, d, _ = KEYS
    first = pull(1, a, "followers", list_order="newest_first", seen=4, total=9, minors=1)
    conn.execute(insert(PULL), [first, pull(2, c, "followees"), pull(3, d, "followees")])
    members = [(1, 2, d), (1, 0, c + b), (2, 0, b + bytes(16) + a), (3, 0, a)]
    conn.execute(insert(PULL_MEMBER), [{"pull_id": of, "first": first, "members": keys} for of, first, keys in members])
    edges = [(a, b), (a, c), (a, d), (b, c)]
    conn.execute(insert(FOLLOW), [{"account": of, "follower": key, "first_seen": 1, "last_seen": 2} for of, key in edges])


def fill_facts(conn: Connection) -> None:
    _, b, c, d, _ = KEYS
    told = [(1, "old", NOW), (2, "new", NOW + timedelta(days=1)), (3, "older", NOW)]
    conn.execute(
        insert(ATTRIBUTE),
        [
            {"account": b, "name": "region", "import_id": number, "value": value, "observed_at": seen, "fetched_at": NOW}
            for number, value, seen in told
        ],
    )
    seen = {"label": "fit", "import_id": 1, "observed_at": NOW, "fetched_at": NOW}
    conn.execute(insert(LABEL), [{"account": c, "value": True, **seen}, {"account": d, "value": False, **seen}])


def fill_profile(conn: Connection) -> None:
    seen = {"account": KEYS[1], "import_id": 1, "observed_at": NOW, "fetched_at": NOW}
    shown = {"has_bio": True, "has_avatar": False, "verified": None, "handle_digits": 8, "digest": bytes(16)}
    conn.execute(insert(PROFILE_FEATURE), [{**seen, **shown, "created_at": NOW - timedelta(days=3)}])
    conn.execute(insert(COUNT_SERIES), [{**seen, "followers": 7, "followers_half_width": 2, "following": None, "posts": 0}])


def fill_texts(conn: Connection) -> None:
    week = {"account": KEYS[1], "week": 5, "import_id": 1, "page": 0, "dictionary": "d", "fetched_at": NOW}
    conn.execute(insert(TEXT_WEEK), [{**week, "posts": 2, "words": 3, "counts": b"0123456789"}])
    conn.execute(insert(WORD), [{"term": 9, "text": "露营", "accounts": 30}, {"term": 3, "text": "b", "accounts": 20}])


def candidate(row: int, given: str, account: bytes | None, status: str) -> dict[str, object]:
    return {"list_name": "l", "row": row, "import_id": 1, "given": given, "account": account, "status": status}


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
