"""A page of profiles: snapshots of the named, raw profiles of persons, counts as a series, marks for the profile rule."""

import re
from collections.abc import Sequence

from storage.identity import Pseudonymiser
from storage.ingest_posts import Indexed, Text, bio_text, write_texts
from storage.lookups import rows_where
from storage.naming import PROFILE_FIELDS, Naming, named_among, profile_digest, promote
from storage.pages import Page, PageOutcome, identify
from storage.records import AccountRecord, Count
from storage.settling import settle
from storage.tables import COUNT_SERIES, PROFILE_FEATURE, PROFILE_SEEN, PROFILE_SNAPSHOT, RAW_PROFILE
from storage.writes import upsert

_TRAILING_DIGITS = re.compile(r"\d*$", re.ASCII)
_Row = tuple[bytes, AccountRecord]


def write_accounts(page: Page, records: Sequence[AccountRecord], indexed: Indexed | None) -> PageOutcome:
    """Profiles as they stood; an account with many followers is named on the spot.

    Each observation keeps its counts; of profile and marks, the newest of an import is kept.
    """
    people = identify(page, [record.platform for record in records], [record.native_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    keys = [people.keys[at] for at in chosen]
    columns = [PROFILE_FEATURE.c.account, PROFILE_FEATURE.c.observed_at, PROFILE_FEATURE.c.digest, PROFILE_FEATURE.c.import_id]
    held = {
        row.account: (row.observed_at, row.digest)
        for row in rows_where(page.conn, columns, PROFILE_FEATURE.c.account, set(keys))
        if row.import_id == page.import_id
    }
    digests = [_content(page, records[at]) for at in chosen]
    times = [records[at].observed_at for at in chosen]
    settled = settle(held, list(zip(keys, times, digests, strict=True)))
    named = _name_large(page, [(keys[at], records[chosen[at]]) for at in settled.accepted])
    newest = [(keys[at], records[chosen[at]]) for at in settled.newest]
    _write_counts(page, [(keys[at], records[chosen[at]]) for at in settled.accepted])
    _write_features(page, newest, {keys[at]: digests[at] for at in settled.newest})
    _write_snapshots(page, [(keys[at], records[chosen[at]]) for at in settled.accepted if keys[at] in named])
    _write_raw(page, [(key, record) for key, record in newest if key not in named])
    _write_bios(page, [(keys[at], records[chosen[at]]) for at in settled.accepted], indexed)
    conflicts = tuple(chosen[at] for at in settled.conflicts)
    return PageOutcome(len(settled.accepted), settled.duplicates, conflicts, forgotten=len(records) - len(chosen))


def account_texts(records: Sequence[AccountRecord], pseudonymiser: Pseudonymiser) -> list[Text]:
    """The bios of a page as texts."""
    return [text for record in records if (text := bio_text(pseudonymiser, record)) is not None]


def _content(page: Page, record: AccountRecord) -> bytes:
    counts = [_count(value) for value in (record.followers, record.following, record.posts)]
    created = record.created_at.isoformat() if record.created_at else None
    values = [getattr(record, field) for field in PROFILE_FIELDS]
    return profile_digest(page.store.pseudonymiser, [*values, *counts, created, record.has_avatar])


def _count(count: Count | None) -> list[int] | None:
    return None if count is None else [count.value, count.half_width]


def _name_large(page: Page, rows: Sequence[_Row]) -> set[bytes]:
    large = [
        Naming(key, record.platform, record.native_id)
        for key, record in rows
        if record.followers is not None and record.followers.value >= page.settings.followers_at_least
    ]
    promote(page.store, page.conn, large, "followers", now=page.now)
    return named_among(page.conn, {key for key, _ in rows})


def _write_counts(page: Page, rows: Sequence[_Row]) -> None:
    series = [
        {
            "account": key,
            "observed_at": record.observed_at,
            "import_id": page.import_id,
            "fetched_at": page.now,
            "followers": record.followers.value if record.followers else None,
            "followers_half_width": record.followers.half_width if record.followers else 0,
            "following": record.following.value if record.following else None,
            "posts": record.posts.value if record.posts else None,
        }
        for key, record in rows
        if record.followers or record.following or record.posts
    ]
    upsert(page.conn, COUNT_SERIES, series, key=["account", "observed_at", "import_id"], update=[])


def _write_features(page: Page, rows: Sequence[_Row], digests: dict[bytes, bytes]) -> None:
    features = [
        {
            "account": key,
            "import_id": page.import_id,
            "observed_at": record.observed_at,
            "fetched_at": page.now,
            "has_bio": None if record.bio is None else bool(record.bio.strip()),
            "has_avatar": record.has_avatar,
            "verified": record.verified,
            "handle_digits": trailing_digits(record.handle, record.name),
            "created_at": record.created_at,
            "digest": digests[key],
        }
        for key, record in rows
    ]
    changed = [name for name in (features[0] if features else {}) if name not in {"account", "import_id"}]
    upsert(page.conn, PROFILE_FEATURE, features, key=["account", "import_id"], update=changed)


def trailing_digits(handle: str | None, name: str | None) -> int | None:
    """Digits at the end of handle or name, the longer run; None when neither is given.

    >>> trailing_digits("anna", "用户12345678"), trailing_digits(None, None)
    (8, None)
    """
    lengths = [len(match.group()) for text in (handle, name) if text is not None and (match := _TRAILING_DIGITS.search(text))]
    return max(lengths) if lengths else None


def _write_snapshots(page: Page, rows: Sequence[_Row]) -> None:
    snapshots, seen = [], []
    for key, record in rows:
        values = {field: getattr(record, field) for field in PROFILE_FIELDS}
        digest = profile_digest(page.store.pseudonymiser, list(values.values()))
        snapshots.append({"account": key, "digest": digest, **values})
        when = {"observed_at": record.observed_at, "import_id": page.import_id, "fetched_at": page.now}
        seen.append({"account": key, "digest": digest, **when})
    upsert(page.conn, PROFILE_SNAPSHOT, snapshots, key=["account", "digest"], update=[])
    upsert(page.conn, PROFILE_SEEN, seen, key=["account", "observed_at", "import_id"], update=["digest", "fetched_at"])


def _write_raw(page: Page, rows: Sequence[_Row]) -> None:
    raw = [
        {
            "account": key,
            "import_id": page.import_id,
            "platform": record.platform,
            **{field: getattr(record, field) for field in PROFILE_FIELDS},
            "observed_at": record.observed_at,
            "fetched_at": page.now,
        }
        for key, record in rows
    ]
    changed = [*PROFILE_FIELDS, "observed_at", "fetched_at"]
    upsert(page.conn, RAW_PROFILE, raw, key=["account", "import_id"], update=changed)


def _write_bios(page: Page, rows: Sequence[_Row], indexed: Indexed | None) -> None:
    if indexed is None:
        return
    pairs = [(key, text) for key, record in rows if (text := bio_text(page.store.pseudonymiser, record)) is not None]
    write_texts(page, [key for key, _ in pairs], [text for _, text in pairs], indexed)
