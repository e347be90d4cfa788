"""Whom a line of a candidate list means."""

import pytest

from collectors.exports.profile_links import NO_PROFILE, SHORT, candidate, why_no_profile


@pytest.mark.parametrize(
    ("given", "platform", "native_id", "handle"),
    [
        ("https://weibo.com/u/1234567890", "weibo", "1234567890", None),
        ("weibo.com/1234567890?refer=x", "weibo", "1234567890", None),
        ("https://weibo.com/n/%E5%B0%8F%E6%98%8E", "weibo", None, "小明"),
        ("https://m.weibo.cn/u/1234567890", "weibo", "1234567890", None),
        ("https://weibo.com/xiaoming", "weibo", None, "xiaoming"),
        ("https://space.bilibili.com/3546376048741135/video", "bilibili", "3546376048741135", None),
        ("https://x.com/anna", "x", None, "anna"),
        ("http://www.twitter.com/@anna/", "x", None, "anna"),
        ("https://x.com/i/user/44196397", "x", "44196397", None),
        ("https://www.youtube.com/@anna", "youtube", None, "anna"),
        ("https://www.youtube.com/channel/UC_x5XG1OV2P6uZZ5FSM9Ttw", "youtube", "UC_x5XG1OV2P6uZZ5FSM9Ttw", None),
        ("https://bsky.app/profile/anna.bsky.social", "bluesky", None, "anna.bsky.social"),
        ("https://bsky.app/profile/did:plc:abc123", "bluesky", "did:plc:abc123", None),
        ("https://fosstodon.org/@anna", "mastodon", None, "anna@fosstodon.org"),
    ],
)
def test_profile_addresses_name_an_account(given: str, platform: str, native_id: str | None, handle: str | None) -> None:
    found = candidate(given, platform=None)
    assert (found.platform, found.native_id, found.handle) == (platform, native_id, handle)
    assert found.given == given
    assert why_no_profile(given) is None


@pytest.mark.parametrize("given", ["https://t.cn/A6abc", "https://b23.tv/xyz", "http://t.co/q", "https://xhslink.com/a"])
def test_a_short_link_is_reported_and_matches_nobody(given: str) -> None:
    found = candidate(given, platform="weibo")
    assert (found.native_id, found.handle) == (None, None)
    assert "://" not in found.given, "a scheme would let the last part of the address pass for a handle"
    assert why_no_profile(found.given) == SHORT


@pytest.mark.parametrize(
    "given", ["https://www.bilibili.com/video/BV1xx411c7mD", "https://www.youtube.com/watch?v=1", "https://x.com/home"]
)
def test_a_link_to_something_else_is_no_profile(given: str) -> None:
    found = candidate(given, platform=None)
    assert (found.native_id, found.handle) == (None, None)
    assert why_no_profile(given) == NO_PROFILE


def test_a_number_is_an_id_where_the_platform_is_known_and_a_handle_with_at() -> None:
    assert candidate("1234567890", platform="weibo").native_id == "1234567890"
    assert candidate("1234567890", platform=None).native_id is None
    assert candidate("@1234567890", platform="x").handle == "1234567890"
    assert candidate("@Anna", platform="x").handle == "Anna"
    assert candidate("did:plc:abc", platform=None).platform == "bluesky"
