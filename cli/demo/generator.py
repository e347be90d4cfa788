"""Writes the simulated platform as the CSV files that an importer would be given, and the truth beside them."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cli.demo.casting import TEN, Candidate, others
from cli.demo.people import LOTTERY, NOTHING, REAL, ZOMBIE, People, draw_followers, draw_people, groups, true_share
from cli.demo.world import REGIONS, TOPICS
from cli.demo.writing import own_post, person_bio, person_name, post

SEED = 20260301
PERSONA_NAME = "demo-campers"
MISJUDGED = 0.01  # who reads a profile errs now and then


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the platform is: people, followers known of each of the ten and of the others, the base sample, the labels.

    Labels: followers judged of each of the ten and of `labelled_others` other accounts, `labels_each` of each.
    """

    people: int = 12_000
    ten_sample: int = 500
    other_sample: int = 300
    base_sample: int = 1_200
    labelled_others: int = 15
    labels_each: int = 20


@dataclass(frozen=True, slots=True)
class Truth:
    """What only the simulation knows of a candidate: the share of its followers who are real and fit."""

    native_id: str
    name: str
    followers: int
    share: float
    story: str
    one_of_ten: bool


class Platform:
    """A platform drawn from one seed; `write` puts its files into a folder."""

    def __init__(self, seed: int = SEED, sizes: Sizes | None = None) -> None:
        self.rng = np.random.default_rng(seed)
        self.sizes = sizes or Sizes()
        self.people: People = draw_people(self.rng, self.sizes.people, len(REGIONS))
        self.pools = groups(self.people)
        self.ids = [str(number) for number in self.rng.permutation(np.arange(10**9, 10**9 + 7 * len(self.people), 7))]
        self.topic_accounts = [(place, name) for place, topic in enumerate(TOPICS) for name in topic.accounts]
        self.candidates: tuple[Candidate, ...] = (*TEN, *others(self.rng))
        self.followers = [self._followers(candidate) for candidate in self.candidates]

    def _followers(self, candidate: Candidate) -> NDArray[np.int64]:
        count = self.sizes.ten_sample if candidate.key.startswith("t") else self.sizes.other_sample
        return draw_followers(self.rng, candidate, self.pools, count)

    def total(self, place: int) -> int:
        """The whole follower count N of a candidate."""
        candidate = self.candidates[place]
        return len(self.followers[place]) if candidate.complete else candidate.followers

    def truths(self) -> tuple[Truth, ...]:
        """The truth of every candidate, in the order of the candidates file."""
        return tuple(
            Truth(
                c.key,
                c.name,
                self.total(i),
                true_share(c, self.people, self.pools, self.followers[i]),
                c.story,
                c.key.startswith("t"),
            )
            for i, c in enumerate(self.candidates)
        )

    def write(self, folder: Path, now: datetime) -> None:
        """All files, UTF-8 with a header each; times end an hour before `now`."""
        folder.mkdir(parents=True, exist_ok=True)
        seen = (now - timedelta(hours=1)).replace(microsecond=0)
        stamp = seen.isoformat()
        _write(folder / "accounts.csv", ACCOUNT_COLUMNS, self._accounts(seen))
        _write(folder / "candidates.csv", ("native_id", "name"), ((c.key, c.name) for c in self.candidates))
        _write(
            folder / "prices.csv",
            ("account_id", "amount", "currency", "format"),
            ((c.key, c.price, "CNY", "post") for c in self.candidates),
        )
        for complete in (False, True):
            name = "followers_complete.csv" if complete else "followers_sample.csv"
            _write(folder / name, ("account_id", "follower_id", "total"), self._follower_rows(complete=complete))
        _write(folder / "followees.csv", ("account_id", "follower_id"), self._followee_rows())
        base = self.rng.choice(len(self.people), size=min(self.sizes.base_sample, len(self.people)), replace=False)
        _write(folder / "base.csv", ("native_id",), ((self.ids[person],) for person in base))
        _write(folder / "attributes.csv", ("account_id", "name", "value", "observed_at"), self._attribute_rows(stamp))
        _write(folder / "posts.csv", ("native_id", "author_id", "created_at", "text"), self._post_rows(seen))
        _write(folder / "labels.csv", ("account_id", "label", "value", "observed_at"), self._label_rows(stamp))
        truth = [asdict(item) for item in self.truths()]
        (folder / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")

    def _accounts(self, seen: datetime) -> Iterable[Sequence[object]]:
        stamp = seen.isoformat()
        for place, candidate in enumerate(self.candidates):
            for step, former in enumerate(candidate.former_names):
                earlier = (seen - timedelta(days=400 - 150 * step)).isoformat()
                yield (
                    candidate.key,
                    former,
                    "",
                    "",
                    200_000 + 100_000 * step,
                    80,
                    500,
                    1,
                    1,
                    "2019-05-01T00:00:00+00:00",
                    earlier,
                )
            title = TOPICS[next(i for i, topic in enumerate(TOPICS) if topic.key == candidate.topic)].title
            bio = f"{title}创作者(模拟账号)"
            yield (
                candidate.key,
                candidate.name,
                bio,
                title,
                self.total(place),
                120,
                800,
                1,
                1,
                "2019-05-01T00:00:00+00:00",
                stamp,
            )
        for row, (topic, name) in enumerate(self.topic_accounts):
            shown = int(self.rng.integers(20_000, 2_000_000))
            title = TOPICS[topic].title
            yield (f"f{row:02d}", name, f"{title}(模拟账号)", title, shown, 60, 900, 1, 1, "2018-03-01T00:00:00+00:00", stamp)
        for person, native_id in enumerate(self.ids):
            yield (native_id, *self._profile(person, seen), stamp)

    def _profile(self, person: int, seen: datetime) -> tuple[object, ...]:
        kind, rng = self.people.kind[person], self.rng
        name, bio = person_name(rng, self.people, person), person_bio(rng, self.people, person)
        if kind == ZOMBIE:
            numbers = (int(rng.integers(0, 6)), int(rng.integers(600, 2500)), int(rng.integers(0, 3)))
            avatar, age = int(rng.random() < 0.15), int(rng.integers(20, 260))
        else:
            following = int(rng.integers(300, 1500)) if kind == LOTTERY else int(rng.integers(30, 600))
            numbers = (int(rng.lognormal(4.2, 1.1)), following, int(rng.lognormal(3.5, 1.2)))
            avatar, age = int(rng.random() < 0.93), int(rng.integers(200, 3000))
        created = (seen - timedelta(days=age)).date().isoformat()
        return name, bio, "", *numbers, 0, avatar, f"{created}T00:00:00+00:00"

    def _follower_rows(self, *, complete: bool) -> Iterable[Sequence[object]]:
        for place, candidate in enumerate(self.candidates):
            if candidate.complete == complete:
                for person in self.followers[place]:
                    yield candidate.key, self.ids[person], self.total(place)

    def _followee_rows(self) -> Iterable[Sequence[object]]:
        by_topic = [[i for i, (topic, _) in enumerate(self.topic_accounts) if topic == place] for place in range(len(TOPICS))]
        everything = np.arange(len(self.topic_accounts))
        for person, native_id in enumerate(self.ids):
            for row in sorted(self._followees(person, by_topic, everything)):
                yield f"f{row:02d}", native_id

    def _followees(self, person: int, by_topic: list[list[int]], everything: NDArray[np.int64]) -> set[int]:
        rng, people = self.rng, self.people
        if people.kind[person] != REAL:
            return {int(i) for i in rng.choice(everything, size=int(rng.integers(6, 16)), replace=False)}
        if rng.random() < 0.12:
            return set()
        chosen: set[int] = set()
        for draw in rng.random(int(rng.integers(3, 11))):
            topic = int(people.second[person]) if draw < 0.2 else int(people.first[person])
            anything = draw > 0.75 or topic == NOTHING
            chosen.add(int(rng.choice(everything)) if anything else by_topic[topic][int(rng.random() * len(by_topic[topic]))])
        return chosen

    def _attribute_rows(self, stamp: str) -> Iterable[Sequence[object]]:
        declares = self.rng.random((len(self.people), 2)) < np.where(self.people.kind == ZOMBIE, 0.15, 0.40)[:, None]
        for person, native_id in enumerate(self.ids):
            if declares[person, 0]:
                yield native_id, "gender", "female" if self.people.woman[person] else "male", stamp
            if declares[person, 1]:
                yield native_id, "region", REGIONS[int(self.people.region[person])], stamp

    def _label_rows(self, stamp: str) -> Iterable[Sequence[object]]:
        """Somebody's judgement of some followers, drawn at random from those known; wrong `MISJUDGED` of the time.

        Its own generator: the rest of the platform is the same with labels and without.
        """
        rng = np.random.default_rng([SEED, 1])
        ten = [place for place, candidate in enumerate(self.candidates) if candidate.key.startswith("t")]
        rest = [place for place in range(len(self.candidates)) if place not in ten]
        chosen = [*ten, *rng.choice(rest, size=min(self.sizes.labelled_others, len(rest)), replace=False)]
        judged: dict[int, bool] = {}
        for place in chosen:
            known = self.followers[place]
            for person in rng.choice(known, size=min(self.sizes.labels_each, len(known)), replace=False):
                wrong = bool(rng.random() < MISJUDGED)
                judged.setdefault(int(person), bool(self.people.fits[person]) != wrong)
        for person, fits in judged.items():
            yield self.ids[person], PERSONA_NAME, int(fits), stamp

    def _post_rows(self, seen: datetime) -> Iterable[Sequence[object]]:
        number = 0
        authors: list[tuple[str, int, int]] = [
            (c.key, 12, -1 - next(i for i, topic in enumerate(TOPICS) if topic.key == c.topic)) for c in self.candidates
        ]
        authors += [(f"f{row:02d}", 12, -1 - topic) for row, (topic, _) in enumerate(self.topic_accounts)]
        posting = np.flatnonzero(~self.people.lurks)
        authors += [(self.ids[i], int(self.rng.integers(2, 10)), int(i)) for i in posting]
        for native_id, count, who in authors:
            for minutes in np.sort(self.rng.integers(0, 30 * 24 * 60, size=count)):
                number += 1
                text = own_post(self.rng, -1 - who) if who < 0 else post(self.rng, self.people, who)
                yield f"p{number}", native_id, (seen - timedelta(minutes=int(minutes))).isoformat(), text


ACCOUNT_COLUMNS = (
    "native_id",
    "name",
    "bio",
    "category",
    "followers",
    "following",
    "posts",
    "verified",
    "has_avatar",
    "created_at",
    "observed_at",
)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
