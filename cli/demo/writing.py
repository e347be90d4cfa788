"""What the simulated people write: posts, names and bios from templates, with off-topic noise."""

import numpy as np

from cli.demo.people import LOTTERY, NOTHING, ZOMBIE, People
from cli.demo.world import (
    BIOS,
    CHATTER,
    GIVEN,
    LOTTERY_PHRASES,
    LOTTERY_WORDS,
    MEN_PHRASES,
    PHRASES,
    SURNAMES,
    TOPICS,
    WOMEN_PHRASES,
    ZOMBIE_POSTS,
)

NOISE = 0.20


def pick(rng: np.random.Generator, choices: tuple[str, ...] | str) -> str:
    """One of them, each as likely."""
    return choices[int(rng.random() * len(choices))]


def fill(rng: np.random.Generator, phrase: str, words: tuple[str, ...]) -> str:
    """The phrase with words of one topic in its places."""
    return phrase.format(a=pick(rng, words), b=pick(rng, words), c=pick(rng, words))


def post(rng: np.random.Generator, people: People, person: int) -> str:
    """One post: mostly on an interest of the person, one in five on anything, one in ten mere chatter."""
    if people.kind[person] == ZOMBIE:
        return pick(rng, ZOMBIE_POSTS)
    if people.kind[person] == LOTTERY and rng.random() < 1 - NOISE:
        return fill(rng, pick(rng, LOTTERY_PHRASES), LOTTERY_WORDS)
    if rng.random() < 0.1:
        return pick(rng, CHATTER)
    text = fill(rng, pick(rng, PHRASES), TOPICS[_topic_of(rng, people, person)].words)
    if rng.random() < 0.25:
        own = people.woman[person] if rng.random() < 0.9 else not people.woman[person]
        text = f"{text},{pick(rng, WOMEN_PHRASES if own else MEN_PHRASES)}"
    return text


def _topic_of(rng: np.random.Generator, people: People, person: int) -> int:
    if rng.random() < NOISE:
        return int(rng.integers(len(TOPICS)))
    second = int(people.second[person])
    return second if second != NOTHING and rng.random() < 0.4 else int(people.first[person])


def own_post(rng: np.random.Generator, topic: int) -> str:
    """A post of a named account: on its topic."""
    return fill(rng, pick(rng, PHRASES), TOPICS[topic].words)


def person_name(rng: np.random.Generator, people: People, person: int) -> str:
    """A name as people choose them; zombies keep what the platform gave them."""
    if people.kind[person] == ZOMBIE and rng.random() < 0.85:
        return f"用户{int(rng.integers(10_000_000, 99_999_999))}"
    return pick(rng, SURNAMES) + pick(rng, GIVEN) + pick(rng, GIVEN)


def person_bio(rng: np.random.Generator, people: People, person: int) -> str:
    """Often empty, for zombies nearly always."""
    if people.kind[person] == ZOMBIE:
        return "" if rng.random() < 0.95 else "这个人很懒"
    if people.kind[person] == LOTTERY:
        return "抽奖专用" if rng.random() < 0.3 else ""
    if rng.random() < 0.5:
        return ""
    return fill(rng, pick(rng, BIOS), TOPICS[int(people.first[person])].words)
