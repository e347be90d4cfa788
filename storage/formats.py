"""What a price is for: the formats of a placement by one key each, however platforms and agencies spell them."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

KEYS = (
    "image_text", "video_1_20", "video_21_60", "video_60_plus", "video", "video_custom", "video_insert", "live", "short_post", "repost",
)  # fmt: skip
"""`video` says no length; `video_custom` (定制) and `video_insert` (植入) are Bilibili's."""

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "图文": "image_text", "图文笔记": "image_text", "长图文": "image_text", "原创图文": "image_text", "图文内容": "image_text",
        "image text": "image_text", "image and text": "image_text", "image-text": "image_text", "photo post": "image_text",
        "视频": "video", "短视频": "video", "视频笔记": "video", "原创视频": "video", "video": "video", "short video": "video",
        "定制": "video_custom", "定制视频": "video_custom", "视频定制": "video_custom", "单品定制": "video_custom", "custom video": "video_custom",
        "dedicated video": "video_custom",
        "植入": "video_insert", "植入视频": "video_insert", "视频植入": "video_insert", "单品植入": "video_insert", "integrated video": "video_insert",
        "video integration": "video_insert",
        "直播": "live", "直播带货": "live", "livestream": "live", "live stream": "live", "live streaming": "live", "live": "live",
        "短图文": "short_post", "直发": "short_post", "微博直发": "short_post", "直发动态": "short_post", "原创直发": "short_post",
        "short post": "short_post",
        "转发": "repost", "微博转发": "repost", "转发动态": "repost", "repost": "repost", "retweet": "repost", "share": "repost",
    }
)  # fmt: skip

_LENGTHS = {("1", "20"): "video_1_20", ("0", "20"): "video_1_20", ("20", "60"): "video_21_60", ("21", "60"): "video_21_60"}
_FROM_60 = re.compile(r"(?:60(?:s|秒)?(?:以上|及以上|\+|plus|andabove|andlonger)|(?:>|>=|大于|超过|over)60(?:s|秒)?)")
_SPAN = re.compile(r"(\d{1,3})(?:s|秒)?-(\d{1,3})(?:s|秒)?")
_AROUND = re.compile(r"^(?:短视频|视频|video)|(?:短视频|视频|video)$")
_NO_LENGTH_SIGNS = str.maketrans("–—~～至到", "------")


def format_key(text: str) -> str:
    """The format's key; one that is none of ours is kept as it is called, in lower case and plain width.

    >>> format_key("图文笔记"), format_key("1-20s视频"), format_key("视频 20~60秒"), format_key("60S以上"), format_key(" Story ")
    ('image_text', 'video_1_20', 'video_21_60', 'video_60_plus', 'story')
    """
    called = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if called in KEYS:
        return called
    if called in SPELLINGS:
        return SPELLINGS[called]
    return _by_length(called) or called


def _by_length(called: str) -> str | None:
    """The key of a video that is called by its length alone; another span than 星图's three is none of ours."""
    tight = re.sub(r"[\s()\[\]_]|seconds?|secs?", "", called.translate(_NO_LENGTH_SIGNS)).replace("秒钟", "秒")
    core = _AROUND.sub("", tight).strip("-")
    if _FROM_60.fullmatch(core):
        return "video_60_plus"
    span = _SPAN.fullmatch(core)
    return _LENGTHS.get((span[1], span[2])) if span else None
