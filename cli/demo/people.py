"""Who lives on the simulated platform: people with sex, interests, habits, and groups to draw audiences from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cli.demo.casting import Candidate
from cli.demo.world import TOPICS

REAL, ZOMBIE, LOTTERY = 0, 1, 2
NOTHING = -1
CAMPING = next(place for place, topic in enumerate(TOPICS) if topic.key == "camping")


@dataclass(frozen=True, slots=True)
class People:
    """Everyone on the platform, one array entry each; `kind` is REAL, ZOMBIE or LOTTERY, `second` NOTHING for most.

    `fits` is the truth of the demo's persona: a real woman who likes camping.
    """

    kind: NDArray[np.int8]
    woman: NDArray[np.bool_]
    first: NDArray[np.int16]
    second: NDArray[np.int16]
    lurks: NDArray[np.bool_]
    region: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def fits(self) -> NDArray[np.bool_]:
        """Real, a woman, camping among her interests."""
        likes = (self.first == CAMPING) | (self.second == CAMPING)
        return np.asarray((self.kind == REAL) & self.woman & likes)


def draw_people(rng: np.random.Generator, count: int, regions: int) -> People:
    """`count` people: 14 % zombies, 6 % lottery hunters, 49 % of the real ones never post."""
    kind = rng.choice([REAL, ZOMBIE, LOTTERY], size=count, p=[0.80, 0.14, 0.06]).astype(np.int8)
    shares = np.array([topic.share for topic in TOPICS])
    shares /= shares.sum()
    first = rng.choice(len(TOPICS), size=count, p=shares).astype(np.int16)
    woman = rng.random(count) < np.array([topic.women for topic in TOPICS])[first]
    second = _second_interest(rng, woman, shares, first)
    lurks = rng.random(count) < np.where(kind == REAL, 0.49, 0.25)
    return People(kind, woman, first, second, lurks, rng.integers(0, regions, size=count).astype(np.int16))


def _second_interest(
    rng: np.random.Generator, woman: NDArray[np.bool_], shares: NDArray[np.float64], first: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Half of the people have one; which one depends on their sex."""
    women = np.array([topic.women for topic in TOPICS])
    second = np.empty(len(woman), dtype=np.int16)
    for is_woman, weight in ((True, shares * women), (False, shares * (1 - women))):
        rows = np.flatnonzero(woman == is_woman)
        second[rows] = rng.choice(len(TOPICS), size=len(rows), p=weight / weight.sum())
    second[(rng.random(len(woman)) < 0.5) | (second == first)] = NOTHING
    return second


def groups(people: People) -> dict[str, NDArray[np.int64]]:
    """The people of each group that an audience can be made of."""
    found = {
        "zombie": np.flatnonzero(people.kind == ZOMBIE),
        "lottery": np.flatnonzero(people.kind == LOTTERY),
        "everyone": np.arange(len(people)),
    }
    real = people.kind == REAL
    for place, topic in enumerate(TOPICS):
        found[f"{topic.key}/f"] = np.flatnonzero(real & people.woman & (people.first == place))
        found[f"{topic.key}/m"] = np.flatnonzero(real & ~people.woman & (people.first == place))
    return found


def draw_followers(
    rng: np.random.Generator, candidate: Candidate, pools: dict[str, NDArray[np.int64]], count: int
) -> NDArray[np.int64]:
    """About `count` distinct followers in random order, each group by its part in the audience."""
    names = list(candidate.audience)
    parts = np.array([candidate.audience[name] for name in names])
    wanted = rng.multinomial(count, parts / parts.sum())
    drawn = [
        rng.choice(pools[name], size=min(int(n), len(pools[name])), replace=False) for name, n in zip(names, wanted, strict=True)
    ]
    return rng.permutation(np.unique(np.concatenate(drawn)))


def true_share(candidate: Candidate, people: People, pools: dict[str, NDArray[np.int64]], followers: NDArray[np.int64]) -> float:
    """The persona's share: of the whole audience, or of the list itself where the list is complete."""
    fits = people.fits
    if candidate.complete:
        return float(fits[followers].mean())
    total = sum(candidate.audience.values())
    return float(sum(part / total * fits[pools[name]].mean() for name, part in candidate.audience.items()))
