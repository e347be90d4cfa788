"""Bilibili's payloads to records: pure, and strict about what is there.

Sources: openhome.bilibili.com/doc: user/account/info, data/user/stat, archive/viewlist, status codes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.bilibili.client import CLIENT_ID, CLIENT_SECRET, TOKEN
from collectors.errors import ApiChanged, LiveError, RetryLater, SkipTarget, StopRun
from storage.records import AccountRecord, Count, PostRecord

PLATFORM = "bilibili"
_MISSING = -404
_SOON = 5.0
_WAITS = {-500: _SOON, -503: _SOON, -504: _SOON, -509: 60.0, -799: 60.0}  # seconds
_REASONS = (
    ({-352, -412}, "Bilibili blocks this address ({code}): ask its open platform before you go on"),
    (
        {-403, -108, 4003, 4005},
        "Bilibili does not allow this call ({code}): the creator must grant USER_INFO, USER_DATA and ARC_BASE",
    ),
    (
        {-1, -2, -3, -101, -111, -401, 4001, 4002},
        f"Bilibili does not accept the credentials ({{code}}): check {CLIENT_ID} and {CLIENT_SECRET}, and renew {TOKEN}",
    ),
)
_UNKNOWN = "Bilibili refuses with the code {code}, which this version of fanfit does not know: its API may have changed"


def judge(status: int, body: Any) -> LiveError | None:
    """What an answer's `code` means: it tells, whatever the status; 0 is no refusal, None where there is none."""
    del status
    code = body.get("code") if isinstance(body, Mapping) else None
    if not isinstance(code, int) or isinstance(code, bool) or code == 0:
        return None
    if code in _WAITS:
        return RetryLater(f"Bilibili is busy or limits us ({code})", _WAITS[code])
    if code == _MISSING:
        return SkipTarget("not found")
    reason = next((sentence for codes, sentence in _REASONS if code in codes), _UNKNOWN)
    return StopRun(reason.format(code=code))


def account(document: Any, counts: Any, observed_at: datetime) -> AccountRecord:
    """The creator who authorised, with counts; the id is the openid, which this application alone knows the creator by."""
    who, told = _data(document), _data(counts)
    return AccountRecord(
        PLATFORM,
        _required(who, "openid"),
        observed_at,
        name=_required(who, "name"),
        followers=_count(told, "follower"),
        following=_count(told, "following"),
        posts=_count(told, "arc_passed_total"),
        has_avatar=bool(who["face"]) if isinstance(who.get("face"), str) else None,
    )


def video_page(document: Any, author: str, page: int, size: int) -> Batch:
    """A page of videos as posts: title, description and tags; the cursor is the next page's number."""
    data = _data(document)
    views, paging = data.get("list"), data.get("page")
    if views is None:
        views = []  # a creator without videos
    if not isinstance(views, list) or not isinstance(paging, Mapping) or not isinstance(paging.get("total"), int):
        raise ApiChanged(PLATFORM, "a 'list' and a 'page' with a 'total'")
    if paging.get("pn") != page:
        reason = "Bilibili gave another page than the one that was asked for"
        raise RetryLater(reason, _SOON)
    posts = [_post(view, author) for view in views]
    times = [post.created_at for post in posts]
    after = str(page + 1) if page * size < paging["total"] else None
    return Batch(tuple(posts), len(posts), after, max(times, default=None), min(times, default=None))


def _post(view: Any, author: str) -> PostRecord:
    if not isinstance(view, Mapping) or not isinstance(view.get("ptime"), int):
        raise ApiChanged(PLATFORM, "a video with 'ptime'")
    parts = [view.get("title"), view.get("desc"), view.get("tag")]
    text = "\n".join(part for part in parts if isinstance(part, str) and part)
    return PostRecord(PLATFORM, _required(view, "resource_id"), author, datetime.fromtimestamp(view["ptime"], UTC), text)


def _data(document: Any) -> Mapping[str, Any]:
    found = document.get("data") if isinstance(document, Mapping) else None
    if not isinstance(found, Mapping):
        raise ApiChanged(PLATFORM, "an object 'data'")
    return found


def _required(view: Mapping[str, Any], key: str) -> str:
    found = view.get(key)
    if not isinstance(found, str) or not found:
        raise ApiChanged(PLATFORM, f"a text {key!r}")
    return found


def _count(view: Mapping[str, Any], key: str) -> Count | None:
    """A count; the platform gives numbers, at times as text."""
    found = view.get(key)
    text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
    return Count(int(text)) if text.isascii() and text.isdigit() else None
