"""The use case of collection: accounts are looked up, their lists read, a sample of followers drawn, its profiles and posts fetched."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from collectors.base import HasOwn, SaysWhy, Source, Target
from collectors.errors import RetryLater, SkipTarget, StopRun
from collectors.exports.profile_links import candidate
from collectors.run import collect
from scoring.sampling import draw_positions, generator
from storage import matrices as m
from storage.batches import (
    Batch,
    open_batch,
    with_counts_since,
    with_followees_since,
    with_posts_since,
    without_posts,
)
from storage.errors import NotFound
from storage.ingest import NamingRule
from storage.matching import match_pending
from storage.pulling import StreamKey, begin_pull, finished_at, watch
from storage.queries import account_refs, public_followers, resolve_account
from storage.records import AccountRecord, Frame, ListKind, Order, Provenance, PullFacts
from storage.words import promote_words

if TYPE_CHECKING:
    from storage.engine import Store
    from storage.text_index import TextIndexer

Clock = Callable[[], datetime]
FRESH, STOPPED, FORGOTTEN = "fresh", "stopped", "forgotten: it is kept out"


@dataclass(frozen=True, slots=True)
class CollectJob:
    """What to read.

    Accounts by id or handle; `followers` at most of each list (None: all of it), a list of followers or, where `of` says so, of those
    who reacted to the newest posts; of `sample` of these the profile, `posts` posts and `followees` of whom they follow, and as many
    posts of the account itself. What was read within `fresh` is not asked for again. `seed` draws the sample as a score run with that seed does.
    """

    accounts: tuple[str, ...]
    followers: int | None
    sample: int
    posts: int
    seed: int = 0
    fresh: timedelta = timedelta(hours=20)  # less than a day: a daily run reads anew
    followees: int = 0
    of: Literal[ListKind.FOLLOWERS, ListKind.ENGAGERS] = ListKind.FOLLOWERS


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one account: how much of its list was read, how it ended, how many of the sample were seen; or why not.

    `listed` is None where the list was read not long ago, `end` empty where the platform gives none; `own` are posts of the account
    itself that were read now.
    """

    account: str
    listed: int | None = 0
    end: str = ""
    sampled: int = 0
    profiles: int = 0
    posts: int = 0
    followees: int = 0
    skipped: str = ""
    own: int = 0


@dataclass(frozen=True, slots=True)
class CollectOutcome:
    """What came of a collection; `stopped` says why it ended before its end, `after` the seconds until it pays to go on."""

    accounts: tuple[Told, ...]
    stopped: str = ""
    after: float | None = None


