"""The address of a post's page, where its platform documents one."""

import re
from urllib.parse import urlsplit

_AT = re.compile(r"at://(did:[a-z]+:[\w.:%-]+)/app\.bsky\.feed\.post/([\w.~:-]+)(?:#.*)?")


def post_link(platform: str, native_id: str | None) -> str | None:
    """The address under which anybody finds the post; None where the platform documents none, or the id is not one of its.

    Bluesky: github.com/bluesky-social/social-app, bskyweb/README.embed.md (oEmbed's scheme). Mastodon: the post's own uri
    (docs.joinmastodon.org/entities/Status). X: developer.x.com, GET statuses/oembed. YouTube: developers.google.com/youtube, the id of a
    video. Bilibili: open.bilibili.com, bvid. An id that is an address itself is taken as it is. Weibo's numeric ids, Douyin and
    Xiaohongshu: no address that one may build is documented.

    >>> post_link("bluesky", "at://did:plc:abc/app.bsky.feed.post/3k7")
    'https://bsky.app/profile/did:plc:abc/post/3k7'
    >>> post_link("weibo", "4900000000000001") is None
    True
    """
    given = (native_id or "").strip()
    if urlsplit(given).scheme in {"http", "https"}:
        return given
    if platform == "bluesky" and (found := _AT.fullmatch(given)) is not None:
        return f"https://bsky.app/profile/{found[1]}/post/{found[2]}"
    for name, shape, address in (
        ("x", r"\d+", "https://x.com/i/web/status/{}"),
        ("youtube", r"[\w-]{11}", "https://www.youtube.com/watch?v={}"),
        ("bilibili", r"BV\w{10}", "https://www.bilibili.com/video/{}"),
    ):
        if platform == name and re.fullmatch(shape, given, re.ASCII):
            return address.format(given)
    return None
