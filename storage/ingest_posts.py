"""Texts of a page, each counted once: the ledger of keyed hashes, counts per account and week, words of the raw lifetime."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from storage.engine import Store
from storage.identity import Pseudonymiser
from storage.lookups import raw_rows
from storage.naming import named_among
from storage.pages import REMEMBERED_AT_MOST, Page, PageOutcome, identify
from storage.records import AccountRecord, PostRecord
from storage.tables import POST, POST_SEEN, RAW_POST, RAW_WORD, TEXT_WEEK
from storage.text_index import TextCounts, TextIndexer, merge, pack_each
from storage.writes import upsert

SECONDS_PER_DAY = 86_400
MONDAY = 3  # 1970-01-01 was a Thursday, three days after its Monday


@dataclass(frozen=True, slots=True)
class Text:
    """One text to count: a post with its `native_id`, or a bio (without) as a text of the week in which it was observed."""

    key: bytes
    text_hash: bytes
    text: str
    created_at: datetime
    is_repost: bool
    native_id: str | None = None


@dataclass(frozen=True, slots=True)
class Indexed:
    """Texts of a page with the counts of those that the store did not know when the page was prepared."""

    texts: tuple[Text, ...]
    counts: dict[bytes, TextCounts]
    dictionary: str


def week_of(moment: datetime) -> int:
    """Days since 1970-01-01 of the week's Monday (UTC), divided by 7 rounded down.

    >>> from datetime import UTC
    >>> week_of(datetime(1970, 1, 4, 23, tzinfo=UTC)), week_of(datetime(1970, 1, 5, tzinfo=UTC))
    (-1, 0)
    """
    day = int(moment.timestamp() // SECONDS_PER_DAY)
    return (day - (day + MONDAY) % 7) // 7


def post_texts(pseudonymiser: Pseudonymiser, records: Sequence[PostRecord]) -> tuple[Text, ...]:
    """The texts of posts under keyed hashes of (platform, post id)."""
    keys = pseudonymiser.keyed_hashes("post", [f"{record.platform}\n{record.native_id}" for record in records])
    hashes = pseudonymiser.keyed_hashes("text", [record.text for record in records])
    return tuple(
        Text(key, text_hash, record.text, record.created_at, record.is_repost, record.native_id)
        for key, text_hash, record in zip(keys, hashes, records, strict=True)
    )


def bio_text(pseudonymiser: Pseudonymiser, record: AccountRecord) -> Text | None:
    """A bio as a text: the same bio of the same account counts once."""
    if record.bio is None or not record.bio.strip():
        return None
    key = pseudonymiser.keyed_hash("bio", f"{record.platform}\n{record.native_id}\n{record.bio}")
    return Text(key, pseudonymiser.keyed_hash("text", record.bio), record.bio, record.observed_at, is_repost=False)


def index_new(store: Store, texts: Sequence[Text], indexer: TextIndexer) -> Indexed:
    """Counts the texts that the store does not know; outside of the page's transaction, because it takes the time."""
    with store.read() as conn:
        known = _held(conn, [text.key for text in texts])
    fresh = {text.key: text.text for text in reversed(texts) if text.key not in known}
    counts = indexer.index(list(fresh.values()))
    return Indexed(tuple(texts), dict(zip(fresh, counts, strict=True)), indexer.dictionary)


def write_posts(page: Page, records: Sequence[PostRecord], indexed: Indexed) -> PageOutcome:
    """Posts of a page; one that is known from another import is a duplicate that this import attests too."""
    people = identify(page, [record.platform for record in records], [record.author_id for record in records])
    chosen = [at for at in range(len(records)) if not people.refused(at)]
    accepted, duplicates, conflicts = write_texts(
        page, [people.keys[at] for at in chosen], [indexed.texts[at] for at in chosen], indexed
    )
    return PageOutcome(
        accepted, duplicates, tuple(chosen[at] for at in conflicts), minors=0, forgotten=len(records) - len(chosen)
    )


