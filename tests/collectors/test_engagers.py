"""Who reacted to an account's newest posts: every list of every post is read, wherever it is interrupted, and nobody twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import stamina
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from collectors.base import Target
from collectors.bluesky.client import Client
from collectors.bluesky.collector import Reacted
from collectors.engagers import EngagerStream, Reactions
from collectors.errors import SkipTarget
from collectors.http import ATTEMPTS, Http
from collectors.paginate import End
from storage.records import EngagementKind, EngagementRecord
from storage.tables import ENGAGEMENT
from tests.collectors.contract import Fault, Killed, Rig, answers, dies
from tests.collectors.fake_bluesky import NOW, OWNER, SERVICE, FakeBluesky


class Reacting(FakeBluesky):
    """The fake with three posts of the account, one repost among them, and people who reacted."""

    def __init__(self) -> None:
        super().__init__(240)
        self.feed = [self.post(number, f"post {number}") for number in range(3)]
        mine = [self.by(item, OWNER)["post"]["uri"] for item in self.feed]
        passed_on = {"reason": {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": "2026-10-31T10:00:00.000Z"}}
        self.feed.insert(1, self.post(9, "another's") | passed_on)
        self.posts = mine
        self.reacted = {
            (mine[0], "like"): self.members[:230], (mine[0], "repost"): self.members[:5], (mine[1], "quote"): self.members[3:9],
            (mine[2], "reply"): [self.members[239], OWNER, self.members[0], self.members[0]],
        }  # fmt: skip

    def stream(self, http: Http) -> EngagerStream:
        return EngagerStream(Reacted(Client(http, SERVICE), lambda: NOW))


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(faults: dict[int, Fault] | None = None) -> Rig:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(Rig(folder, Reacting(), faults))
        return made[-1]

    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield make
    for each in made:
        each.store.close()


def kinds(rig: Rig) -> Counter[str]:
    with rig.store.read() as conn:
        return Counter(conn.execute(select(ENGAGEMENT.c.kind)).scalars())


def complete(rig: Rig) -> None:
    fake: Any = rig.fake
    assert sorted(rig.members()) == sorted(rig.expected([*fake.members[:230], fake.members[239]])), (
        "everybody once, not the owner"
    )
    assert kinds(rig) == {"like": 230, "repost": 5, "quote": 6, "reply": 2}
    assert rig.pulls() == [("complete", 231)]
    assert rig.edges() == set(), "to react is not to follow"


def test_every_reaction_to_every_post_is_read(rig: Callable[..., Rig]) -> None:
    made = rig()
    assert made.pull().end is End.LIST
    complete(made)


def test_killed_at_every_call_it_loses_and_doubles_nothing(rig: Callable[..., Rig]) -> None:
    calls = 0
    while True:
        made = rig({calls: dies})
        try:
            made.pull()
        except Killed:
            assert made.pull().end is End.LIST
            complete(made)
            calls += 1
        else:
            break
    assert calls >= 1 + 3 * 4


def test_a_post_deleted_meanwhile_has_no_reactions_and_the_others_have(rig: Callable[..., Rig]) -> None:
    made = rig()
    fake: Any = made.fake
    fake.deleted_posts = {fake.posts[2]}
    assert made.pull().end is End.LIST
    assert kinds(made) == {"like": 230, "repost": 5, "quote": 6}


def test_an_account_without_posts_has_an_empty_list(rig: Callable[..., Rig]) -> None:
    made = rig()
    fake: Any = made.fake
    fake.feed = []
    assert made.pull().end is End.LIST
    assert made.members() == []


@pytest.mark.parametrize("call", [0, 1, 5])
def test_an_answer_of_another_shape_needs_a_human(rig: Callable[..., Rig], call: int) -> None:
    from collectors.errors import StopRun

    made = rig({call: answers(200, b'{"likes": 7}')})
    with pytest.raises(StopRun, match="API may have changed"):
        made.pull()
    made.pull()
    complete(made)


class Lists:
    """Reactions as hypothesis draws them: for each post and kind a list in pages, some posts gone."""

    platform = "test"
    kinds = (EngagementKind.LIKE, EngagementKind.REPLY)

    def __init__(self, lists: list[tuple[list[int], list[int]]], gone: set[int]) -> None:
        self.lists = lists
        self.gone = gone

    def newest_posts(self, _: Target, most: int) -> list[str]:
        return [str(number) for number in range(len(self.lists))][:most]

    def reactions(self, _: Target, post: str, kind: EngagementKind, cursor: str | None) -> Reactions:
        if int(post) in self.gone:
            raise SkipTarget(post)
        people = self.lists[int(post)][self.kinds.index(kind)]
        at = int(cursor or 0)
        rows = tuple(EngagementRecord("test", "me", post, str(one), kind) for one in people[at : at + 2])
        return Reactions(rows, len(rows), str(at + 2) if at + 2 < len(people) else None)


LIST = st.lists(st.integers(0, 9), max_size=5)


@settings(max_examples=60)
@given(lists=st.lists(st.tuples(LIST, LIST), max_size=4), gone=st.sets(st.integers(0, 3)))
def test_whatever_the_lists_each_is_read_once_to_its_end(lists: list[tuple[list[int], list[int]]], gone: set[int]) -> None:
    stream, cursor, read, seen = EngagerStream(Lists(lists, gone)), None, [], set()
    while True:
        batch = stream.page(Target("test", "me"), cursor)
        read += [(record.post_id, record.kind, record.engager_id) for record in batch.records]
        if batch.cursor is None:
            break
        assert batch.cursor not in seen, "a cursor that comes again would be taken for a circle"
        seen.add(batch.cursor)
        cursor = batch.cursor
    there = [(str(post), kind, str(one)) for post, pair in enumerate(lists) if post not in gone
             for kind, people in zip(Lists.kinds, pair, strict=True) for one in people]  # fmt: skip
    assert read == there
