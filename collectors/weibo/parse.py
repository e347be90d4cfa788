"""Weibo's payloads to records: pure, and strict about what is there.

Sources: open.weibo.com/wiki: 2/users/show, 2/statuses/user_timeline, 2/comments/show, 2/reposts/timeline, Error_code.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.engagers import Reactions
from collectors.errors import ApiChanged, LiveError, RetryLater, SkipTarget, StopRun
from collectors.weibo.client import TOKEN
from storage.ingest import Record
from storage.records import AccountRecord, AttributeRecord, Count, EngagementKind, EngagementRecord, PostRecord

PLATFORM = "weibo"
_TIME = "%a %b %d %H:%M:%S %z %Y"
_WAITS = {  # seconds: limits of an address, a user, a user at one endpoint (no header says for how long), then an overloaded platform
    10022: 3_600.0, 10023: 3_600.0, 10024: 3_600.0, 10001: 5.0, 10002: 5.0, 10009: 5.0, 10010: 5.0, 10011: 5.0,
}  # fmt: skip
_GONE = {20101, 20003, 20201, 20204}  # no such post, user, comment
_REASONS = (
    (
        {10014, 10005, 20112, 21335, 21336},
        "Weibo does not allow this call to the application ({code}): ask for the interface at its open platform",
    ),
    ({10006, *range(21301, 21335)}, f"Weibo does not accept the token ({{code}}): authorise the account anew and set {TOKEN}"),
)
_UNKNOWN = "Weibo refuses with the code {code}, which this version of fanfit does not know: its API may have changed"
_GENDERS = {"m": "male", "f": "female"}


def judge(status: int, body: Any) -> LiveError | None:
    """What a refusal means: Weibo gives a code, as a number or as text, with any status; None where there is none."""
    del status
    found = body.get("error_code") if isinstance(body, Mapping) else None
    code = int(found) if isinstance(found, int | str) and str(found).isascii() and str(found).isdigit() else None
    if code is None:
        return None
    if code in _WAITS:
        return RetryLater(f"Weibo is busy or limits us ({code})", _WAITS[code])
    if code in _GONE:
        return SkipTarget("not found")
    reason = next((sentence for codes, sentence in _REASONS if code in codes), _UNKNOWN)
    return StopRun(reason.format(code=code))


def own_id(document: Any) -> str:
    """The stable id of the account that authorised."""
    return _id(_mapping(document, "an object"), "uid")


def user(document: Any, observed_at: datetime) -> AccountRecord:
    """A profile with counts."""
    return _account(_mapping(document, "a user"), observed_at)


def post_page(document: Any, author: str, page: int, size: int) -> Batch:
    """A page of own posts; the cursor is the next page's number."""
    views = _list(document, "statuses")
    posts = [
        PostRecord(PLATFORM, _id(view, "idstr", "id"), author, _moment(view), _text(view, "text") or "", "retweeted_status" in view)
        for view in views
    ]  # fmt: skip
    times = [post.created_at for post in posts]
    return Batch(tuple(posts), len(views), _next(document, page, size), max(times, default=None), min(times, default=None))


def own_posts(batch: Batch) -> list[PostRecord]:
    """The page's posts that are no reposts."""
    return [record for record in batch.records if isinstance(record, PostRecord) and not record.is_repost]


def reactions(document: Any, key: str, author: str, post: str, page: int, size: int, observed_at: datetime) -> Reactions:
    """A page of comments or reposts: who, when, and their profiles. Those of deleted accounts name nobody and are left out."""
    kind = EngagementKind.REPLY if key == "comments" else EngagementKind.REPOST
    views = _list(document, key)
    records: list[Record] = []
    for view in views:
        who = view.get("user")
        if not isinstance(who, Mapping) or "id" not in who:
            continue
        account = _account(who, observed_at)
        records.append(EngagementRecord(PLATFORM, author, post, account.native_id, kind, _moment(view)))
        records += [account, *_attributes(who, observed_at)]
    return Reactions(tuple(records), len(views), _next(document, page, size))


def _account(view: Mapping[str, Any], observed_at: datetime) -> AccountRecord:
    native_id = _id(view, "idstr", "id")
    return AccountRecord(
        PLATFORM,
        native_id,
        observed_at,
        handle=_text(view, "screen_name"),
        name=_text(view, "screen_name"),
        bio=_text(view, "description"),
        url=f"https://weibo.com/u/{native_id}",
        verified=view["verified"] if isinstance(view.get("verified"), bool) else None,
        followers=_count(view, "followers_count"),
        following=_count(view, "friends_count"),
        posts=_count(view, "statuses_count"),
        created_at=_moment(view) if isinstance(view.get("created_at"), str) else None,
    )


def _attributes(view: Mapping[str, Any], observed_at: datetime) -> list[AttributeRecord]:
    """What the profile itself declares: gender, and the first word of the place."""
    native_id, told = _id(view, "idstr", "id"), []
    if (gender := _GENDERS.get(str(view.get("gender")))) is not None:
        told.append(AttributeRecord(PLATFORM, native_id, "gender", gender, observed_at))
    place = (_text(view, "location") or "").split()
    if place and place[0] not in {"其他", "海外"}:
        told.append(AttributeRecord(PLATFORM, native_id, "region", place[0], observed_at))
    return told


def _next(document: Any, page: int, size: int) -> str | None:
    """The next page's number: pages may be short, since what users hid is left out of them, so the total says where the end is."""
    total = document.get("total_number")
    if not isinstance(total, int):
        raise ApiChanged(PLATFORM, "a number 'total_number'")
    return str(page + 1) if page * size < total else None


def _mapping(document: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise ApiChanged(PLATFORM, what)
    return document


def _list(document: Any, key: str) -> Sequence[Mapping[str, Any]]:
    views = _mapping(document, f"a list {key!r}").get(key)
    if not isinstance(views, list) or not all(isinstance(view, Mapping) for view in views):
        raise ApiChanged(PLATFORM, f"a list {key!r}")
    return views


def _id(view: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        found = view.get(key)
        if isinstance(found, int | str) and str(found).isascii() and str(found).isdigit():
            return str(found)
    raise ApiChanged(PLATFORM, f"a number {keys[-1]!r}")


def _text(view: Mapping[str, Any], key: str) -> str | None:
    found = view.get(key)
    return found if isinstance(found, str) and found else None


def _count(view: Mapping[str, Any], key: str) -> Count | None:
    found = view.get(key)
    return Count(found) if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _moment(view: Mapping[str, Any]) -> datetime:
    """`created_at`, as "Tue May 31 17:46:55 +0800 2011": English names, whatever the locale of this process."""
    try:
        return datetime.strptime(str(view.get("created_at")), _TIME).astimezone(UTC)
    except ValueError:
        raise ApiChanged(PLATFORM, "a time 'created_at'") from None
