"""The Mastodon API's payloads to records: pure, and strict about what is there.

Sources: docs.joinmastodon.org, entities/Account, entities/Status, entities/Context, methods/accounts; errors as its pages quote them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.base import Batch
from collectors.engagers import Reactions
from collectors.errors import ApiChanged, LiveError, SkipTarget
from collectors.mastodon.addresses import ascii_host
from collectors.mastodon.markup import plain_text, without_emoji
from storage.records import AccountRecord, Count, EngagementKind, EngagementRecord, FollowRecord, PostRecord

PLATFORM = "mastodon"
_NO_BOTS = re.compile(r"(?<!\w)#?no[ _-]?bots?(?!\w)|#no[_-]?(?:index|search|archive)(?!\w)", re.IGNORECASE)
_SHOWN = frozenset({"public", "unlisted"})  # entities/Status#visibility: the others are for followers, or for those mentioned
_UNAUTHORISED, _FORBIDDEN, _UNPROCESSABLE, _REDIRECTS = 401, 403, 422, range(300, 400)
ASKS_NOT = "it asks not to be indexed, found or read by programs"


class Refused(SkipTarget):
    """A server's refusal, before it is known which server it was."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused ({status})")
        self.status = status

    def at(self, host: str, token: str, *, had_token: bool) -> str:
        """The reason, with the host, and the name of the secret that may help; never the token."""
        if self.status == _UNAUTHORISED and had_token:
            return f"{host} does not accept the token in {token} (401): renew it"
        if self.status == _UNAUTHORISED:
            return f"{host} answers only readers who are signed in (401): set {token} to a token with read access"
        if self.status == _FORBIDDEN:
            return f"{host} refuses this call (403); a token in {token} may help"
        return f"{host} sends callers to another address ({self.status}): name the address of its API in sources.mastodon"


def judge(status: int, body: Any) -> LiveError | None:
    """What a refusal means; None where only its status tells.

    One server's refusal is no other's: with the API's own body, or with none of an API, it concerns the accounts there.
    """
    if status == _UNPROCESSABLE:
        return SkipTarget("its server cannot read what was asked (422)")
    if status in _REDIRECTS:
        return Refused(status)
    known = body is None or (isinstance(body, Mapping) and isinstance(body.get("error"), str))
    return Refused(status) if known and status in {_UNAUTHORISED, _FORBIDDEN} else None


