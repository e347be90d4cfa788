"""YouTube's payloads to records: pure, and strict about what is there.

Sources: developers.google.com/youtube/v3/docs, channels, playlistItems, videos, commentThreads, errors.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.engagers import Reactions
from collectors.errors import ApiChanged, LiveError, QuotaUsedUp, RetryLater, SkipTarget, StopRun
from storage.records import AccountRecord, Count, EngagementKind, EngagementRecord, PostRecord

PLATFORM = "youtube"
_QUOTA = {"quotaExceeded", "dailyLimitExceeded"}
_BUSY = {"rateLimitExceeded", "userRateLimitExceeded"}
_GONE = {
    "channelNotFound": "not found", "playlistNotFound": "not found", "videoNotFound": "not found", "commentsDisabled": "comments are off",
    "channelClosed": "closed", "channelSuspended": "suspended", "playlistItemsNotAccessible": "private", "channelForbidden": "private",
}  # fmt: skip
_KEY = {"keyInvalid", "keyExpired", "accessNotConfigured", "ipRefererBlocked", "forbidden", "API_KEY_INVALID"}
_SOON = 60.0
_EXACT_BELOW = 1000  # shown subscribers are rounded down to three digits from here on


def judge(status: int, body: Any) -> LiveError | None:
    """What a refusal means; None where only its status tells."""
    del status
    reasons = _reasons(body)
    if reasons & _QUOTA:
        return QuotaUsedUp("YouTube's quota of the day is used up", _SOON)
    if reasons & _BUSY:
        return RetryLater("YouTube limits us", _SOON)
    for reason in sorted(reasons & _GONE.keys()):
        return SkipTarget(_GONE[reason])
    if reasons & _KEY:
        return StopRun(
            "YouTube does not accept the API key: check FANFIT_YOUTUBE_API_KEY, and that the Data API v3 is enabled for it"
        )
    return None


def channels(document: Any, observed_at: datetime) -> tuple[AccountRecord, ...]:
    """The channels of channels.list; who is gone is in none. Without any, `items` is missing altogether."""
    return tuple(_account(view, observed_at) for view in _items(document, "youtube#channelListResponse"))


def uploads(document: Any) -> dict[str, str]:
    """The playlist of each channel's uploads."""
    found = {}
    for view in _items(document, "youtube#channelListResponse"):
        lists = _inner(_inner(view, "contentDetails"), "relatedPlaylists")
        if isinstance(lists.get("uploads"), str) and lists["uploads"]:
            found[_required(view, "id")] = lists["uploads"]
    return found


def video_ids(document: Any) -> tuple[list[str], str | None]:
    """A page of playlistItems: ids of videos, and the token after it."""
    views = _items(document, "youtube#playlistItemListResponse")
    return [_required(_inner(view, "contentDetails"), "videoId") for view in views], _token(document)


def video_page(document: Any, author: str, listed: int, token: str | None) -> Batch:
    """Videos as posts: title and description; `listed` is how many the playlist's page named (private ones are in no answer)."""
    posts = []
    for view in _items(document, "youtube#videoListResponse"):
        snippet = _inner(view, "snippet")
        text = "\n".join(part for part in (snippet.get("title"), snippet.get("description")) if isinstance(part, str) and part)
        posts.append(PostRecord(PLATFORM, _required(view, "id"), author, _moment(snippet, "publishedAt"), text))
    times = [post.created_at for post in posts]
    return Batch(tuple(posts), listed, token, max(times, default=None), min(times, default=None))


def comment_page(document: Any, author: str, video: str) -> Reactions:
    """A page of commentThreads: who commented when; comments of deleted accounts name nobody and are left out."""
    views = _items(document, "youtube#commentThreadListResponse")
    records = []
    for view in views:
        snippet = _inner(_inner(_inner(view, "snippet"), "topLevelComment"), "snippet")
        channel = snippet.get("authorChannelId")
        who = channel.get("value") if isinstance(channel, Mapping) else None
        if isinstance(who, str) and who:
            records.append(EngagementRecord(PLATFORM, author, video, who, EngagementKind.REPLY, _moment(snippet, "publishedAt")))
    return Reactions(tuple(records), len(views), _token(document))


def found_channels(document: Any) -> tuple[list[str], str | None]:
    """Ids of the channels of a search, and the token after them."""
    views = _items(document, "youtube#searchListResponse")
    return [_required(_inner(view, "id"), "channelId") for view in views], _token(document)


def _account(view: Mapping[str, Any], observed_at: datetime) -> AccountRecord:
    snippet, native_id = _inner(view, "snippet"), _required(view, "id")
    found = view.get("statistics")
    statistics: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    hidden = statistics.get("hiddenSubscriberCount") is True
    videos = _number(statistics, "videoCount")
    return AccountRecord(
        PLATFORM,
        native_id,
        observed_at,
        handle=_text(snippet, "customUrl"),
        name=_text(snippet, "title"),
        bio=_text(snippet, "description"),
        url=f"https://www.youtube.com/channel/{native_id}",
        followers=None if hidden else _rounded(_number(statistics, "subscriberCount")),
        posts=None if videos is None else Count(videos),
        created_at=_moment(snippet, "publishedAt"),
    )


def _rounded(shown: int | None) -> Count | None:
    """A subscriber count, rounded down to three digits: the middle of what it may be.

    >>> _rounded(12_300), _rounded(987), _rounded(None)
    (Count(value=12350, half_width=50), Count(value=987, half_width=0), None)
    """
    if shown is None or shown < _EXACT_BELOW:
        return None if shown is None else Count(shown)
    half = 10 ** (len(str(shown)) - 3) // 2
    return Count(shown + half, half)


def _items(document: Any, kind: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(document, Mapping) or document.get("kind") != kind:
        raise ApiChanged(PLATFORM, f"a document of kind {kind!r}")
    views = document.get("items", [])
    if not isinstance(views, list) or not all(isinstance(view, Mapping) for view in views):
        raise ApiChanged(PLATFORM, "a list 'items'")
    return views


def _token(document: Mapping[str, Any]) -> str | None:
    token = document.get("nextPageToken")
    return token if isinstance(token, str) and token else None


def _reasons(body: Any) -> set[str]:
    """The words by which an error says what it is."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return set()
    listed = [*(error.get("errors") or ()), *(error.get("details") or ())]
    return {str(each.get("reason")) for each in listed if isinstance(each, Mapping)}


def _inner(view: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = view.get(key)
    if not isinstance(found, Mapping):
        raise ApiChanged(PLATFORM, f"an object {key!r}")
    return found


def _required(view: Mapping[str, Any], key: str) -> str:
    found = view.get(key)
    if not isinstance(found, str) or not found:
        raise ApiChanged(PLATFORM, f"a text {key!r}")
    return found


def _text(view: Mapping[str, Any], key: str) -> str | None:
    found = view.get(key)
    return found if isinstance(found, str) and found else None


def _number(view: Mapping[str, Any], key: str) -> int | None:
    found = view.get(key)
    return int(found) if isinstance(found, str) and found.isascii() and found.isdigit() else None


def _moment(view: Mapping[str, Any], key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_required(view, key))
    except ValueError:
        raise ApiChanged(PLATFORM, f"a time {key!r}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
