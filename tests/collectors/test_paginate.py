"""The cursor loop alone: where a newest-first stream meets known ground, and what back-dated items do."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from collectors.base import Batch, Target
from collectors.paginate import End, steps

START = datetime(2026, 11, 1, tzinfo=UTC)
TARGET = Target("x", "1")


@dataclass
class Posts:
    """A newest-first stream over hours since START, `size` a page."""

    hours: list[int]
    size: int = 3
    platform: str = "x"
    name: str = "posts"
    list_kind: None = None
    newest_first: bool = True

    def page(self, target: Target, cursor: str | None) -> Batch:
        del target
        start = int(cursor or 0)
        times = [START + timedelta(hours=hour) for hour in self.hours[start : start + self.size]]
        after = str(start + self.size) if start + self.size < len(self.hours) else None
        return Batch((), len(times), after, max(times, default=None), min(times, default=None))


def read(stream: Posts, watermark: int | None, items: int | None = None) -> tuple[int, End | None]:
    mark = None if watermark is None else START + timedelta(hours=watermark)
    found = list(steps(stream, TARGET, cursor=None, items=items, watermark=mark))
    return sum(step.batch.items for step in found), found[-1].end


def test_it_ends_after_a_whole_page_that_is_known() -> None:
    hours = list(range(30, 0, -1))
    assert read(Posts(hours), watermark=26) == (9, End.KNOWN)  # 30-28, 27-25, and 24-22 lie wholly before
    assert read(Posts(hours), watermark=None) == (30, End.LIST)
    assert read(Posts(hours), watermark=None, items=4) == (6, End.BUDGET)


def test_one_known_item_is_not_enough() -> None:
    assert read(Posts([30, 29, 2, 28, 27, 26, 3, 2, 1, 0]), watermark=20)[0] == 9


@given(st.lists(st.integers(0, 200), max_size=40), st.integers(0, 200), st.integers(1, 7))
def test_nothing_newer_than_the_watermark_is_missed(hours: list[int], watermark: int, size: int) -> None:
    ordered = sorted(hours, reverse=True)
    items, _ = read(Posts(ordered, size), watermark)
    assert items >= sum(hour >= watermark for hour in ordered)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=40), st.integers(1, 60))
def test_a_budget_is_kept_to_the_page(hours: list[int], items: int) -> None:
    got, end = read(Posts(sorted(hours, reverse=True)), None, items)
    assert got >= min(items, len(hours))
    assert end is End.LIST or got < items + 3