def address_of(entity: Mapping[str, Any], domain: str) -> str:
    """The address of an account as a server with the local accounts' `domain` shows it: local ones come without a host."""
    acct = _required(entity, "acct").lower()
    return ascii_host(acct if "@" in acct else f"{acct}@{domain}")


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as the asked server knows it.

    `refused` says why it is not to be read ("" where it may be), `posts` whether its posts may; `local` whether the server is its home.
    """

    local_id: str
    domain: str
    local: bool
    refused: str
    posts: bool
    hides_followers: bool
    hides_followees: bool


def standing(entity: Any, address: str, host: str) -> Standing:
    """Reads what the server `host` answered to a lookup. Accounts it calls local have the host of the one that was asked for and is local.

    Raises:
        SkipTarget: it is another account than the one asked for.
    """
    if not isinstance(entity, Mapping):
        raise ApiChanged(PLATFORM, "an account")
    local = "@" not in _required(entity, "acct")
    domain = address.rpartition("@")[2] if local else host.lower()
    if address_of(entity, domain) != address:
        reason = "its server answers with another account"
        raise SkipTarget(reason)
    pleroma = _mapping(entity, "pleroma")
    return Standing(
        _required(entity, "id"),
        domain,
        local,
        why_not(entity) or ("it has moved: name its new address" if isinstance(entity.get("moved"), Mapping) else ""),
        entity.get("indexable") is not False,
        _more_than_none(entity, "followers_count") or pleroma.get("hide_followers") is True,
        _more_than_none(entity, "following_count") or pleroma.get("hide_follows") is True,
    )


def why_not(entity: Mapping[str, Any]) -> str:
    """Why nothing but edges is kept of an account; "" where its profile may be.

    noindex: the local user has opted out of search engines' indexing (absent of remote accounts). discoverable: has opted into discovery
    features; false is a no, null is no answer. Both entities/Account. "No bots" in name, bio or fields is the custom of the network.
    """
    if entity.get("suspended") is True:
        return "it is suspended"
    if entity.get("memorial") is True:
        return "it is kept in memory of somebody who died"
    if entity.get("noindex") is True or entity.get("discoverable") is False or _NO_BOTS.search(_said(entity)):
        return ASKS_NOT
    return ""


def _said(entity: Mapping[str, Any]) -> str:
    fields = [
        str(each.get(key) or "") for each in _list(entity, "fields") if isinstance(each, Mapping) for key in ("name", "value")
    ]
    texts = [plain_text(text) for text in (_text(entity, "note") or "", *fields)]
    return "\n".join([_text(entity, "display_name") or "", *texts])


def account(entity: Mapping[str, Any], domain: str, observed_at: datetime) -> AccountRecord | None:
    """An account; None for whom nothing but edges is kept.

    Counts of accounts of other servers are what these reported when they were last seen: a zero there is not known to be one.
    """
    if why_not(entity):
        return None
    address = address_of(entity, domain)
    emoji, pleroma = _emoji(entity), _mapping(entity, "pleroma")
    local = "@" not in _required(entity, "acct")
    return AccountRecord(
        PLATFORM,
        address,
        observed_at,
        handle=address,
        name=without_emoji(_text(entity, "display_name") or "", emoji).strip() or None,
        bio=plain_text(_text(entity, "note") or "", emoji) or None,
        url=_text(entity, "url"),
        followers=None if pleroma.get("hide_followers_count") is True else _count(entity, "followers_count", local=local),
        following=None if pleroma.get("hide_follows_count") is True else _count(entity, "following_count", local=local),
        posts=_count(entity, "statuses_count", local=local),
        created_at=_moment(entity, "created_at"),
        has_avatar=not (_text(entity, "avatar") or "missing.png").endswith("missing.png"),
    )


def follow_page(document: Any, cursor: str | None, owner: str, *, theirs: bool, domain: str, whole: bool, now: datetime) -> Batch:
    """A page of followers (`theirs`) or followees: edges in list order, and profiles with the counts that this server knows."""
    entities = _entities(document)
    others = [address_of(entity, domain) for entity in entities]
    edges = [FollowRecord(PLATFORM, *((owner, other) if theirs else (other, owner))) for other in others]
    return Batch((*edges, *_profiles(entities, domain, now)), len(entities), cursor, whole=whole)


def status_page(document: Any, cursor: str | None, author: str, now: datetime) -> Batch:
    """A page of statuses: posts, and boosts as what the author passed on. Only public and unlisted ones, and none of who asks not to be read."""
    statuses = _entities(document)
    times = [_written(status, now) for status in statuses]
    posts = [post for status, when in zip(statuses, times, strict=True) if (post := _post(status, author, when)) is not None]
    return Batch(tuple(posts), len(statuses), cursor, max(times, default=None), min(times, default=None))


def own_statuses(document: Any) -> list[tuple[str, str]]:
    """Local id and URI of the own public posts on a page of statuses, in its order; boosts are another's."""
    own = [status for status in _entities(document) if not _boosted(status) and _shown(status)]
    return [(_required(status, "id"), _required(status, "uri")) for status in own]


def reaction_page(
    document: Any, cursor: str | None, author: str, post: str, kind: EngagementKind, domain: str, now: datetime
) -> Reactions:
    """A page of favourited_by or reblogged_by, which do not say when: who, and their profiles."""
    entities = _entities(document)
    found = [EngagementRecord(PLATFORM, author, post, address_of(entity, domain), kind) for entity in entities]
    return Reactions((*found, *_profiles(entities, domain, now)), len(found), cursor)


