"""A page of profiles: snapshots of the named, raw profiles of persons, counts as a series, marks for the profile rule."""

import re
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from storage.identity import Pseudonymiser
from storage.ingest_posts import Indexed, Text, bio_text, write_texts
from storage.lookups import keys_among, rows_where
from storage.naming import PROFILE_FIELDS, Naming, named_among, profile_digest, promote
from storage.pages import Page, PageOutcome, identify
from storage.records import AccountRecord, Count
from storage.settling import settle
from storage.tables import COUNT_SERIES, PROFILE_FEATURE, PROFILE_SEEN, PROFILE_SNAPSHOT, RAW_PROFILE
from storage.writes import upsert, upsert_rows

_TRAILING_DIGITS = re.compile(r"\d*$", re.ASCII)
_Row = tuple[bytes, AccountRecord]
_PROFILE = attrgetter(*PROFILE_FIELDS)
_KEY = ("account", "import_id")
_RAW = (*PROFILE_FIELDS, "observed_at", "fetched_at")
_FEATURES = ("observed_at", "fetched_at", "has_bio", "has_avatar", "verified", "handle_digits", "created_at", "digest")


def write_accounts(page: Page, records: Sequence[AccountRecord], indexed: Indexed | None) -> PageOutcome:
    """Profiles as they stood; an account with many followers is named on the spot.

    Each observation keeps its counts; of profile and marks, the newest of an import is kept.
    """
    people = identify(page, [record.platform for record in records], [record.native_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    rows = [(people.keys[at], records[at]) for at in chosen]
    digests = _contents(page.store.pseudonymiser, [record for _, record in rows])
    observations = [(key, record.observed_at, digest) for (key, record), digest in zip(rows, digests, strict=True)]
    settled = settle(_held(page, {key for key, _ in rows}), observations)
    accepted = [rows[at] for at in settled.accepted]
    newest = [rows[at] for at in settled.newest]
    named = _name_large(page, accepted)
    _write_counts(page, accepted)
    _write_features(page, newest, [digests[at] for at in settled.newest])
    _write_snapshots(page, [(key, record) for key, record in accepted if key in named])
    _write_raw(page, [(key, record) for key, record in newest if key not in named])
    _write_bios(page, accepted, indexed)
    conflicts = tuple(chosen[at] for at in settled.conflicts)
    return PageOutcome(len(accepted), settled.duplicates, conflicts, forgotten=len(records) - len(chosen))


def _held(page: Page, keys: set[bytes]) -> dict[bytes, tuple[datetime, bytes]]:
    """When this import saw each of the accounts last, and the digest of what it saw."""
    known = keys_among(
        page.conn, PROFILE_FEATURE, "account", keys, import_id=page.import_id
    )  # mostly nobody: a look at keys is cheap
    columns = [PROFILE_FEATURE.c.account, PROFILE_FEATURE.c.observed_at, PROFILE_FEATURE.c.digest, PROFILE_FEATURE.c.import_id]
    return {
        row.account: (row.observed_at, row.digest)
        for row in rows_where(page.conn, columns, PROFILE_FEATURE.c.account, known)
        if row.import_id == page.import_id
    }


def account_texts(records: Sequence[AccountRecord], pseudonymiser: Pseudonymiser) -> list[Text]:
    """The bios of a page as texts."""
    return [text for record in records if (text := bio_text(pseudonymiser, record)) is not None]


def _contents(pseudonymiser: Pseudonymiser, records: Sequence[AccountRecord]) -> list[bytes]:
    """Digests of whole profiles: within one import they tell a repeat from a contradiction."""
    return pseudonymiser.keyed_hashes(
        "profile",
        [
            repr(
                (
                    *_PROFILE(record),
                    _count(record.followers),
                    _count(record.following),
                    _count(record.posts),
                    None if record.created_at is None else record.created_at.timestamp(),
                    record.has_avatar,
                )
            )
            for record in records
        ],
    )


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


def _write_features(page: Page, rows: Sequence[_Row], digests: Sequence[bytes]) -> None:
    features = [
        (
            key,
            page.import_id,
            record.observed_at,
            page.now,
            None if record.bio is None else bool(record.bio.strip()),
            record.has_avatar,
            record.verified,
            trailing_digits(record.handle, record.name),
            record.created_at,
            digest,
        )
        for (key, record), digest in zip(rows, digests, strict=True)
    ]
    upsert_rows(page.conn, PROFILE_FEATURE, (*_KEY, *_FEATURES), features, key=_KEY, update=_FEATURES)


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
    raw = [(key, page.import_id, record.platform, *_PROFILE(record), record.observed_at, page.now) for key, record in rows]
    upsert_rows(page.conn, RAW_PROFILE, (*_KEY, "platform", *_RAW), raw, key=_KEY, update=_RAW)


def _write_bios(page: Page, rows: Sequence[_Row], indexed: Indexed | None) -> None:
    if indexed is None:
        return
    pairs = [(key, text) for key, record in rows if (text := bio_text(page.store.pseudonymiser, record)) is not None]
    write_texts(page, [key for key, _ in pairs], [text for _, text in pairs], indexed)
