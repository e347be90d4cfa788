"""The main path of collection: one stream of one target, page by page, each written with the cursor after it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from collectors.base import Stream, Target
from collectors.paginate import End, steps
from storage.pulling import Pull
from storage.records import Frame


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of a pull in this call: `end` says why it is finished, None that it was stopped and goes on next time."""

    import_id: int
    pages: int
    items: int
    accepted: int
    end: End | None


def collect(
    stream: Stream,
    target: Target,
    pull: Pull,
    *,
    items: int | None,
    clock: Callable[[], datetime],
    stopped: Callable[[], bool] = lambda: False,
    ahead: bool = False,
) -> Collected:
    """Reads a stream of a target into the store, from where the pull stands; at most `items` items, those before a stop counted.

    With `ahead` a page is fetched while the one before it is written; not for sources that are paid for by the item.

    Raises:
        LiveError: the pull is left stopped at its last page, and goes on there next time.
        StorageError: another process carries the same pull on.
    """
    pages = read = accepted = 0
    try:
        left = None if items is None else max(items - pull.items, 0)
        for step in steps(stream, target, cursor=pull.cursor, items=left, watermark=pull.watermark, ahead=ahead):
            batch = step.batch
            accepted += pull.write(batch.records, items=batch.items, cursor=batch.cursor, newest=batch.newest).accepted
            pages, read = pages + 1, read + batch.items
            if step.end is not None:
                pull.finish(_frame(stream, step.end, whole=batch.whole), now=clock())
                return Collected(pull.import_id, pages, read, accepted, step.end)
            if stopped():
                break
    except BaseException:
        pull.stop(now=clock())
        raise
    pull.stop(now=clock())
    return Collected(pull.import_id, pages, read, accepted, None)


def _frame(stream: Stream, end: End, *, whole: bool) -> Frame | None:
    """Which part of a list was read: all of it, its newest part, or what a server happens to know; None where the pull is no list."""
    if stream.list_kind is None:
        return None
    if end is End.LIST:
        return Frame.COMPLETE if whole else Frame.UNKNOWN
    return Frame.NEWEST if stream.newest_first else Frame.UNKNOWN
