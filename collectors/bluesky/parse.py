"""Bluesky's payloads to records: pure, and strict about what is there.

Sources: the lexicons app.bsky.actor.defs, app.bsky.graph.getFollowers, app.bsky.feed.getAuthorFeed; errors as a running network gave them.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.engagers import Reactions
from collectors.errors import ApiChanged, LiveError, SkipTarget, StopRun
from storage.records import AccountRecord, Count, EngagementKind, EngagementRecord, FollowRecord, PostRecord

PLATFORM = "bluesky"
NOT_SHOWN = "!no-unauthenticated"  # a self-label: show me to nobody who is not signed in
_GONE = {
    "AccountDeactivated": "deactivated",
    "AccountTakedown": "taken down",
    "AccountSuspended": "suspended",
    "NotFound": "not found",
    "RepoNotFound": "not found",
    "RepoDeactivated": "deactivated",
    "RepoTakendown": "taken down",
    "BlockedActor": "blocks its reader",
    "BlockedByActor": "blocks its reader",
}
_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]")
_HANDLE = re.compile(r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
_LONGEST_ACTOR = 253
_NOT_FOUND = ("Profile not found", "Post not found", "Actor not found")  # the second goes on with whom
_TOKENS = {"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"}
_BAD_REQUEST, _UNAUTHORISED = 400, 401


def is_actor(text: str) -> bool:
    """Whether the text can be a DID or a handle (atproto.com/specs/did, /specs/handle).

    >>> is_actor("did:plc:z72i7hdynmk6r22z27h6tvur"), is_actor("bsky.app"), is_actor("@bsky.app"), is_actor("露营")
    (True, True, False, False)
    """
    return len(text) <= _LONGEST_ACTOR and bool(_DID.fullmatch(text) or _HANDLE.fullmatch(text))


def judge(status: int, body: Any) -> LiveError | None:
    """What a refusal of XRPC means; None where only its status tells."""
    error = body.get("error") if isinstance(body, Mapping) else None
    message = body.get("message") if isinstance(body, Mapping) else None
    if error in _GONE:
        return SkipTarget(_GONE[error])
    if error in _TOKENS:
        return StopRun("Bluesky does not accept the session: check the identifier and the app password in the environment")
    if status == _BAD_REQUEST and isinstance(message, str) and message.startswith(_NOT_FOUND):
        return SkipTarget("not found")
    return None


def account(view: Mapping[str, Any], observed_at: datetime) -> AccountRecord | None:
    """A profile view; None for who asks to be shown to nobody who is not signed in: of them no profile is kept."""
    if _not_shown(view):
        return None
    handle = _text(view, "handle")
    did = _required(view, "did")
    return AccountRecord(
        PLATFORM,
        did,
        observed_at,
        handle=None if handle == "handle.invalid" else handle,
        name=_text(view, "displayName"),
        bio=_text(view, "description"),
        url=f"https://bsky.app/profile/{did}",
        followers=_count(view, "followersCount"),
        following=_count(view, "followsCount"),
        posts=_count(view, "postsCount"),
        created_at=_moment(view, "createdAt"),
        has_avatar=_text(view, "avatar") is not None,
    )


def _not_shown(view: Any) -> bool:
    """Whether somebody asks to be shown to nobody who is not signed in."""
    labels = view.get("labels") if isinstance(view, Mapping) else None
    return isinstance(labels, list) and any(isinstance(each, Mapping) and each.get("val") == NOT_SHOWN for each in labels)


def follow_page(document: Any, key: str, owner: str, observed_at: datetime) -> Batch:
    """A page of getFollowers (`key` followers) or getFollows (follows): edges in list order, and profiles without counts."""
    views = _views(document, key)
    theirs = key == "followers"
    edges = [
        FollowRecord(PLATFORM, *((owner, did) if theirs else (did, owner))) for did in (_required(view, "did") for view in views)
    ]
    profiles = [found for view in views if (found := account(view, observed_at)) is not None]
    return Batch((*edges, *profiles), len(views), _cursor(document))


def profile_page(document: Any, observed_at: datetime) -> tuple[AccountRecord, ...]:
    """The profiles of getProfiles, with counts; who was asked for and is not among them was left out by the server."""
    return tuple(found for view in _views(document, "profiles") if (found := account(view, observed_at)) is not None)


def feed_page(document: Any, author: str, observed_at: datetime) -> Batch:
    """A page of getAuthorFeed: posts, and reposts as what the author passed on; sorted as the server sorts, by the earlier time."""
    posts, times = [], []
    items = _views(document, "feed")
    for item in items:
        view, reason = _inner(item, "post"), item.get("reason")
        if isinstance(reason, Mapping):
            if "reasonRepost" not in str(reason.get("$type")):
                continue  # a pinned post comes first whatever its time
            sorted_by = _earlier(reason, observed_at)
        else:
            sorted_by = _written(view, observed_at)
        times.append(sorted_by)
        if _not_shown(view.get("author")) or (isinstance(reason, Mapping) and _not_shown(reason.get("by"))):
            continue  # neither their own posts nor what others pass on of them
        if (post := _post(view, author, sorted_by, repost=isinstance(reason, Mapping))) is not None:
            posts.append(post)
    return Batch(tuple(posts), len(items), _cursor(document), max(times, default=None), min(times, default=None))


def own_posts(document: Any, author: str) -> list[str]:
    """URIs of the author's own posts on a page of getAuthorFeed, in its order; what the author passed on is another's."""
    posts = [_inner(item, "post") for item in _views(document, "feed") if not isinstance(item.get("reason"), Mapping)]
    return [_required(post, "uri") for post in posts if _inner(post, "author").get("did") == author]


def likes_page(document: Any, author: str, post: str, now: datetime) -> Reactions:
    """A page of getLikes."""
    views = _views(document, "likes")
    found = [(_inner(view, "actor"), _earlier(view, now)) for view in views]
    return _reactions(found, author, post, EngagementKind.LIKE, len(views), _cursor(document))


def reposts_page(document: Any, author: str, post: str) -> Reactions:
    """A page of getRepostedBy, which does not say when."""
    views = _views(document, "repostedBy")
    return _reactions([(view, None) for view in views], author, post, EngagementKind.REPOST, len(views), _cursor(document))


def quotes_page(document: Any, author: str, post: str, now: datetime) -> Reactions:
    """A page of getQuotes."""
    views = _views(document, "posts")
    found = [(_inner(view, "author"), _written(view, now)) for view in views]
    return _reactions(found, author, post, EngagementKind.QUOTE, len(views), _cursor(document))


def replies_page(document: Any, author: str, post: str, now: datetime) -> Reactions:
    """The direct replies of getPostThread; those that are deleted or blocked have no author and are left out.

    Raises:
        SkipTarget: the post itself is deleted or blocked.
    """
    thread = document.get("thread") if isinstance(document, Mapping) else None
    if not isinstance(thread, Mapping):
        raise ApiChanged(PLATFORM, "an object 'thread'")
    if "post" not in thread:
        raise SkipTarget(_GONE["NotFound"])
    views = [view for view in _list(thread, "replies") if isinstance(view, Mapping) and isinstance(view.get("post"), Mapping)]
    found = [(_inner(view["post"], "author"), _written(view["post"], now)) for view in views]
    return _reactions(found, author, post, EngagementKind.REPLY, len(views), None)


def search_page(document: Any, observed_at: datetime) -> tuple[tuple[AccountRecord, ...], str | None]:
    """A page of searchActors: profiles without counts, and the cursor after it."""
    found = (account(view, observed_at) for view in _views(document, "actors"))
    return tuple(record for record in found if record is not None), _cursor(document)


def _written(post: Mapping[str, Any], now: datetime) -> datetime:
    return _earlier({**_inner(post, "record"), "indexedAt": post.get("indexedAt")}, now)


def _reactions(
    found: Sequence[tuple[Mapping[str, Any], datetime | None]],
    author: str,
    post: str,
    kind: EngagementKind,
    items: int,
    cursor: str | None,
) -> Reactions:
    records = (EngagementRecord(PLATFORM, author, post, _required(actor, "did"), kind, at) for actor, at in found)
    return Reactions(tuple(records), items, cursor)


def _post(view: Mapping[str, Any], author: str, created_at: datetime, *, repost: bool) -> PostRecord | None:
    text = _inner(view, "record").get("text")
    if not isinstance(text, str):
        return None
    uri = _required(view, "uri")
    return PostRecord(PLATFORM, f"{uri}#{author}" if repost else uri, author, created_at, text, is_repost=repost)


def _earlier(item: Mapping[str, Any], now: datetime) -> datetime:
    """The time that the server sorts by: what the client claims or what the server saw, the earlier; a claim of the future is none."""
    found = [moment for key in ("createdAt", "indexedAt") if (moment := _moment(item, key)) is not None]
    return min([*found, now])


def _views(document: Any, key: str) -> list[Mapping[str, Any]]:
    views = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(views, list) or not all(isinstance(view, Mapping) for view in views):
        raise ApiChanged(PLATFORM, f"a list {key!r}")
    return views


def _cursor(document: Mapping[str, Any]) -> str | None:
    cursor = document.get("cursor")
    return cursor if isinstance(cursor, str) and cursor else None


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


def _count(view: Mapping[str, Any], key: str) -> Count | None:
    found = view.get(key)
    return Count(found) if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _list(view: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = view.get(key)
    return found if isinstance(found, list) else ()


def _moment(view: Mapping[str, Any], key: str) -> datetime | None:
    found = view.get(key)
    if not isinstance(found, str):
        return None
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    if moment.tzinfo is UTC:  # as nearly all of them: a page has a hundred
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
