"""What a later reading says of a post that it should have held, and how the time that was read is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.post_links import post_link
from jobs.safety import coverage, missing
from storage.content import HeldPost

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def post(name: str, day: int, readings: set[int], *, fetched: int = 100, text: str | None = "x") -> HeldPost:
    return HeldPost(
        name.encode(), BEGIN + timedelta(days=day), BEGIN + timedelta(days=fetched), text, False, None, frozenset(readings)
    )


LIVE = {1: BEGIN + timedelta(days=99), 2: BEGIN + timedelta(days=120)}


def test_a_post_that_a_later_reading_steps_over_may_be_deleted() -> None:
    posts = [post("a", 1, {1, 2}), post("b", 2, {1}), post("c", 3, {1, 2})]
    assert missing(posts, LIVE) == {b"b"}


def test_what_lies_before_the_later_readings_oldest_post_tells_nothing() -> None:
    assert missing([post("a", 1, {1}), post("b", 2, {1}), post("c", 110, {2}, fetched=121)], LIVE) == set()


def test_files_tell_nothing_of_deletion() -> None:
    assert missing([post("a", 1, {1, 2}), post("b", 2, {1})], {}) == set()


days = st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=20)


@given(days, st.integers(0, 90))
def test_every_post_of_the_time_is_read_empty_or_unread(made: list[tuple[int, bool]], since: int) -> None:
    posts = [post(str(at), day, {1}, text="x" if held else None) for at, (day, held) in enumerate(sorted(made))]
    found = coverage(posts, BEGIN + timedelta(days=since))
    assert found.own + found.reposts + found.empty + found.unread == sum(day >= since for day, _ in made)
    assert (found.first is None) is (found.own + found.reposts == 0)


@pytest.mark.parametrize(
    ("platform", "native_id", "expected"),
    [
        ("bluesky", "at://did:plc:abc/app.bsky.feed.post/3k7#did:plc:x", "https://bsky.app/profile/did:plc:abc/post/3k7"),
        ("mastodon", "https://home.example/users/a/statuses/1", "https://home.example/users/a/statuses/1"),
        ("x", "123", "https://x.com/i/web/status/123"), ("youtube", "abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijk"),
        ("youtube", "javascript:x", None), ("x", "12/../3", None), ("weibo", "49", None), ("xiaohongshu", "64a", None), ("x", None, None),
    ],
)  # fmt: skip
def test_a_link_is_built_only_where_the_platform_has_one(platform: str, native_id: str | None, expected: str | None) -> None:
    assert post_link(platform, native_id) == expected
