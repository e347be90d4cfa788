"""Shared followers and net reach as a reader gets them: a row for each pair, a sentence for several accounts together."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports import numbers
from reports.figures import bounds_figure, name_of, unknown_label
from reports.numbers import Lang
from reports.parts import Figure, Name, OverlapRow
from reports.sentence import Sentence
from reports.text import T

if TYPE_CHECKING:
    from scoring.results import AccountRef, NetReach, Overlap

WIDEST_TOLD = 0.5  # bounds on an overlap that are further apart stand in the workbook only


class C:
    """The sentences on accounts that somebody chose."""

    exact = Sentence(
        "这 {n} 个账号的粉丝相加是 {gross};每人只算一次是 {net}。",
        "These {n} accounts have {gross} followers when added up; counting each person once, {net}.",
    )
    bounds = Sentence(
        "这 {n} 个账号的粉丝相加是 {gross};每人只算一次在 {low} 到 {high} 之间(名单不完整)。",
        "These {n} accounts have {gross} followers when added up; counting each person once, between {low} and {high} "
        "(lists incomplete).",
    )
    unknown = Sentence(
        "每人只算一次有多少:无法给出范围(有账号的粉丝总数未取得)。",
        "How many that is counting each person once cannot be bounded: a follower count was not obtained.",
    )


def tells(pair: "Overlap") -> bool:
    """Whether what is known of a pair says more than that anything may be the case."""
    low, high = pair.overlap_coefficient
    return pair.exact or high - low <= WIDEST_TOLD


def overlap_rows(pairs: "Sequence[Overlap]", accounts: "Sequence[AccountRef]", lang: Lang) -> tuple[OverlapRow, ...]:
    """The greatest overlap first: by what is surely shared, then by what may be; an id that two platforms share stays an id."""
    ids = Counter(account.native_id for account in accounts)
    names = {account.native_id: name_of(account, lang) for account in accounts if ids[account.native_id] == 1}
    ordered = sorted(pairs, key=lambda pair: (-pair.overlap_coefficient[0], -pair.overlap_coefficient[1]))
    return tuple(_row(pair, names, lang) for pair in ordered)


def _row(pair: "Overlap", names: dict[str, Name], lang: Lang) -> OverlapRow:
    low, high = numbers.count(pair.shared_low, lang), numbers.count(pair.shared_high, lang)
    shared = low if pair.exact or low == high else f"{low}-{high}"
    return OverlapRow(
        a=names.get(pair.a) or unknown_label(pair.a),
        b=names.get(pair.b) or unknown_label(pair.b),
        exact=pair.exact,
        shared=Figure(shared, "", pair.shared_low if pair.exact else None, pair.shared_low, pair.shared_high),
        jaccard=bounds_figure(*pair.jaccard, lang, exact=pair.exact),
        coefficient=bounds_figure(*pair.overlap_coefficient, lang, exact=pair.exact),
        share_of_a=bounds_figure(*pair.share_of_a, lang, exact=pair.exact),
        share_of_b=bounds_figure(*pair.share_of_b, lang, exact=pair.exact),
    )


def reach_of_first(reach: "NetReach | None", lang: Lang) -> tuple[str, ...]:
    """The sentence on the first accounts of a list together; none where nothing bounds it."""
    return _reach(reach, T.net_reach_exact, T.net_reach_bounds, lang)


def reach_of_chosen(reach: "NetReach | None", lang: Lang) -> tuple[str, ...]:
    """The sentence on accounts that somebody chose; that nothing bounds it is said."""
    return _reach(reach, C.exact, C.bounds, lang) or (C.unknown(lang),)


def _reach(reach: "NetReach | None", exact: Sentence, bounds: Sentence, lang: Lang) -> tuple[str, ...]:
    if reach is None:
        return ()
    n, gross, low, high = len(reach.accounts), *(numbers.whole(each) for each in (reach.gross, reach.low, reach.high))
    if reach.exact:
        return (exact(lang, n=n, gross=gross, net=low),)
    return (bounds(lang, n=n, gross=gross, low=low, high=high),)
