"""A designed world of a watched brand: who follows it on two days, what they write and follow, and creators who speak of it."""

from datetime import UTC, datetime, timedelta

from scoring.text.indexer import JiebaIndexer
from storage.engine import Store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter, Record
from storage.pulling import watch
from storage.records import AccountRecord, Count, FollowRecord, Frame, ListKind, Order, PostRecord, Provenance, PullFacts

FIRST, SECOND = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 20, tzinfo=UTC)
NOW = datetime(2026, 10, 25, tzinfo=UTC)
BRAND, RIVAL, CREATOR, OTHER = "brand", "rival", "creator", "other"
STANDING = [f"old{number:03d}" for number in range(90)]
LOST = [f"lost{number:02d}" for number in range(25)]
GAINED = [f"new{number:03d}" for number in range(60)]
CAMPING = "周末带帐篷和睡袋去露营,营地的天幕和卡式炉都很好用"
PLAIN = "今天加班到很晚,地铁上人很多,回家煮了一碗面条吃"


def bring(store: Store, kind: str, records: list[Record], now: datetime, facts: PullFacts | None = None) -> None:
    origin = Provenance("test", "test", now)
    number = begin_import(
        store, ImportRequest(kind, f"{kind} {now}", f"{kind}{now}{len(records)}", {}, origin), now=now
    ).import_id
    PageWriter(store, number, now=now, indexer=JiebaIndexer(), pull=facts).write(records, position=len(records))
    finish_import(store, number, now=now)


def follows(store: Store, people: list[str], now: datetime, frame: Frame = Frame.COMPLETE) -> None:
    facts = PullFacts(ListKind.FOLLOWERS, frame, now, Order.NEWEST_FIRST, {BRAND: 1000} if frame is Frame.NEWEST else {})
    bring(store, "follows", [FollowRecord("bluesky", BRAND, who) for who in people], now, facts)


def followees(store: Store, pairs: list[tuple[str, str]], now: datetime) -> None:
    facts = PullFacts(ListKind.FOLLOWEES, Frame.COMPLETE, now, Order.NEWEST_FIRST)
    bring(store, "follows", [FollowRecord("bluesky", followed, who) for who, followed in pairs], now, facts)


def post(number: int, who: str, text: str, day: datetime) -> PostRecord:
    return PostRecord("bluesky", f"p{number}", who, day, text)


def make_world(store: Store) -> None:
    """Of the gained 50 of 60 write of camping and follow the creator; of the standing 9 of 90 do."""
    names = {BRAND: "牧野", RIVAL: "山行", CREATOR: "露营的阿山", OTHER: "吃面的阿水"}
    profiles: list[Record] = [
        AccountRecord("bluesky", who, FIRST, handle=f"{who}.test", name=name, followers=Count(1000))
        for who, name in names.items()
    ]
    bring(store, "accounts", profiles, FIRST)
    watch(store, "bluesky", list(names), now=FIRST)
    follows(store, STANDING + LOST, FIRST)
    follows(store, GAINED + STANDING, SECOND)
    campers = [*GAINED[:50], *STANDING[:9]]
    rest = [*GAINED[50:], *STANDING[9:]]
    followees(store, [(who, CREATOR) for who in campers] + [(who, OTHER) for who in [*GAINED, *STANDING]], SECOND)
    posts: list[Record] = [
        post(at, who, CAMPING if who in campers else PLAIN, SECOND) for at, who in enumerate([*campers, *rest])
    ]
    day = timedelta(days=1)
    posts += [
        post(900, CREATOR, "牧野的帐篷开箱", FIRST - 20 * day), post(901, CREATOR, "牧野新品 #广告 值得买", FIRST + 2 * day),
        post(902, OTHER, "brand.test is fine", FIRST + 3 * day), post(903, OTHER, "山行的背包", FIRST + 3 * day),
        post(904, BRAND, "牧野自己说", FIRST + day), post(905, GAINED[0], "我也爱牧野", SECOND),
    ]  # fmt: skip
    bring(store, "posts", posts, SECOND)
