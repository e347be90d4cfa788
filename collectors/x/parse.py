"""X's payloads to records: pure. A 200 may hold `data` and `errors`: what is there is taken, what is not is not.

Sources: docs.x.com, X API v2, data dictionary (user, post) and response codes.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.errors import ApiChanged, LiveError, SkipTarget, StopRun
from storage.records import AccountRecord, Count, FollowRecord, PostRecord

PLATFORM = "x"
_PROBLEMS = "/2/problems/"
_STOPS = {
    "usage-capped": "X says that the usage cap of this plan is reached: raise it in the developer portal, or wait for its next period",
    "client-forbidden": "X does not give this endpoint to this app: it must belong to a project with access in the developer portal",
    "unsupported-authentication": "X wants another kind of token for this call: use an app's bearer token",
}
_SKIPS = {"resource-not-found": "not found", "not-authorized-for-resource": "protected", "disallowed-resource": "not shown"}
_PAYMENT, _MISSING = 402, 404


def judge(status: int, body: Any) -> LiveError | None:
    """What a refusal means; None where only its status tells."""
    if status == _PAYMENT:
        return StopRun("X says that there is no credit left (402): add credit in the developer portal")
    kinds = [_kind(body), *(_kind(error) for error in _errors(body))]
    for kind in kinds:
        if kind in _STOPS:
            return StopRun(_STOPS[kind])
        if kind in _SKIPS:
            return SkipTarget(_SKIPS[kind])
    return SkipTarget("not found") if status == _MISSING else None


def users(document: Any, observed_at: datetime) -> tuple[AccountRecord, ...]:
    """The users of a lookup; who is gone, suspended or hidden is in none.

    Raises:
        ApiChanged: neither data nor errors.
    """
    if not isinstance(document, Mapping) or not ("data" in document or _errors(document)):
        raise ApiChanged(PLATFORM, "users")
    return tuple(account(view, observed_at) for view in _views(document))


def follow_page(document: Any, owner: str, observed_at: datetime, *, theirs: bool) -> Batch:
    """A page of followers (`theirs`) or of followees: edges in list order, then profiles with counts."""
    views = _page(document)
    ids = [_required(view, "id") for view in views]
    edges = [FollowRecord(PLATFORM, *((owner, each) if theirs else (each, owner))) for each in ids]
    return Batch((*edges, *(account(view, observed_at) for view in views)), len(views), _next(document))


def tweet_page(document: Any, author: str) -> Batch:
    """A page of posts; a repost is what the author passed on."""
    views = _page(document)
    posts = [_post(view, author) for view in views]
    times = [post.created_at for post in posts]
    return Batch(tuple(posts), len(views), _next(document), max(times, default=None), min(times, default=None))


def account(view: Mapping[str, Any], observed_at: datetime) -> AccountRecord:
    """A user as X shows it."""
    found = view.get("public_metrics")
    metrics: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    image, native_id = _text(view, "profile_image_url"), _required(view, "id")
    verified = view.get("verified")
    return AccountRecord(
        PLATFORM,
        native_id,
        observed_at,
        handle=_text(view, "username"),
        name=_text(view, "name"),
        bio=_text(view, "description"),
        url=f"https://x.com/i/user/{native_id}",
        verified=verified if isinstance(verified, bool) else None,
        followers=_count(metrics, "followers_count"),
        following=_count(metrics, "following_count"),
        posts=_count(metrics, "tweet_count"),
        created_at=_moment(view.get("created_at")),
        has_avatar=None if image is None else "default_profile" not in image,
    )


def _post(view: Mapping[str, Any], author: str) -> PostRecord:
    created = _moment(view.get("created_at"))
    if created is None:
        raise ApiChanged(PLATFORM, "a time 'created_at'")
    kinds = {each.get("type") for each in view.get("referenced_tweets") or () if isinstance(each, Mapping)}
    return PostRecord(PLATFORM, _required(view, "id"), author, created, _required(view, "text"), is_repost="retweeted" in kinds)


def _page(document: Any) -> Sequence[Mapping[str, Any]]:
    """The items of a page; an error about the target in the place of items is what it says."""
    if isinstance(document, Mapping) and "data" not in document and (error := judge(200, document)) is not None:
        raise error
    meta = document.get("meta") if isinstance(document, Mapping) else None
    if not isinstance(meta, Mapping) or not isinstance(meta.get("result_count"), int):
        raise ApiChanged(PLATFORM, "an object 'meta' with 'result_count'")
    return _views(document)


def _views(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    views = document.get("data", [])
    if not isinstance(views, list) or not all(isinstance(view, Mapping) for view in views):
        raise ApiChanged(PLATFORM, "a list 'data'")
    return views


def _next(document: Mapping[str, Any]) -> str | None:
    token = document["meta"].get("next_token")
    return token if isinstance(token, str) and token else None


def _errors(body: Any) -> Sequence[Any]:
    errors = body.get("errors") if isinstance(body, Mapping) else None
    return errors if isinstance(errors, list) else ()


def _kind(error: Any) -> str:
    """The last word of a problem's type."""
    kind = error.get("type") if isinstance(error, Mapping) else None
    return kind.rpartition(_PROBLEMS)[2] if isinstance(kind, str) and _PROBLEMS in kind else ""


def _required(view: Mapping[str, Any], key: str) -> str:
    found = view.get(key)
    if not isinstance(found, str) or not found:
        raise ApiChanged(PLATFORM, f"a text {key!r}")
    return found


def _text(view: Mapping[str, Any], key: str) -> str | None:
    found = view.get(key)
    return found if isinstance(found, str) and found else None


def _count(view: Mapping[str, Any], key: str) -> Count | None:
    found = view.get(key)
    return Count(found) if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _moment(text: Any) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
