"""The base sample of a platform: accounts drawn near-randomly, their profiles, posts and followees."""

from dataclasses import dataclass

from collectors.errors import RetryLater, StopRun
from jobs.collecting import STOPPED, Collection, CollectJob
from storage.records import BaseRecord, Frame, ListKind, Order, PullFacts
from storage.words import promote_words


@dataclass(frozen=True, slots=True)
class BaseOutcome:
    """How many were drawn, how many of them still have a profile (the base), what else was read; why it ended early, if it did."""

    drawn: int
    people: int
    posts: int
    followees: int
    stopped: str = ""
    after: float | None = None


def collect_base(collection: Collection, people: int, job: CollectJob) -> BaseOutcome:
    """Draws a base sample and reads of it what `job` reads of a sample. The newest base sample of a platform is the one that counts.

    Whoever was drawn and has no profile is no part of it: deactivated, deleted, or an account of another application.
    """
    source, now = collection.source, collection.clock()
    facts = PullFacts(ListKind.BASE, Frame.RANDOM, now, Order.RANDOM)
    found: dict[str, bytes] = {}
    drawn: list[str] = []
    stopped, after, posts, followees = "", None, 0, 0
    try:
        drawn = source.draw(people, seed=job.seed)
        with collection.batch("base", facts) as batch:
            for records in source.profiles(drawn):
                batch.write([*(BaseRecord(each.platform, each.native_id) for each in records), *records])
                ids = [each.native_id for each in records]
                found.update(collection.store.pseudonymiser.each(source.card.platform, ids))
                if collection.stopped():
                    break
        by_key = {key: native_id for native_id, key in found.items()}
        posts, followees = collection.sample_posts(by_key, job), collection.sample_followees(by_key, job)
        stopped = STOPPED if collection.stopped() else ""
    except RetryLater as error:
        stopped, after = error.reason, error.after
    except StopRun as error:
        stopped = error.reason
    finally:
        promote_words(collection.store)
    return BaseOutcome(len(drawn), len(found), posts, followees, stopped, after)
