"""Whom a line of a candidate list means: a native id, a handle, or the address of a profile page. Nothing is fetched."""

import re
from urllib.parse import unquote, urlsplit

from collectors.exports.cells import narrow
from collectors.exports.wording import Lang, worded
from storage.records import CandidateRecord

SHORT_HOSTS = frozenset({"t.cn", "b23.tv", "t.co", "bit.ly", "v.douyin.com", "xhslink.com", "youtu.be", "dwz.cn", "url.cn", "tinyurl.com", "goo.gl", "m.tb.cn", "v.kuaishou.com", "bili2233.cn"})  # fmt: skip
SHORT = "a short link: it is not followed; write the profile's own address, its id or its handle"
NO_PROFILE = "not the address of a profile page; write the profile's own address, its id or its handle"

# Host, pattern of the path, platform, whether the part found is an id or a handle. Read from the addresses that profile pages show.
_PATHS: tuple[tuple[str, str, str, str], ...] = (
    (r"(?:m\.|www\.)?weibo\.(?:com|cn)", r"/(?:u|profile)/(\d+)", "weibo", "id"),
    (r"(?:m\.|www\.)?weibo\.(?:com|cn)", r"/n/([^/]+)", "weibo", "handle"),
    (r"(?:m\.|www\.)?weibo\.(?:com|cn)", r"/(\d{5,})", "weibo", "id"),
    (r"(?:m\.|www\.)?weibo\.(?:com|cn)", r"/([A-Za-z][\w-]+)", "weibo", "handle"),
    (r"space\.bilibili\.com", r"/(\d+)(?:/.*)?", "bilibili", "id"),
    (r"m\.bilibili\.com", r"/space/(\d+)", "bilibili", "id"),
    (r"(?:www\.|mobile\.)?(?:x|twitter)\.com", r"/i/user/(\d+)", "x", "id"),
    (r"(?:www\.|mobile\.)?(?:x|twitter)\.com", r"/@?(\w{1,15})", "x", "handle"),
    (r"(?:www\.|m\.)?youtube\.com", r"/channel/(UC[\w-]{22})(?:/.*)?", "youtube", "id"),
    (r"(?:www\.|m\.)?youtube\.com", r"/@([^/]+)(?:/.*)?", "youtube", "handle"),
    (r"bsky\.app", r"/profile/(did:[a-z]+:[\w.:%-]+)", "bluesky", "id"),
    (r"bsky\.app", r"/profile/([\w.-]+)", "bluesky", "handle"),
    (r"(?:www\.)?douyin\.com", r"/user/([\w-]+)", "douyin", "id"),
    (r"(?:www\.)?xiaohongshu\.com", r"/user/profile/(\w+)", "xiaohongshu", "id"),
    (r"(?:www\.)?instagram\.com", r"/([\w.]+)", "instagram", "handle"),
    (r"(?:www\.)?tiktok\.com", r"/@([\w.]+)", "tiktok", "handle"),
    (r"(?:www\.)?zhihu\.com", r"/people/([\w-]+)", "zhihu", "handle"),
)
_PATTERNS = tuple((re.compile(host), re.compile(path), platform, what) for host, path, platform, what in _PATHS)
_KNOWN_HOSTS = re.compile(
    r"(?:.*\.)?(?:weibo\.(?:com|cn)|bilibili\.com|x\.com|twitter\.com|youtube\.com|bsky\.app|douyin\.com|xiaohongshu\.com|instagram\.com|tiktok\.com|zhihu\.com)"
)
_RESERVED = frozenset(
    {"home", "search", "explore", "i", "hashtag", "login", "settings", "p", "reel", "stories", "tv", "status", "newlogin"}
)
_LOOKS_LIKE_LINK = re.compile(r"(?:https?://|(?:[\w-]+\.)+[a-z]{2,}/)", re.IGNORECASE)
_OWN_ID = re.compile(r"did:[a-z]+:[\w.:%-]+|UC[\w-]{22}")


def candidate(given: str, *, platform: str | None, name: str | None = None, note: str | None = None) -> CandidateRecord:
    """The record of what a list says: `given` is kept as written, so that a reader finds it again.

    A number, a DID or a channel id with a known platform is taken as the native id; what begins with "@" is a handle. A link that
    is no profile page loses its scheme, so that nobody is matched by the last part of it.

    >>> candidate("https://weibo.com/u/1234567890", platform=None).native_id
    '1234567890'
    """
    text = given.strip()
    if _LOOKS_LIKE_LINK.match(text):
        return _from_link(text, platform, name, note)
    plain = text.lstrip("@＠").strip()
    number = narrow(text)
    if platform and number.isascii() and number.isdigit():
        return CandidateRecord(given=text, platform=platform, native_id=number, name=name, note=note)
    if _OWN_ID.fullmatch(text) and (platform or text.startswith("did:")):
        return CandidateRecord(given=text, platform=platform or "bluesky", native_id=text, name=name, note=note)
    return CandidateRecord(given=text, platform=platform, handle=plain or None, name=name, note=note)


def _from_link(text: str, platform: str | None, name: str | None, note: str | None) -> CandidateRecord:
    found = _parts(text)
    if found is not None:
        where, what, value = found
        return CandidateRecord(
            given=text, platform=where, native_id=value if what == "id" else None, handle=value if what == "handle" else None,
            name=name, note=note,
        )  # fmt: skip
    given = text if why_no_profile(text) is None else re.sub(r"^https?://", "", text, flags=re.IGNORECASE)
    return CandidateRecord(given=given, platform=platform, name=name, note=note)


def _parts(text: str) -> tuple[str, str, str] | None:
    """Platform, "id" or "handle", and the part of the address that names the account."""
    host, path = _split(text)
    for on, pattern, platform, what in _PATTERNS:
        found = pattern.fullmatch(path) if on.fullmatch(host) else None
        if found and found[1].lower() not in _RESERVED:
            return platform, what, found[1]
    fediverse = re.fullmatch(r"/@([\w.-]+)(?:@([\w.-]+))?", path)
    if fediverse and not _KNOWN_HOSTS.fullmatch(host) and host not in SHORT_HOSTS:
        return "mastodon", "handle", f"{fediverse[1]}@{fediverse[2] or host}"
    return None


def _split(text: str) -> tuple[str, str]:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        return (parts.hostname or "").lower(), unquote(parts.path).rstrip("/")
    except ValueError:
        return "", ""


def why_no_profile(given: str, lang: Lang = "en") -> str | None:
    """Why a link names nobody: a short one, or one to something else than a profile; None for anything else."""
    if not _LOOKS_LIKE_LINK.match(given):
        return None
    host, _ = _split(given)
    if host in SHORT_HOSTS:
        return worded(SHORT, lang)
    return worded(NO_PROFILE, lang) if _KNOWN_HOSTS.fullmatch(host) and _parts(given) is None else None
