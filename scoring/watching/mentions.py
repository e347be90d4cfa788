"""Who speaks of a brand: the words that mean it, found in posts; and which posts say that they are paid for."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

LEAST_LATIN, LEAST_OTHER = 3, 2  # signs of a name below which it would mean anything


@dataclass(frozen=True, slots=True)
class Post:
    """A public post of a named account: whose, when, what; `key` is any value that names it."""

    key: bytes
    account: bytes
    created_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A post that speaks of a brand; `declared` says that it discloses a partnership, `first` that its account never did before."""

    brand: bytes
    post: Post
    declared: bool
    first: bool


@dataclass(frozen=True, slots=True)
class Voice:
    """A brand's part of all mentions of the watched brands in one month ("2026-03"); `accounts` spoke of it."""

    month: str
    brand: bytes
    mentions: int
    accounts: int
    of_all: int

    @property
    def share(self) -> float:
        """Share of voice."""
        return self.mentions / self.of_all


def plain(text: str) -> str:
    """Text as it is compared: width and case folded.

    >>> plain("牧高笛 Ｍｏｂｉ")
    '牧高笛 mobi'
    """
    return unicodedata.normalize("NFKC", text).casefold()


def usable(names: Iterable[str]) -> tuple[str, ...]:
    """The names long enough to mean something, folded, each once, the longest first.

    >>> usable(["MobiGarden", "@MobiGarden", "牧", "牧高笛", "mg"])
    ('mobigarden', '牧高笛')
    """
    folded = {plain(name).strip().lstrip("@#").strip() for name in names}
    long = {name for name in folded if len(name) >= (LEAST_LATIN if name.isascii() else LEAST_OTHER)}
    return tuple(sorted(long, key=lambda name: (-len(name), name)))


def pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    """What finds one of the usable names in folded text: Latin names as whole words, others anywhere; None without any."""
    parts = [rf"(?<![a-z0-9_]){re.escape(name)}(?![a-z0-9_])" if name.isascii() else re.escape(name) for name in names]
    return re.compile("|".join(parts)) if parts else None


def mentions(posts: Sequence[Post], brands: Sequence[tuple[bytes, Sequence[str]]]) -> tuple[Mention, ...]:
    """Every post that speaks of a brand, in time's order; a brand's own posts are none."""
    found: list[Mention] = []
    spoke: set[tuple[bytes, bytes]] = set()
    wanted = [(brand, made) for brand, names in brands if (made := pattern(usable(names))) is not None]
    for post in sorted(posts, key=lambda each: (each.created_at, each.key)):
        text = plain(post.text)
        for brand, made in wanted:
            if brand == post.account or not made.search(text):
                continue
            found.append(Mention(brand, post, declares(text), (brand, post.account) not in spoke))
            spoke.add((brand, post.account))
    return tuple(found)


def voices(found: Sequence[Mention]) -> tuple[Voice, ...]:
    """Share of voice, month by month and brand by brand; UTC months without any mention have no row."""
    by_month: dict[str, dict[bytes, list[Mention]]] = {}
    for each in found:
        by_month.setdefault(f"{each.post.created_at:%Y-%m}", {}).setdefault(each.brand, []).append(each)
    return tuple(
        Voice(month, brand, len(theirs), len({each.post.account for each in theirs}), sum(map(len, brands.values())))
        for month, brands in sorted(by_month.items())
        for brand, theirs in sorted(brands.items())
    )


def declares(folded: str) -> bool:
    """Whether a folded text says that it is paid for: a disclosure that platforms and regulators ask for, as #ad or 广告.

    >>> declares(plain("New tent! #Ad")), declares(plain("add two")), declares(plain("本条为商业合作")), declares(plain("广告牌"))
    (True, False, True, False)
    """
    return _disclosures().search(folded) is not None


@cache
def _disclosures() -> re.Pattern[str]:
    lines = (files("scoring.watching") / "disclosures.txt").read_text("utf-8").splitlines()
    return re.compile("|".join(f"(?:{line})" for line in lines if line and not line.startswith("//")))
