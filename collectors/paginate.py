"""The only loop over cursors: page after page until the end, the budget, known ground, or a server that leads in a circle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from collectors.base import Batch, Stream, Target

REPEATS = 5  # pages in a row whose cursor was there before: a cache may serve one again, and again


class End(StrEnum):
    """Why a pull is at its end."""

    LIST = "list"  # the platform has no more
    BUDGET = "budget"  # as many items as were asked for
    KNOWN = "known"  # a whole page that the last pull saw too
    LOOP = "loop"  # the server leads in a circle


@dataclass(frozen=True, slots=True)
class Step:
    """A page, and why it is the last one; None where the pull goes on."""

    batch: Batch
    end: End | None


def steps(stream: Stream, target: Target, *, cursor: str | None, items: int | None, watermark: datetime | None) -> Iterator[Step]:
    """Pages from `cursor` on, at most `items` items (rounded up to whole pages); a page comes when it is asked for, not before.

    A page may be short, or empty, and still have a cursor: only a missing cursor is the end. A page that comes twice is asked for
    again; cursors that keep coming back are a circle. A newest-first stream ends after a whole page that lies before `watermark`:
    one known item is not enough, back-dated ones sort among older.
    """
    seen = {cursor}
    read = repeats = 0
    while True:
        batch = stream.page(target, cursor)
        read += batch.items
        repeats = repeats + 1 if batch.cursor in seen else 0
        end = _end(stream, batch, repeats, read, items, watermark)
        yield Step(batch, end)
        if end is not None:
            return
        cursor = batch.cursor
        seen.add(cursor)


def _end(stream: Stream, batch: Batch, repeats: int, read: int, items: int | None, watermark: datetime | None) -> End | None:
    if batch.cursor is None:
        return End.LIST
    if repeats > REPEATS:
        return End.LOOP
    if items is not None and read >= items:
        return End.BUDGET
    if stream.newest_first and watermark is not None and batch.newest is not None and batch.newest < watermark:
        return End.KNOWN
    return None