def reply_page(document: Any, status: str, author: str, post: str, domain: str, now: datetime) -> Reactions:
    """The direct and public answers in a context, with when they were written."""
    below = document.get("descendants") if isinstance(document, Mapping) else None
    answers = [each for each in _entities(below) if each.get("in_reply_to_id") == status and _shown(each)]
    people = [_inner(each, "account") for each in answers]
    found = [
        EngagementRecord(PLATFORM, author, post, address_of(person, domain), EngagementKind.REPLY, _written(each, now))
        for each, person in zip(answers, people, strict=True)
    ]
    return Reactions((*found, *_profiles(people, domain, now)), len(found), None)


def _profiles(entities: Sequence[Mapping[str, Any]], domain: str, now: datetime) -> list[AccountRecord]:
    """Profiles, each once: who answered twice has one."""
    found = {entity["acct"]: account(entity, domain, now) for entity in entities}
    return [record for record in found.values() if record is not None]


def _post(status: Mapping[str, Any], author: str, when: datetime) -> PostRecord | None:
    inner = _boosted(status)
    told = inner or status
    if not _shown(status) or not _shown(told) or (inner is not None and _reserved(_inner(inner, "account"))):
        return None
    emoji = _emoji(told)
    parts = (without_emoji(_text(told, "spoiler_text") or "", emoji).strip(), plain_text(_text(told, "content") or "", emoji))
    text = "\n\n".join(part for part in parts if part)
    return PostRecord(PLATFORM, _required(status, "uri"), author, when, text, is_repost=inner is not None)


def _reserved(entity: Mapping[str, Any]) -> bool:
    return bool(why_not(entity)) or entity.get("indexable") is False


def _boosted(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    inner = status.get("reblog")
    return inner if isinstance(inner, Mapping) else None


def _shown(status: Mapping[str, Any]) -> bool:
    return status.get("visibility") in _SHOWN


def _written(status: Mapping[str, Any], now: datetime) -> datetime:
    """When it was written; a time of the future is none."""
    moment = _moment(status, "created_at")
    if moment is None:
        raise ApiChanged(PLATFORM, "a time 'created_at'")
    return min(moment, now)


def _entities(document: Any) -> list[Mapping[str, Any]]:
    if not isinstance(document, list) or not all(isinstance(each, Mapping) for each in document):
        raise ApiChanged(PLATFORM, "a list")
    return document


def _inner(entity: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = entity.get(key)
    if not isinstance(found, Mapping):
        raise ApiChanged(PLATFORM, f"an object {key!r}")
    return found


def _required(entity: Mapping[str, Any], key: str) -> str:
    found = entity.get(key)
    if not isinstance(found, str) or not found:
        raise ApiChanged(PLATFORM, f"a text {key!r}")
    return found


def _mapping(entity: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = entity.get(key)
    return found if isinstance(found, Mapping) else {}


def _list(entity: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = entity.get(key)
    return found if isinstance(found, list) else ()


def _text(entity: Mapping[str, Any], key: str) -> str | None:
    found = entity.get(key)
    return found if isinstance(found, str) and found else None


def _emoji(entity: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(each.get("shortcode")) for each in _list(entity, "emojis") if isinstance(each, Mapping))


def _number(entity: Mapping[str, Any], key: str) -> int | None:
    found = entity.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _more_than_none(entity: Mapping[str, Any], key: str) -> bool:
    return (_number(entity, key) or 0) > 0


def _count(entity: Mapping[str, Any], key: str, *, local: bool) -> Count | None:
    found = _number(entity, key)
    return None if found is None or (found == 0 and not local) else Count(found)


def _moment(entity: Mapping[str, Any], key: str) -> datetime | None:
    found = entity.get(key)
    if not isinstance(found, str):
        return None
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