@dataclass(slots=True)
class Collection:
    """One run of collection over one source; what it needs from outside is handed in."""

    store: "Store"
    source: Source
    provenance: Provenance
    clock: Clock
    indexer: "TextIndexer"
    rule: NamingRule = field(default_factory=NamingRule)
    stopped: Callable[[], bool] = lambda: False

    def run(self, job: CollectJob, told: Callable[[Told], None] = lambda _: None) -> CollectOutcome:
        """Reads everything the job asks for, account by account; what is there already is not asked for again.

        A platform's refusal ends the run where going on would be wrong, else only the account.
        """
        done: list[Told] = []
        try:
            targets, missing = self._look_up(job.accounts)
            done += [Told(given, skipped=why) for given, why in missing]
            for given, target in targets:
                done.append(self._one(given, target, job))
                told(done[-1])
                if self.stopped():
                    break
        except RetryLater as error:
            return CollectOutcome(tuple(done), error.reason, error.after)
        except StopRun as error:
            return CollectOutcome(tuple(done), error.reason)
        finally:
            promote_words(self.store)
            match_pending(self.store, now=self.clock())
        return CollectOutcome(tuple(done), "stopped" if self.stopped() else "")

    def _look_up(self, accounts: Sequence[str]) -> tuple[list[tuple[str, Target]], list[tuple[str, str]]]:
        """The accounts under their stable ids, their profiles written; and those that are not to be read, with the reason."""
        rows = [candidate(text, platform=self.source.card.platform) for text in accounts]
        wanted = [row.native_id or row.handle or row.given for row in rows]
        targets = self._bought_today(wanted)
        asked_for = [each for each in dict.fromkeys(wanted) if each.casefold() not in targets]
        records = [record for page in self._profiles(asked_for) for record in page] if asked_for else []
        for record in records:
            target = Target(record.platform, record.native_id, record.followers.value if record.followers else None)
            targets |= {name.casefold(): target for name in (record.native_id, record.handle or "")}
            if isinstance(self.source, HasOwn):  # asked for as "own", or by a name that is no handle
                targets |= {asked.casefold(): target for asked in asked_for if self.source.is_own(asked)}
        found, missing = [], []
        for given, asked in zip(accounts, wanted, strict=True):
            if asked.casefold() in targets:
                found.append((given, targets[asked.casefold()]))
            else:
                why = self.source.why_missing(asked) if isinstance(self.source, SaysWhy) else None
                missing.append((given, why or "not found"))
        gone = watch(self.store, self.source.card.platform, [target.native_id for _, target in found], now=self.clock())
        missing += [(given, FORGOTTEN) for given, target in found if target.native_id in gone]
        return [(given, target) for given, target in found if target.native_id not in gone], missing

    def _bought_today(self, wanted: Sequence[str]) -> dict[str, Target]:
        """Accounts of a paid source whose profiles were bought today: they are in the store, and are not bought twice."""
        if not self._paid("profiles"):
            return {}
        keys: dict[str, bytes] = {}
        for text in wanted:
            with suppress(NotFound):
                keys[text.casefold()] = resolve_account(self.store, text, platform=self.source.card.platform)
        held = with_counts_since(self.store, keys.values(), self._since("profiles", timedelta(0)))
        refs = account_refs(self.store, held)
        return {
            text: Target(refs[key].platform, refs[key].native_id, public_followers(self.store, key))
            for text, key in keys.items()
            if key in refs
        }

    def _paid(self, stream: str) -> bool:
        card = self.source.card.card_of(stream)
        return card is not None and card.price > 0

    def _since(self, stream: str, fresh: timedelta) -> datetime:
        """From when on something counts as read: of a paid stream everything of this UTC day, for it is not bought twice."""
        now = self.clock()
        midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return min(now - fresh, midnight) if self._paid(stream) else now - fresh

    def _one(self, given: str, target: Target, job: CollectJob) -> Told:
        try:
            listed, end = self._pull(job.of.value, target, job.followers, job.fresh)
            own, _ = self._pull("posts", target, job.posts, job.fresh)
        except SkipTarget as error:
            return Told(given, skipped=error.reason)
        people = self._sample(target, job)
        profiles = self._sample_profiles(people, job)
        posts, followees = self.sample_posts(people, job), self.sample_followees(people, job)
        return Told(given, listed, end, len(people), profiles, posts, followees, own=own or 0)

    def _pull(self, name: str, target: Target, items: int | None, fresh: timedelta) -> tuple[int | None, str]:
        """Reads one stream of an account; items listed in all, and why it ended: None and "fresh" where it was read not long ago."""
        if items == 0 or self.source.card.card_of(name) is None:
            return 0, ""
        stream, now = self.source.stream(name, items), self.clock()
        key = StreamKey(target.platform, name, target.native_id)
        finished = finished_at(self.store, key)
        if finished is not None and finished > self._since(name, fresh):
            return None, FRESH
        facts = None
        if stream.list_kind is not None:
            order = Order.NEWEST_FIRST if stream.newest_first else Order.UNKNOWN
            known = target.total is not None and stream.list_kind is ListKind.FOLLOWERS
            totals = {target.native_id: target.total} if known and target.total is not None else {}
            facts = PullFacts(stream.list_kind, Frame.UNKNOWN, now, order, totals)
        pull = begin_pull(self.store, key, self.provenance, now=now, facts=facts, indexer=self.indexer, rule=self.rule)
        ahead = not self._paid(name)
        done = collect(stream, target, pull, items=items, clock=self.clock, stopped=self.stopped, ahead=ahead)
        return done.items, done.end.value if done.end else STOPPED

    def _sample(self, target: Target, job: CollectJob) -> dict[bytes, str]:
        """Native ids of the people that a score run with this seed draws from the list as it was read last."""
        owner = self.store.pseudonymiser.one(target.platform, target.native_id)
        with self.store.read() as conn:
            read = [pull for pull in m.read_pulls(conn, job.of.value, m.as_keys([owner])) if pull.finished]
            if not read or not job.sample:
                return {}
            newest = max(read, key=lambda pull: (pull.pulled_at, pull.id))
            members = m.distinct(m.read_members(conn, newest.id))
        drawn, _ = draw_positions(
            len(members), job.sample, frame=newest.frame, order=newest.list_order,
            rng=generator(job.seed, "sample", target.platform, target.native_id),
        )  # fmt: skip
        found = self.store.vault.native_ids(m.key_list(members[drawn]))
        return {member: native_id for member, (_, native_id) in found.items()}

    def _sample_profiles(self, people: Mapping[bytes, str], job: CollectJob) -> int:
        """Fetches the profiles that are not fresh; how many of the people have one now."""
        held = with_counts_since(self.store, people, self._since("profiles", job.fresh))
        missing = [native_id for person, native_id in people.items() if person not in held]
        return len(held) + (sum(len(page) for page in self._profiles(missing)) if missing else 0)

    def _profiles(self, ids: Sequence[str]) -> Iterator[tuple[AccountRecord, ...]]:
        """Profiles as they are fetched, each page written before the next is asked for."""
        with self.batch("profiles") as batch:
            for records in self.source.profiles(ids):
                batch.write(records)
                yield records

    def sample_posts(self, people: Mapping[bytes, str], job: CollectJob) -> int:
        """Fetches a page of posts of everyone who has some and was not read not long ago; how many came."""
        if not job.posts or self.source.card.card_of("posts") is None:
            return 0
        done = with_posts_since(self.store, people, self._since("posts", job.fresh)) | without_posts(self.store, people)
        return self._first_pages("posts", people, done, job.posts)

    def sample_followees(self, people: Mapping[bytes, str], job: CollectJob) -> int:
        """Fetches a page of whom everyone follows who was not asked not long ago; how many follows came."""
        if not job.followees or self.source.card.card_of("followees") is None:
            return 0
        done = with_followees_since(self.store, people, self._since("followees", job.fresh))
        facts = PullFacts(ListKind.FOLLOWEES, Frame.NEWEST, self.clock(), Order.NEWEST_FIRST)
        return self._first_pages("followees", people, done, job.followees, facts)

    def _first_pages(
        self, name: str, people: Mapping[bytes, str], done: AbstractSet[bytes], most: int, facts: PullFacts | None = None
    ) -> int:
        """Reads the first page of a stream of everyone who is not done, at most `most` items of each; how many were new."""
        stream, count = self.source.stream(name, most), 0
        with self.batch(name, facts) as batch:
            for person, native_id in people.items():
                if person in done or self.stopped():
                    continue
                try:
                    page = stream.page(Target(stream.platform, native_id), None)
                except SkipTarget:
                    continue
                main = page.records[: min(most, page.items)]  # what is listed comes before what is told about it
                count += batch.write(main).accepted if main else 0
        return count

    def batch(self, what: str, facts: PullFacts | None = None) -> AbstractContextManager[Batch]:
        """An import of single pages, with `facts` where they are of lists."""
        return open_batch(
            self.store, self.source.card.platform, what, self.provenance, now=self.clock(), indexer=self.indexer, rule=self.rule,
            facts=facts,
        )  # fmt: skip
