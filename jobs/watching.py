"""What a watched account did between two days: whom it gained and lost and what they are like, and who speaks of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from jobs.growth import growth_of
from scoring.results import AccountRef
from scoring.sampling import draw, generator
from scoring.text.indexer import dictionary_version
from scoring.watching.change import Bounds, Change, Reading, change
from scoring.watching.contrast import contrasts
from scoring.watching.crowd import Crowd, PackedTexts, by_followee, by_interest
from scoring.watching.mentions import Mention, Post, mentions, voices
from scoring.watching.results import Events, Period, RuleCheck, Share, Voices, Watch, WatchReport
from storage import matrices as m
from storage.events import event_counts, gaps, listened
from storage.queries import account_refs, candidate_accounts
from storage.text_index import unpack
from storage.watching import WatchedRow, checks_of, named_posts, watched

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.engine import Store

LEAST_WORDS = 5  # content words below which a person's interests cannot be told (DECISIONS 13)
STANDING_MOST = 20_000  # of the standing followers are compared, by lot


def watch_report(store: "Store", *, since: datetime, until: datetime, k: int, seed: int = 0) -> WatchReport:
    """What happened to every watched account between two days; figures of fewer than `k` people are rolled up or left out."""
    rows = watched(store)
    refs = named(store, [row.account for row in rows])
    rows = [row for row in rows if row.account in refs]
    found = _mentions(store, rows, refs, until)
    spoken = [each for each in found if each.post.created_at >= since]
    writers = named(store, {each.post.account for each in spoken})
    with store.read() as conn:
        watches = [_watch(conn, row, refs[row.account], spoken, writers, since, until, k, seed) for row in rows]
    watched_ones = tuple(
        replace(each, growth=growth_of(store, row.account, since=since, until=until), events=_events(store, row, since, until))
        for row, each in zip(rows, watches, strict=True)
    )
    checks = checks_of(store, [row.account for row in rows])
    paid = [each for each in checks if each.declared and each.paid is not None]
    return WatchReport(
        since, until, watched_ones, tuple(
            Share(each.month, refs[each.brand], each.mentions, each.accounts, each.share) for each in voices(spoken)
        ),
        RuleCheck(sum(each.mentioned for each in checks), len(checks)), RuleCheck(sum(bool(each.paid) for each in paid), len(paid)), k,
    )  # fmt: skip


def named(store: "Store", accounts: Collection[bytes]) -> dict[bytes, AccountRef]:
    """The named ones among the accounts, as readers know them."""
    rows = account_refs(store, accounts)
    return {key: AccountRef(row.platform, row.native_id, row.handle, row.name, row.url) for key, row in rows.items()}


def brand_names(row: WatchedRow, ref: AccountRef) -> tuple[str, ...]:
    """The words that mean a watched account: those given, its handle, its name."""
    return tuple(dict.fromkeys(name for name in (*row.names, ref.handle, ref.name) if name))


def all_mentions(store: "Store", *, until: datetime) -> tuple[Mention, ...]:
    """Every mention of a watched account in the posts that are held."""
    rows = watched(store)
    refs = named(store, [row.account for row in rows])
    return _mentions(store, [row for row in rows if row.account in refs], refs, until)


def _mentions(
    store: "Store", rows: Sequence[WatchedRow], refs: Mapping[bytes, AccountRef], until: datetime
) -> tuple[Mention, ...]:
    posts = [Post(each.post, each.account, each.created_at, each.text) for each in named_posts(store, until=until)]
    return mentions(posts, [(row.account, brand_names(row, refs[row.account])) for row in rows])


def _watch(
    conn: "Connection", row: WatchedRow, ref: AccountRef, spoken: Sequence[Mention], writers: Mapping[bytes, AccountRef],
    since: datetime, until: datetime, k: int, seed: int,
) -> Watch:  # fmt: skip
    pulls = _readings(conn, row.account, since, until)
    readings = [_reading(conn, pull) for pull in pulls]
    everyone = m.distinct(np.concatenate([members for members, _ in readings])) if readings else m.as_keys([])
    lists = [_numbered(reading, m.positions(members, everyone)) for members, reading in readings]
    steps = [change(before, after) for before, after in pairwise(lists)]
    gained, standing = _gained(steps, lists)
    crowds = _crowds(conn, row.account, everyone, gained, standing, generator(seed, "watch", ref.platform, ref.native_id))
    told = [contrasts(crowd.marks, crowd.names, new, old, k=k) for crowd, new, old in crowds]
    labels = _labels(conn)
    own = {labels[key] for key in candidate_accounts(conn) if key in labels}
    return Watch(
        ref,
        brand_names(row, ref),
        len(pulls),
        m.moment(pulls[0].pulled_at) if pulls else None,
        rolled_up([_period(a, b, step) for (a, b), step in zip(pairwise(pulls), steps, strict=True)], k),
        len(gained),
        (_sizes(crowds[0]), _sizes(crowds[1])),
        told[0],
        told[1],
        tuple(each.name for each in told[1] if each.name in own),
        _voices(row.account, spoken, writers),
    )


def _events(store: "Store", row: WatchedRow, since: datetime, until: datetime) -> Events | None:
    """What streams told; of the time before the account was watched they were not asked."""
    found = listened(store)
    if found is None:
        return None
    begun, heard = found
    begin = max(begun, row.added, since)
    if begun > until or heard < max(row.added, since):
        return None
    made, ended = event_counts(store, row.account, since=since, until=until)
    return Events(begin, max(min(heard, until), begin), made, ended, len(gaps(store, since=begin, until=until)))


def _sizes(compared: "tuple[Crowd, np.ndarray, np.ndarray]") -> tuple[int, int]:
    return len(compared[1]), len(compared[2])


def _readings(conn: "Connection", account: bytes, since: datetime, until: datetime) -> list[m.PullRow]:
    """Finished readings of the follower list in the period, and the last one before it."""
    pulls = [pull for pull in m.read_pulls(conn, "followers", m.as_keys([account])) if pull.finished]
    pulls = sorted((pull for pull in pulls if m.moment(pull.pulled_at) <= until), key=lambda pull: (pull.pulled_at, pull.id))
    first = max((at for at, pull in enumerate(pulls) if m.moment(pull.pulled_at) < since), default=0)
    return pulls[first:]


def _reading(conn: "Connection", pull: m.PullRow) -> tuple[m.Keys, Reading]:
    members = m.distinct(m.read_members(conn, pull.id))
    total = None if pull.total is None else (pull.total, pull.total)
    return members, Reading(np.empty(0, np.int64), pull.frame == "complete", pull.list_order == "newest_first", total)


def _numbered(reading: Reading, places: "np.ndarray") -> Reading:
    return Reading(places.astype(np.int64), reading.complete, reading.newest_first, reading.total)


def _gained(steps: Sequence[Change], lists: Sequence[Reading]) -> tuple["np.ndarray", "np.ndarray"]:
    """Who was gained at any step and is still there as far as known, and who stood all the time."""
    if not steps:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    gained = np.unique(np.concatenate([step.gained for step in steps]))
    lost = np.unique(np.concatenate([step.lost for step in steps]))
    standing = lists[0].members[np.isin(lists[0].members, lists[-1].members)]
    return np.setdiff1d(gained, lost), np.setdiff1d(standing, gained)


def _crowds(
    conn: "Connection", account: bytes, everyone: m.Keys, gained: "np.ndarray", standing: "np.ndarray", rng: np.random.Generator
) -> list[tuple[Crowd, "np.ndarray", "np.ndarray"]]:
    """Interests, then followees: the marks, and the rows of the gained and of the standing of whom enough is known."""
    standing = standing[draw(len(standing), STANDING_MOST, rng)]
    people = everyone[np.concatenate([gained, standing])]
    crowds = [_texts(conn, people), _followees(conn, people, account)]
    first = len(gained)
    return [(crowd, crowd.known[crowd.known < first], crowd.known[crowd.known >= first]) for crowd in crowds]


def _texts(conn: "Connection", people: m.Keys) -> Crowd:
    rows = m.read_texts(conn, people)
    current = [at for at, version in enumerate(rows.dictionary) if version == dictionary_version()]
    person = m.positions(rows.account, people)[current]
    return by_interest(
        PackedTexts(person, rows.words[current], [unpack(rows.counts[at]) for at in current]),
        len(people),
        least_words=LEAST_WORDS,
    )


def _followees(conn: "Connection", people: m.Keys, account: bytes) -> Crowd:
    """Named accounts other than the watched one that the people follow."""
    keys, _ = m.read_named(conn)
    edges = m.read_outgoing(conn, people)
    column = m.positions(edges.account, keys)
    kept = (column >= 0) & (edges.account != account)
    names = list(_labels(conn).values())
    return by_followee(m.positions(edges.follower, people)[kept], column[kept], names, len(people))


def _labels(conn: "Connection") -> dict[bytes, str]:
    """Every named account as a reader knows it; of those called the same each has its id beside the name."""
    keys, ids = m.read_named(conn)
    faces = m.read_faces(conn, keys)
    names = [name or handle or native_id for key, (_, native_id) in zip(m.key_list(keys), ids, strict=True)
             for handle, name, *_ in [faces.get(key, (None, None, None, None))]]  # fmt: skip
    often = Counter(names)
    told = [name if often[name] == 1 else f"{name} ({native_id})" for name, (_, native_id) in zip(names, ids, strict=True)]
    return dict(zip(m.key_list(keys), told, strict=True))


def _period(before: m.PullRow, after: m.PullRow, step: Change) -> Period:
    return Period(m.moment(before.pulled_at), m.moment(after.pulled_at), step.gained_count, step.lost_count, step.unknown)


def rolled_up(periods: Sequence[Period], k: int) -> tuple[Period, ...]:
    """Periods of which any known count is below `k`, but not nothing, are added up by the month in which they end."""
    if not any(0 < count < k for each in periods for count in (each.gained[0], each.lost[0])):
        return tuple(periods)
    months: dict[tuple[int, int], list[Period]] = {}
    for each in periods:
        months.setdefault((each.end.year, each.end.month), []).append(each)
    return tuple(_together(each) for each in months.values())


def _together(periods: Sequence[Period]) -> Period:
    return Period(
        periods[0].begin,
        periods[-1].end,
        _added([each.gained for each in periods]),
        _added([each.lost for each in periods]),
        sum(each.unknown for each in periods),
        sum(each.readings - 1 for each in periods) + 1,
    )


def _added(bounds: Collection[Bounds]) -> Bounds:
    most = [high for _, high in bounds if high is not None]
    return sum(low for low, _ in bounds), sum(most) if len(most) == len(bounds) else None


def _voices(brand: bytes, spoken: Sequence[Mention], writers: Mapping[bytes, AccountRef]) -> tuple[Voices, ...]:
    """Who spoke of the brand, the most frequent first."""
    by_account: dict[bytes, list[Mention]] = {}
    for each in spoken:
        if each.brand == brand and each.post.account in writers:
            by_account.setdefault(each.post.account, []).append(each)
    made = [
        Voices(
            writers[account], len(theirs), sum(each.declared for each in theirs),
            theirs[0].post.created_at, theirs[-1].post.created_at, any(each.first for each in theirs),
        )
        for account, theirs in by_account.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda each: (-each.mentions, each.account.label)))
