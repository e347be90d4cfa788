"""Where a text names a brand or holds a word of a list: what is sure, and what a person has to look at."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.brands import Brand
from scoring.watching.mentions import plain

Cut = Callable[[str], list[str]]
Doubt = Literal["", "inside_word", "needs_context"]
_SPLIT = ("Cf", "Mn")  # zero-width signs and marks that show how an emoji is drawn: they part no word


@dataclass(frozen=True, slots=True)
class Spotted:
    """A brand or word, by its place in what was looked for; `doubt` says why a person has to look, empty where nothing speaks against it."""

    at: int
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Found:
    """What a text holds, each brand and word once; `own_name` are brands that stand only inside the account's own name."""

    brands: tuple[Spotted, ...]
    words: tuple[Spotted, ...]
    own_name: tuple[int, ...]


def folded(text: str) -> str:
    r"""Text as it is compared: width and case folded, without signs that nobody sees, blanks as one.

    >>> folded("Ｎｉｋｅ\u200b  牧\u200d高笛")
    'nike 牧高笛'
    """
    seen = "".join(sign for sign in plain(text) if unicodedata.category(sign) not in _SPLIT)
    return " ".join(seen.split())


def spot(text: str, brands: Sequence[Brand], words: Sequence[str], *, own: Sequence[str], cut: Cut) -> Found:
    """What one post says.

    A Latin name stands alone; any other is sure where the tokeniser (`cut`, text to tokens) sees a word begin and end there. A name
    inside a longer name of another brand is that brand's. `own` are names of the account itself.
    """
    told = folded(text)
    names = [[folded(name) for name in brand.names] for brand in brands]
    spans = [(at, begin, end) for at, each in enumerate(names) for name in each for begin, end in places(told, name)]
    taken = [span for at, brand in enumerate(brands) for word in brand.not_in for span in places(told, folded(word))]
    self_named = [span for name in own for span in places(told, folded(name))]
    kept = [span for span in spans if not _within(span[1:], taken) and not _swallowed(span, spans)]
    others = [span for span in kept if not _covered(span[1:], self_named)]
    wanted = [(at, span) for at, word in enumerate(words) for span in places(told, folded(word))]
    edges = _edges(told, cut) if others or wanted else frozenset[int]()
    found = _least(
        {at for at, *_ in others}, [(at, _doubt(brands[at], names[at], told, begin, end, edges)) for at, begin, end in others]
    )
    hits = _least({at for at, _ in wanted}, [(at, _inside(told, span, edges)) for at, span in wanted])
    return Found(found, hits, tuple(sorted({at for at, *_ in kept} - {at for at, *_ in others})))


def places(told: str, name: str) -> list[tuple[int, int]]:
    """Where a folded name stands in a folded text, overlapping too; Latin letters and digits next to it make another word of it."""
    if not name:
        return []
    found = [(each.start(), each.start() + len(name)) for each in re.finditer(f"(?={re.escape(name)})", told)]
    return [(begin, end) for begin, end in found if not (_joined(told, begin - 1, begin) or _joined(told, end - 1, end))]


def _joined(told: str, left: int, right: int) -> bool:
    return left >= 0 and right < len(told) and _letter(told[left]) and _letter(told[right])


def _letter(sign: str) -> bool:
    """A letter or digit of a script that parts words by blanks."""
    return sign == "_" or (sign.isalnum() and unicodedata.east_asian_width(sign) not in {"W", "F"})


def _within(span: tuple[int, int], longer: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= span[0] and span[1] <= end and (begin, end) != span for begin, end in longer)


def _covered(span: tuple[int, int], own: Sequence[tuple[int, int]]) -> bool:
    return any(begin <= span[0] and span[1] <= end for begin, end in own)


def _swallowed(span: tuple[int, int, int], spans: Sequence[tuple[int, int, int]]) -> bool:
    return _within(span[1:], [(begin, end) for at, begin, end in spans if at != span[0]])


def _edges(told: str, cut: Cut) -> frozenset[int]:
    """Where words begin and end."""
    edges, at = {0}, 0
    for token in cut(told):
        at += len(token)
        edges.add(at)
    return frozenset(edges)


def _inside(told: str, span: tuple[int, int], edges: frozenset[int]) -> Doubt:
    return "" if told[span[0] : span[1]].isascii() or set(span) <= edges else "inside_word"


def _doubt(brand: Brand, names: Sequence[str], told: str, begin: int, end: int, edges: frozenset[int]) -> Doubt:
    if begin > 0 and told[begin - 1] in "#@" and (end == len(told) or not told[end].isalnum()):
        return ""
    if brand.needs_context:
        beside = {folded(word) for word in brand.context} | (set(names) - {told[begin:end]})
        return "" if any(places(told, word) for word in beside) else "needs_context"
    return _inside(told, (begin, end), edges)


def _least(hits: set[int], doubts: Sequence[tuple[int, Doubt]]) -> tuple[Spotted, ...]:
    """Each once, with a doubt only where every place of it is in doubt."""
    by_hit: dict[int, list[Doubt]] = {at: [doubt for each, doubt in doubts if each == at] for at in sorted(hits)}
    return tuple(Spotted(at, min(found)) for at, found in by_hit.items())  # the empty doubt is the least