def write_texts(page: Page, authors: Sequence[bytes], texts: Sequence[Text], indexed: Indexed) -> tuple[int, int, list[int]]:
    """Writes the new texts; how many, how many were known, and which contradict what is held under their key."""
    held = _held(page.conn, [text.key for text in texts])
    new: list[tuple[bytes, Text]] = []
    again: set[bytes] = set()
    known: list[tuple[bytes, Text]] = []
    conflicts: list[int] = []
    for at, (author, text) in enumerate(zip(authors, texts, strict=True)):
        if text.key not in held:
            held[text.key] = (author, text.text_hash, page.import_id)
            new.append((author, text))
        elif held[text.key][:2] != (author, text.text_hash):
            conflicts.append(at)
        elif held[text.key][2] != page.import_id:
            again.add(text.key)
            known.append((author, text))
    _link_known(page, known)
    _write_ledger(page, new)
    upsert(
        page.conn, POST_SEEN, [{"post": key, "import_id": page.import_id} for key in again], key=["post", "import_id"], update=[]
    )
    _write_counts(page, new, indexed)
    return len(new), len(texts) - len(new) - len(conflicts), conflicts


def _held(conn: Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[bytes, bytes, int]]:
    columns = ("post", "account", "text_hash", "import_id")
    return {
        post: (author, text_hash, import_id) for post, author, text_hash, import_id in raw_rows(conn, POST, columns, "post", keys)
    }


def _write_ledger(page: Page, new: Sequence[tuple[bytes, Text]]) -> None:
    ledger = [
        {
            "post": text.key,
            "account": author,
            "import_id": page.import_id,
            "text_hash": text.text_hash,
            "created_at": text.created_at,
            "fetched_at": page.now,
        }
        for author, text in new
    ]
    named = named_among(page.conn, {author for author, _ in new})
    raw = [
        {
            "post": text.key,
            "account": author,
            "text": text.text,
            "is_repost": text.is_repost,
            "native_id": text.native_id if author in named else None,
            "fetched_at": page.now,
        }
        for author, text in new
    ]
    upsert(page.conn, POST, ledger, key=["post"], update=[])
    upsert(page.conn, RAW_POST, raw, key=["post"], update=["text", "is_repost", "native_id", "fetched_at"])


def _link_known(page: Page, texts: Sequence[tuple[bytes, Text]]) -> None:
    """Posts that were held before their id was, or before their account had a name, get the id when another import brings them."""
    named = named_among(page.conn, {author for author, _ in texts}) if texts else set()
    found = [{"key": text.key, "id": text.native_id} for author, text in texts if author in named and text.native_id is not None]
    if found:
        row = RAW_POST.c
        page.conn.execute(
            update(RAW_POST).where(row.post == bindparam("key"), row.native_id.is_(None)).values(native_id=bindparam("id")), found
        )


def _write_counts(page: Page, new: Sequence[tuple[bytes, Text]], indexed: Indexed) -> None:
    by_week: dict[tuple[bytes, int], list[TextCounts]] = {}
    for author, text in new:
        by_week.setdefault((author, week_of(text.created_at)), []).append(indexed.counts[text.key])
    write_weeks(page.conn, by_week, page.import_id, page.position, indexed.dictionary, page.now)
    words: dict[int, str] = {}
    for _, text in new:
        words.update(indexed.counts[text.key].spelled)
    known = page.memory.spelled
    fresh = [{"term": term, "text": word, "fetched_at": page.now} for term, word in words.items() if term not in known]
    upsert(page.conn, RAW_WORD, fresh, key=["term"], update={"fetched_at": "max"})
    if len(known) > REMEMBERED_AT_MOST:
        known.clear()
    known.update(words)


def write_weeks(
    conn: Connection,
    by_week: dict[tuple[bytes, int], list[TextCounts]],
    import_id: int,
    page: int,
    dictionary: str,
    now: datetime,
) -> None:
    """One row of counts per account and week, as one import's page brought them."""
    totals = [parts[0] if len(parts) == 1 else merge(parts) for parts in by_week.values()]
    rows = [
        {
            "account": author,
            "week": week,
            "import_id": import_id,
            "page": page,
            "dictionary": dictionary,
            "posts": len(parts),
            "words": total.words,
            "counts": counts,
            "fetched_at": now,
        }
        for ((author, week), parts), total, counts in zip(by_week.items(), totals, pack_each(totals), strict=True)
    ]
    upsert(conn, TEXT_WEEK, rows, key=["account", "week", "import_id", "page", "dictionary"], update=["posts", "words", "counts"])
