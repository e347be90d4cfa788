"""Who liked, reposted, quoted or answered an account's recent posts: one stream over many short lists."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collectors.base import Batch, Target
from collectors.errors import SkipTarget
from storage.ingest import Record
from storage.records import EngagementKind, ListKind

POSTS = 20  # how many of an account's newest posts are looked at


@dataclass(frozen=True, slots=True)
class Reactions:
    """One page of who reacted to one post in one way: engagements and profiles, how many were listed, the cursor after it."""

    records: tuple[Record, ...]
    items: int
    cursor: str | None


class PostReader(Protocol):
    """What a platform says of reactions: an account's newest posts, and who did what with one of them."""

    @property
    def platform(self) -> str:
        """The platform's name."""
        ...

    @property
    def kinds(self) -> Sequence[EngagementKind]:
        """The reactions whose people the platform names."""
        ...

    def newest_posts(self, target: Target, most: int) -> Sequence[str]:
        """Ids of the account's own newest posts, the newest first; reposts are none of its own."""
        ...

    def reactions(self, target: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        """One page of the people who reacted to a post.

        Raises:
            LiveError: by what the caller must do; SkipTarget where the post is gone.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Place:
    """What is left to read: posts, and for the first of them which kind, and how far."""

    posts: tuple[str, ...]
    kind: int
    cursor: str | None

    def text(self) -> str:
        return json.dumps([list(self.posts), self.kind, self.cursor], separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class EngagerStream:
    """Everybody seen reacting to an account's newest posts, post by post and kind by kind. Its first page lists the posts."""

    reader: PostReader
    posts: int = POSTS
    name: str = "engagers"
    list_kind: ListKind = ListKind.ENGAGERS
    newest_first: bool = False

    @property
    def platform(self) -> str:
        """The reader's platform."""
        return self.reader.platform

    def page(self, target: Target, cursor: str | None) -> Batch:
        """As `Stream.page`: one page of one post's reactions. A post deleted meanwhile has none."""
        if cursor is None:
            found = tuple(self.reader.newest_posts(target, self.posts))[: self.posts]
            return Batch((), 0, _Place(found, 0, None).text() if found else None)
        posts, kind, inner = json.loads(cursor)
        try:
            read = self.reader.reactions(target, posts[0], self.reader.kinds[kind], inner)
        except SkipTarget:
            read = Reactions((), 0, None)
        return Batch(read.records, read.items, self._after(tuple(posts), kind, read.cursor), newest=_newest(read.records))

    def _after(self, posts: tuple[str, ...], kind: int, inner: str | None) -> str | None:
        if inner is not None:
            return _Place(posts, kind, inner).text()
        if kind + 1 < len(self.reader.kinds):
            return _Place(posts, kind + 1, None).text()
        return _Place(posts[1:], 0, None).text() if posts[1:] else None


def _newest(records: Sequence[Record]) -> datetime | None:
    times = [moment for record in records if (moment := getattr(record, "at", None)) is not None]
    return max(times, default=None)
