"""The only loop over cursors: page after page until the end, the budget, known ground, or a server that leads in a circle."""

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Thread

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


def steps(
    stream: Stream, target: Target, *, cursor: str | None, items: int | None, watermark: datetime | None, ahead: bool = False
) -> Iterator[Step]:
    """Pages from `cursor` on, at most `items` items (rounded up to whole pages); a page comes when it is asked for, not before.

    With `ahead` the next page is fetched while the caller is at work on this one: one page may be asked for that nobody takes.

    A page may be short, or empty, and still have a cursor: only a missing cursor is the end. A page that comes twice is asked for
    again; cursors that keep coming back are a circle. A newest-first stream ends after a whole page that lies before `watermark`:
    one known item is not enough, back-dated ones sort among older.
    """
    seen = {cursor}
    read = repeats = 0
    fetched: Future[Batch] | None = None
    while True:
        batch = stream.page(target, cursor) if fetched is None else fetched.result()
        read += batch.items
        repeats = repeats + 1 if batch.cursor in seen else 0
        end = _end(stream, batch, repeats, read, items, watermark)
        fetched = _fetch(stream, target, batch.cursor) if ahead and end is None else None
        yield Step(batch, end)
        if end is not None:
            return
        cursor = batch.cursor
        seen.add(cursor)


def _fetch(stream: Stream, target: Target, cursor: str | None) -> "Future[Batch]":
    """A page under way in a thread, which does not keep the program from ending: what nobody takes is lost, and asked for again."""
    coming: Future[Batch] = Future()

    def fetch() -> None:
        try:
            coming.set_result(stream.page(target, cursor))
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the caller's
            coming.set_exception(error)

    Thread(target=fetch, daemon=True).start()
    return coming


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
