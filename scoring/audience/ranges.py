"""Grade B evidence: what a vendor's audience shares leave open of a persona's share, as a range (DECISIONS 10)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from scoring.persona import Persona, Trait
from scoring.text.lexicon import interests

TOLERANCE = 0.02  # shares that add up to 1 within so much do: vendors round
ERROR = 0.05  # of all shares of a range together, where vendors say how many people they looked at
OLDEST = 130
_REST = frozenset({"other", "others", "unknown", "rest", "其他", "其它", "未知", "其余"})
_BAND = re.compile(
    r"(?P<sign>[<>≤≥]?=?)(?P<low>\d{1,3})(?:(?:-|–|—|~|至|到)(?P<high>\d{1,3}))?(?P<open>\+|以上)?(?:岁|years?)?(?P<open2>\+|以上)?"
)
_PLACE_ENDS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")
_AGES = frozenset({"age", "age_band"})

Sums = Literal["whole", "part", "over"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shares:
    """One dimension of an account's audience as a vendor gives it: shares (0 to 1) by bucket, of `n` people where it says so."""

    dimension: str
    by_bucket: Mapping[str, float]
    n: int | None = None

    @property
    def sums(self) -> Sums:
        """Whether the shares add up to everybody, to a part (the largest places alone), or to more (interests overlap, or an error)."""
        total = sum(self.by_bucket.values())
        return "over" if total > 1 + TOLERANCE else "part" if total < 1 - TOLERANCE else "whole"


@dataclass(frozen=True, slots=True)
class ClauseRange:
    """Between `low` and `high` of the audience meet one clause.

    `partly` are buckets that reach beyond it, `known` whether any dimension speaks of it.
    """

    key: str
    low: float
    high: float
    known: bool
    partly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """Between `low` and `high` of the audience meet every clause at once; nothing in between is likelier than the rest."""

    low: float
    high: float
    clauses: tuple[ClauseRange, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Clauses of which the vendor says nothing: with any of them the lower end is 0."""
        return tuple(each.key for each in self.clauses if not each.known)


def persona_range(persona: Persona, shares: Sequence[Shares]) -> Range:
    """The range of the joint share of `must` and not `must_not`: Fréchet's bounds over the clauses' own ranges.

    max(0, Σ low - (d - 1)) … min high (Fréchet 1951), each clause's ends widened to Clopper-Pearson limits where n is known, so that all of
    them hold together with 95 % (Bonferroni). `should` orders and does not select; with `min_should` above 0 the lower end is 0.
    """
    asked = [(trait, True) for trait in persona.must] + [(trait, False) for trait in persona.must_not]
    clauses = tuple(_clause(trait, shares, wanted=wanted, error=ERROR / max(len(asked), 1)) for trait, wanted in asked)
    low = max(0.0, sum(each.low for each in clauses) - (len(clauses) - 1)) if clauses else 1.0
    high = min((each.high for each in clauses), default=1.0)
    return Range(0.0 if persona.min_should > 0 else min(low, high), high, clauses)


def _clause(trait: Trait, shares: Sequence[Shares], *, wanted: bool, error: float) -> ClauseRange:
    of = next((each for each in shares if _speaks(each.dimension, trait)), None)
    if of is None:
        return ClauseRange(trait.key, 0.0, 1.0, known=False)
    inside, partly = _buckets(trait, of)
    low = min(sum(of.by_bucket[name] for name in inside), 1.0)
    rest = sum(share for name, share in of.by_bucket.items() if name.strip().lower() in _REST)
    left = max(0.0, 1.0 - sum(of.by_bucket.values())) if of.sums == "part" else 0.0
    high = min(low + sum(of.by_bucket[name] for name in partly) + rest + left, 1.0)
    if of.n is not None:
        low, high = _least(low, of.n, error), _most(high, of.n, error)
    found = ClauseRange(trait.key, low, high, known=True, partly=tuple(partly))
    return found if wanted else replace(found, low=1.0 - high, high=1.0 - low)


def _speaks(dimension: str, trait: Trait) -> bool:
    if trait.kind == "interest":
        return dimension == "interest"
    if trait.kind != "attribute" or trait.attribute is None:
        return False
    return dimension == trait.attribute or (dimension in _AGES and trait.attribute in _AGES)


def _buckets(trait: Trait, of: Shares) -> tuple[list[str], list[str]]:
    """Buckets that lie wholly inside what the clause asks, and those that do in part."""
    if trait.kind == "interest":
        names = {plain for each in interests() if each.id == trait.interest for plain in (each.id, each.zh, each.en.lower())}
        return [name for name in of.by_bucket if name.strip().lower() in names], []
    if trait.attribute in _AGES:
        wanted = [found for value in trait.values if (found := band(value)) is not None]
        return _ages(wanted, of)
    asked = {_place(value) for value in trait.values}
    return [name for name in of.by_bucket if _place(name) in asked], []


def _ages(wanted: Sequence[tuple[int, int]], of: Shares) -> tuple[list[str], list[str]]:
    years = {year for low, high in wanted for year in range(low, high + 1)}
    inside, partly = [], []
    for name in of.by_bucket:
        found = band(name)
        if found is None:
            continue
        covered = sum(year in years for year in range(found[0], found[1] + 1))
        if covered == found[1] - found[0] + 1:
            inside.append(name)
        elif covered:
            partly.append(name)
    return inside, partly


def band(text: str) -> tuple[int, int] | None:
    """First and last year of an age band; None where the text is none.

    >>> band("18-24"), band("18~23岁"), band("50以上"), band("50+"), band("<18"), band("≥ 40"), band("women")
    ((18, 24), (18, 23), (50, 130), (50, 130), (0, 17), (40, 130), None)
    """
    match = _BAND.fullmatch("".join(text.lower().split()))
    if match is None:
        return None
    low, sign = int(match["low"]), match["sign"]
    if sign.startswith(("<", "≤")):
        return 0, low if sign in {"≤", "<="} else low - 1
    if sign.startswith((">", "≥")):
        return low if sign in {"≥", ">="} else low + 1, OLDEST
    if match["open"] or match["open2"]:
        return low, OLDEST
    return low, int(match["high"]) if match["high"] else low


def _place(name: str) -> str:
    """A value without what administrations append to places: 北京 for 北京市."""
    plain = name.strip().lower()
    return next((plain.removesuffix(end) for end in _PLACE_ENDS if plain.endswith(end) and len(plain) > len(end) + 1), plain)


def _least(share: float, n: int, error: float) -> float:
    """Clopper-Pearson's lower limit of a share that n people showed."""
    k = share * n
    return 0.0 if k <= 0 else _beta(k, n - k + 1, error / 2)


def _most(share: float, n: int, error: float) -> float:
    """Clopper-Pearson's upper limit."""
    k = share * n
    return 1.0 if k >= n else _beta(k + 1, n - k, 1 - error / 2)


def _beta(a: float, b: float, quantile: float) -> float:
    from scipy.special import betaincinv  # noqa: PLC0415 - slow to load, and an import of shares needs the tolerance alone

    return float(betaincinv(a, b, quantile))


def in_bands(rows: Sequence[tuple[T, Range]]) -> list[list[tuple[T, Range]]]:
    """Rows by their lower end, the highest first, in bands: who overlaps the first of a band stands in it (DECISIONS 10)."""
    bands: list[list[tuple[T, Range]]] = []
    for row in sorted(rows, key=lambda each: (-each[1].low, -each[1].high)):
        if bands and row[1].high >= bands[-1][0][1].low:
            bands[-1].append(row)
        else:
            bands.append([row])
    return bands
