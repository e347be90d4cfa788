"""The sixty candidate accounts: who they are, what they are about, and who really follows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cli.demo.world import TOPICS

TEN_FOLLOWERS = 500_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One account: `audience` maps a group of people to its part among the followers.

    Groups are "camping/f", "camping/m" and so on for each topic, "zombie", "lottery", and "everyone" (the platform's mix).
    `complete` lists are small and known to the last follower; of all others a random sample is known.
    """

    key: str
    name: str
    topic: str
    followers: int
    price: int
    audience: Mapping[str, float] = field(default_factory=dict)
    story: str = ""
    complete: bool = False
    former_names: tuple[str, ...] = ()


# Ten accounts of equal size, of which one is worth ten times another.
TEN = (
    Candidate(
        "t01",
        "小鹿的帐篷日记",
        "camping",
        TEN_FOLLOWERS,
        26_000,
        {"camping/f": 0.40, "camping/m": 0.10, "travel/f": 0.18, "zombie": 0.04, "everyone": 0.28},
        "the excellent one",
    ),
    Candidate(
        "t02",
        "阿芸的衣橱",
        "fashion",
        TEN_FOLLOWERS,
        30_000,
        {"phones/m": 0.58, "games/m": 0.12, "fashion/f": 0.06, "zombie": 0.09, "everyone": 0.15},
        "renamed twice: phone tips, then nail art, now fashion",
        former_names=("手机技巧君", "阿芸美甲"),
    ),
    Candidate(
        "t03",
        "户外装备控",
        "camping",
        TEN_FOLLOWERS,
        22_000,
        {"zombie": 0.63, "camping/f": 0.08, "camping/m": 0.12, "everyone": 0.17},
        "full of zombie followers",
    ),
    Candidate(
        "t04",
        "周末露营福利社",
        "camping",
        TEN_FOLLOWERS,
        18_000,
        {"lottery": 0.60, "camping/f": 0.08, "camping/m": 0.07, "zombie": 0.07, "everyone": 0.18},
        "lottery hunters",
    ),
    Candidate(
        "t05",
        "露营老炮",
        "camping",
        TEN_FOLLOWERS,
        28_000,
        {"camping/m": 0.48, "camping/f": 0.12, "cars/m": 0.12, "zombie": 0.08, "everyone": 0.20},
        "right topic, mostly men",
    ),
    Candidate(
        "t06",
        "两个人的山海",
        "travel",
        TEN_FOLLOWERS,
        32_000,
        {"travel/f": 0.35, "camping/f": 0.20, "travel/m": 0.12, "zombie": 0.06, "everyone": 0.27},
        "travel, half of it outdoors",
    ),
    Candidate(
        "t07",
        "带娃去野",
        "baby",
        TEN_FOLLOWERS,
        24_000,
        {"baby/f": 0.36, "camping/f": 0.24, "camping/m": 0.06, "zombie": 0.05, "everyone": 0.29},
        "mothers, many of them outdoors",
    ),
    Candidate(
        "t08",
        "食堂阿姐",
        "food",
        TEN_FOLLOWERS,
        35_000,
        {"food/f": 0.40, "food/m": 0.15, "zombie": 0.10, "everyone": 0.35},
        "food",
    ),
    Candidate(
        "t09",
        "美妆小艾",
        "beauty",
        TEN_FOLLOWERS,
        40_000,
        {"beauty/f": 0.52, "fashion/f": 0.12, "zombie": 0.12, "everyone": 0.24},
        "beauty",
    ),
    Candidate(
        "t10",
        "柯基阿福",
        "pets",
        TEN_FOLLOWERS,
        25_000,
        {"pets/f": 0.38, "pets/m": 0.14, "camping/f": 0.05, "zombie": 0.08, "everyone": 0.35},
        "pets",
    ),
)


def others(rng: np.random.Generator, count: int = 50) -> tuple[Candidate, ...]:
    """The rest of the platform's creators, of all sizes; the last five are small and known completely."""
    cast = []
    for place in range(count):
        topic = TOPICS[int(rng.integers(len(TOPICS)))]
        second = TOPICS[int(rng.integers(len(TOPICS)))]
        women = float(np.clip(topic.women + rng.normal(0, 0.12), 0.03, 0.97))
        core, zombie, lottery = float(rng.uniform(0.2, 0.55)), float(rng.beta(1.3, 9)), float(rng.beta(1, 14))
        if topic.key == "camping":
            core *= 0.4  # the excellent account stands among the ten
        aside = float(rng.uniform(0.02, 0.15))
        audience = {f"{topic.key}/f": core * women, f"{topic.key}/m": core * (1 - women), "zombie": zombie, "lottery": lottery}
        for group, part in ((f"{second.key}/f", aside * second.women), (f"{second.key}/m", aside * (1 - second.women))):
            audience[group] = audience.get(group, 0.0) + part
        taken = sum(audience.values())
        audience = {group: part / max(taken, 1.0) for group, part in audience.items()}
        audience["everyone"] = max(0.0, 1.0 - taken)
        complete = place >= count - 5
        followers = 0 if complete else int(round(float(np.exp(rng.uniform(np.log(2e4), np.log(3e6)))), -3))
        price = int(rng.integers(2, 60)) * 500 + followers // 60
        cast.append(
            Candidate(
                f"o{place:02d}",
                f"{topic.title}{'号馆社谈站'[place % 5]}{place + 1}",
                topic.key,
                followers,
                price,
                audience,
                complete=complete,
            )
        )
    return tuple(cast)
