"""A page of follows or of a base sample: one pull per list, members in list order, edges with their times."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select, update

from storage.errors import Refused, StorageError
from storage.lookups import counts_by, raw_rows
from storage.naming import Naming, named_among, promote
from storage.pages import REMEMBERED_AT_MOST, Page, PageOutcome, People, SeenCodes, identify
from storage.pulls import BASE_OWNER, WIDTH, epoch
from storage.records import BaseRecord, FollowRecord, ListKind, PullFacts
from storage.tables import FOLLOW, PULL, PULL_MEMBER
from storage.writes import Merge, upsert, upsert_keys

_EDGE = ("account", "follower")
_MOVE = (  # made once: composing it cost as much as running it
    update(PULL)
    .where(PULL.c.id == bindparam("p"))
    .values({PULL.c.seen: PULL.c.seen + bindparam("n"), PULL.c.minors: PULL.c.minors + bindparam("m")})
)
_MIX = np.uint64(0x9E3779B97F4A7C15)


def write_follows(page: Page, records: Sequence[FollowRecord], facts: PullFacts) -> PageOutcome:
    """Edges and pulls of a page; in a followees list the follower owns the list."""
    if facts.list_kind is ListKind.BASE:
        message = "a base sample takes BaseRecord rows, not follows: nobody's list is in it"
        raise StorageError(message)
    platforms = [record.platform for record in records]
    accounts = [record.account_id for record in records]
    followers = [record.follower_id for record in records]
    people = identify(page, platforms + platforms, accounts + followers)
    half = len(records)
    of_account, of_follower = people.keys[:half], people.keys[half:]
    own, members = (of_account, of_follower) if facts.list_kind is ListKind.FOLLOWERS else (of_follower, of_account)
    owner_ids = accounts if facts.list_kind is ListKind.FOLLOWERS else followers
    owners = _facts_of(own, platforms, owner_ids)
    outcome, kept = write_members(page, facts, owners, own, members, people)
    sides = {"account": _raw(of_account)[kept], "follower": _raw(of_follower)[kept]}
    seconds = epoch(facts.pulled_at)
    times: dict[str, Merge] = {"first_seen": "min", "last_seen": "max"}
    upsert_keys(page.conn, FOLLOW, sides, dict.fromkeys(times, seconds), key=_EDGE, update=times)
    _name_large(page, facts, owners, people)
    followed = owners if facts.list_kind is ListKind.FOLLOWERS else _facts_of(of_account, platforms, accounts)
    _name_in_store(page, followed, Counter(map(of_account.__getitem__, kept.tolist())))
    return outcome


def _facts_of(keys: list[bytes], platforms: list[str], native_ids: list[str]) -> dict[bytes, tuple[str, str]]:
    """Platform and native id of each distinct key."""
    return {key: (platforms[at], native_ids[at]) for key, at in dict(zip(keys, range(len(keys)), strict=True)).items()}


def _raw(keys: list[bytes]) -> NDArray[np.uint8]:
    """Keys as an array of shape (n, 16)."""
    return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, WIDTH)


def write_base(page: Page, records: Sequence[BaseRecord], facts: PullFacts) -> PageOutcome:
    """Members of a base sample: a pull without an owner.

    Raises:
        Refused: rows of two platforms: a base is of one.
    """
    platforms = {record.platform for record in records}
    held = set(page.conn.execute(select(PULL.c.platform).where(PULL.c.import_id == page.import_id)).scalars())
    if len(platforms | held) > 1:
        message = f"a base sample holds rows of {', '.join(sorted(platforms | held))}: expected one platform a file; split it"
        raise Refused(message)
    people = identify(page, [record.platform for record in records], [record.native_id for record in records])
    owners = {BASE_OWNER: (records[0].platform, "")}
    return write_members(page, facts, owners, [BASE_OWNER] * len(records), people.keys, people)[0]


def write_members(
    page: Page, facts: PullFacts, owners: dict[bytes, tuple[str, str]], own: list[bytes], members: list[bytes], people: People
) -> tuple[PageOutcome, NDArray[np.int64]]:
    """Appends each list's new members to its pull; the outcome, and the indices that became members."""
    pulls = _open_pulls(page, facts, {owner: facts_of for owner, facts_of in owners.items() if owner not in people.gone})
    numbers = {owner: pulls[owner][0] if owner in pulls else -1 for owner in owners}
    owner_at = np.fromiter(map(numbers.__getitem__, own), np.int64, len(own))
    index = page.memory.members = page.memory.members or _members_so_far(page)
    raw = _raw(members)
    codes = _codes(raw, owner_at)
    fresh = index.new(codes) & (owner_at >= 0)
    index.add(codes[fresh])
    gone, minor = _refused(members, people)
    _append(page, dict(pulls.values()), raw, owner_at, fresh, gone, minor)
    kept = np.flatnonzero(fresh & ~gone)
    refused = int((gone & fresh).sum())
    homeless = int((owner_at < 0).sum())
    outcome = PageOutcome(
        accepted=len(kept),
        duplicates=len(own) - len(kept) - refused - homeless,
        minors=int((minor & fresh).sum()),
        forgotten=refused - int((minor & fresh).sum()) + homeless,
    )
    return outcome, kept


def _refused(members: list[bytes], people: People) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a member is forgotten, and where that is because of a declared minor."""
    if not people.gone:
        nobody = np.zeros(len(members), np.bool_)
        return nobody, nobody
    gone = np.fromiter((member in people.gone for member in members), np.bool_, len(members))
    return gone, np.fromiter((people.gone.get(member, False) for member in members), np.bool_, len(members))


def _codes(raw: NDArray[np.uint8], pull_ids: NDArray[np.int64]) -> NDArray[np.uint64]:
    heads = np.ascontiguousarray(raw[:, :8]).view(np.uint64).reshape(-1)
    return heads ^ (pull_ids.astype(np.uint64) * _MIX)


def _open_pulls(page: Page, facts: PullFacts, owners: dict[bytes, tuple[str, str]]) -> dict[bytes, tuple[int, int]]:
    """Id and members read so far of every owner's pull, made where it is new."""
    columns = ("account", "id", "seen", "import_id", "list_kind")

    def held() -> dict[bytes, tuple[int, int]]:
        rows = raw_rows(page.conn, PULL, columns, "account", owners)
        mine = (page.import_id, facts.list_kind.value)
        return {owner: (number, seen) for owner, number, seen, *of in rows if tuple(of) == mine}

    known = held()
    rows = [
        {
            "import_id": page.import_id,
            "platform": platform,
            "account": owner,
            "list_kind": facts.list_kind.value,
            "frame": facts.frame.value,
            "list_order": facts.order.value,
            "pulled_at": facts.pulled_at,
            "seen": 0,
            "total": facts.totals.get(native_id),
            "minors": 0,
        }
        for owner, (platform, native_id) in owners.items()
        if owner not in known
    ]
    if not rows:
        return known
    upsert(page.conn, PULL, rows, key=["import_id", "list_kind", "account"], update=[])
    return held()


def _members_so_far(page: Page) -> SeenCodes:
    """The index of an import taken up again: every page of members it wrote before."""
    index = SeenCodes()
    pages = select(PULL_MEMBER.c.pull_id, PULL_MEMBER.c.members).join(PULL, PULL.c.id == PULL_MEMBER.c.pull_id)
    for row in page.conn.execute(pages.where(PULL.c.import_id == page.import_id)):
        raw = np.frombuffer(row.members, np.uint8).reshape(-1, WIDTH)
        index.add(_codes(raw, np.full(len(raw), row.pull_id)))
    return index


def _append(
    page: Page,
    read_before: dict[int, int],
    raw: NDArray[np.uint8],
    owner_at: NDArray[np.int64],
    fresh: NDArray[np.bool_],
    gone: NDArray[np.bool_],
    minor: NDArray[np.bool_],
) -> None:
    at = np.flatnonzero(fresh)
    at = at[np.argsort(owner_at[at], kind="stable")]
    if not len(at):
        return
    starts = np.flatnonzero(np.diff(owner_at[at], prepend=-1))
    rows, counters = [], []
    for group in np.split(at, starts[1:]):
        pull = int(owner_at[group[0]])
        members = raw[group[~gone[group]]].tobytes()
        rows.append({"pull_id": pull, "first": read_before[pull], "members": members})
        counters.append({"p": pull, "n": len(group), "m": int(minor[group].sum())})
    upsert(page.conn, PULL_MEMBER, rows, key=["pull_id", "first"], update=["members"])
    page.conn.execute(_MOVE, counters)


def _name_large(page: Page, facts: PullFacts, owners: dict[bytes, tuple[str, str]], people: People) -> None:
    """Names the owners of follower lists whose stated whole count reaches the rule."""
    if facts.list_kind is not ListKind.FOLLOWERS or not facts.totals:
        return
    large = [
        Naming(owner, platform, native_id)
        for owner, (platform, native_id) in owners.items()
        if facts.totals.get(native_id, 0) >= page.settings.followers_at_least and owner not in people.gone
    ]
    promote(page.store, page.conn, large, "followers", now=page.now)


def _name_in_store(page: Page, seen: dict[bytes, tuple[str, str]], touched: Mapping[bytes, int]) -> None:
    """Names accounts whose followers in the store reach the rule; counts again only where they can have reached it."""
    bound, least = page.memory.follower_bound, page.settings.in_store_at_least
    if len(bound) > REMEMBERED_AT_MOST:
        bound.clear()
    unsure = []
    for account, added in touched.items():
        reached = bound.get(account, least) + added
        bound[account] = reached
        if reached >= least:
            unsure.append(account)
    if not unsure:
        return
    named = named_among(page.conn, unsure)
    bound.update(dict.fromkeys(named, float("-inf")))
    counts = counts_by(page.conn, FOLLOW, "account", [account for account in unsure if account not in named])
    bound.update(counts)
    large = [Naming(account, *seen[account]) for account, count in counts.items() if count >= least]
    promote(page.store, page.conn, large, "in_store", now=page.now)
    bound.update(dict.fromkeys((item.account for item in large), float("-inf")))
