"""What an account is worth and which clause moves the list, in words: column, page lines, and the part of the report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from reports import numbers
from reports.figures import name_of, share_figure
from reports.numbers import Lang
from reports.parts import NOTHING, ClauseLine, ClauseMove, ClausePart, Figure
from reports.persona_reading import clause as in_words
from reports.persona_reading import counted_seeds
from reports.sentence import Sentence

if TYPE_CHECKING:
    from scoring.leave_out import Effect, LeftOut, Shift
    from scoring.persona import Persona, Trait
    from scoring.results import Ceiling, Scorecard

ALIKE = 1 - 1e-9


class V:
    """Sentences about ceiling prices and clauses."""

    worth = Sentence("值多少钱(上限价)", "worth up to (ceiling price)")
    worth_note = Sentence(
        "只按每千目标粉丝成本比较时,报价不高于此价,即在有报价账号中最便宜的前几个之内;其他账号的报价不变。区间来自所有账号目标粉丝数的误差。",
        "Compared by cost per thousand fitting followers alone: up to this price it is among the cheapest of the accounts that have a price, theirs left as they are. The interval is that of everybody's fitting followers.",
    )
    col_stays = Sentence("按本表顺序的上限价", "Ceiling price in this order")
    up_to = Sentence("不高于 {price}", "up to {price}")
    up_to_between = Sentence("不高于 {price}({between})", "up to {price} ({between})")
    any_price = Sentence("任何价格", "at any price")
    no_price = Sentence("免费也不入选", "at no price, not even free")
    by_cost = Sentence(
        "值多少钱:{what},是 {n} 个有报价账号中每千目标粉丝成本最低的前 {top} 个之一。",
        "Worth: {what} it is among the {top} cheapest per thousand fitting followers of {n} accounts that have a price.",
    )
    by_cost_any = Sentence(
        "值多少钱:与有报价的账号相比,前 {top} 个还有空位,任何价格都能进入。",
        "Worth: beside the accounts that have a price there is a free place among the first {top}: it gets in at any price.",
    )
    by_cost_none = Sentence(
        "值多少钱:没有目标粉丝可计,任何价格都进不了每千目标粉丝成本最低的前 {top} 个。",
        "Worth: it has no fitting followers to count, so at no price is it among the {top} cheapest per thousand.",
    )
    own = Sentence("按本表顺序,{what}在前 {top} 个之内。", "In this table's order it is among the first {top} {what}.")
    own_any = Sentence(
        "按本表顺序,任何价格都在前 {top} 个之内。", "In this table's order it is among the first {top} at any price."
    )
    own_budget = Sentence(
        "按本表顺序、总预算 {budget}、最多 {top} 个,{what}入选。",
        "In this table's order, with {budget} to spend on at most {top}, it is bought {what}.",
    )
    own_none = Sentence(
        "按本表顺序,任何价格都不在前 {top} 个之内。",
        "In this table's order no price, not even free, brings it among the first {top}.",
    )
    own_none_budget = Sentence(
        "按本表顺序、总预算 {budget}、最多 {top} 个,任何价格都不入选。",
        "In this table's order, with {budget} to spend on at most {top}, it is bought at no price.",
    )
    order_first = Sentence("先看排序依据,再看价格。", "The order's first key comes before the price.")
    no_part = Sentence("价格不参与排序:并非每个账号都有报价。", "Prices take no part: not every account has one.")
    inside = Sentence("现报价 {price},在此价之内。", "Its price, {price}, lies within.")
    over = Sentence("现报价 {price},高出 {more}。", "Its price, {price}, is {more} above.")
    unpriced = Sentence("暂无有效报价。", "It has no valid price.")

    title = Sentence("什么会改变排名", "What would change the ranking")
    hint = Sentence(
        "每次去掉目标人群的一个条件,用同一份数据重新计算。名次变化可能只是误差:● 表示新名次超出了原来可能的范围。",
        "Each clause of the persona is left out in turn and the same data scored again. A new place may be chance: ● marks those outside the places that were possible before.",
    )
    single = Sentence("目标人群只有一个条件,没有可以去掉的。", "The persona has a single clause: there is none to leave out.")
    strongest = Sentence(
        "影响最大的条件:{clause}。去掉后,前 {top} 个中有 {n} 个换成别的账号,{moved} 个账号名次变化。",
        "The clause that matters most: {clause}. Without it {n} of the first {top} would be other accounts, and {moved} change place.",
        "The clause that matters most: {clause}. Without it {n} of the first {top} would be another account, and {moved} change place.",
    )
    steady = Sentence(
        "影响最大的条件:{clause}。去掉任何一个条件,前 {top} 个都还是同一批账号;名次变化的最多 {moved} 个。",
        "The clause that matters most: {clause}. Without any one clause the first {top} stay the same accounts; at most {moved} change place.",
    )
    unmoved = Sentence("去掉任何一个条件,名次都不变。", "Without any one clause every account keeps its place.")
    unlabelled = Sentence(
        "人工标注针对整个目标人群,不能用于其中一部分,所以两边都不使用标注:这里的原名次与排名表的一致程度为 {agreement}(1 为相同)。",
        "Labels of the whole persona say nothing of a part of it, so both sides go without: the places with all clauses agree with the table's by {agreement} (1: the same).",
    )
    other_program = Sentence(
        "这里的原名次由本程序重新计算,与排名表的一致程度为 {agreement}(1 为相同)。",
        "The places with all clauses were worked out again by this program and agree with the table's by {agreement} (1: the same).",
    )
    must, must_not, should = Sentence("必须", "must"), Sentence("排除", "must not"), Sentence("优先", "should")
    col_part = Sentence("类型", "Part")
    col_clause = Sentence("条件", "Clause left out")
    col_agreement = Sentence("与原顺序的一致程度(1 为相同)", "Agreement with the order (1: the same)")
    col_moved = Sentence("名次变化的账号", "Accounts that change place")
    col_entered = Sentence("前 {top} 个中换掉的", "Others among the first {top}")
    col_largest = Sentence("比例最大变化(百分点)", "Largest change of a share (points)")
    col_leave = Sentence("出局", "Leave")
    col_enter = Sentence("入围", "Enter")
    only_one = Sentence("唯一起决定作用的条件:去掉后人人符合", "the only clause that decides: without it everybody fits")
    not_scorable = Sentence("去掉后无法计算", "cannot be scored without it")
    sheet = Sentence("条件影响", "Clauses")
    col_place_with = Sentence("原名次", "Place with it")
    col_place_without = Sentence("去掉后名次", "Place without it")
    col_with = Sentence("原比例", "Share with it")
    col_without = Sentence("去掉后比例", "Share without it")
    col_beyond = Sentence("超出误差", "Beyond chance")
    only_top = Sentence(
        "只列出前 {top} 个之内发生的名次变化;全部变化见工作簿。",
        "Only changes within the first {top} are shown, before or after; the workbook has all of them.",
    )
    only_top_here = Sentence(
        "只列出前 {top} 个之内发生的名次变化;--all 列出全部。",
        "Only changes within the first {top} are shown, before or after; --all shows all of them.",
    )
    grades = Sentence(
        "B 级(范围)和 C 级(仅内容)账号没有上限价:它们不与 A 级同表排序,没有可以进入的名次。可用 --per-thousand 按每千目标粉丝的价格算出 B 级账号的价格范围。",
        "Accounts of grade B (range) and C (content only) have no ceiling price: they share no order with grade A, so there is no place for them to take. With --per-thousand grade B gets a range at a price per thousand.",
    )


_PARTS = {"must": V.must, "must_not": V.must_not, "should": V.should}
_WHY_NOT = {"only_one": V.only_one, "not_scorable": V.not_scorable}


def worth_figure(card: "Scorecard", lang: Lang) -> Figure:
    """The ceiling price by cost in major units with its limits; NOTHING where there is no such price."""
    found = ceiling_by_cost(card)
    return NOTHING if found is None else price_limits(found, lang)


def ceiling_by_cost(card: "Scorecard") -> "Ceiling | None":
    """The ceiling where cost alone orders."""
    return next((each for each in card.ceilings if each.by == "cost" and each.budget is None), None)


def price_limits(found: "Ceiling", lang: Lang) -> Figure:
    """A ceiling price in major units as printed; no upper limit where nothing bounds it."""
    price = found.price
    if price is None:
        return NOTHING
    value, low = numbers.major(price.value, found.currency), numbers.major(price.low, found.currency)
    high = numbers.major(price.high, found.currency) if numbers.known(price.high) else None
    low_text, high_text = (_rounded(end, found.currency, lang) for end in (low, high))
    between = f"{low_text}-{high_text}" if high is not None else f"{low_text} - {high_text}"
    return Figure(_rounded(value, found.currency, lang), between, value, low, high)


def _rounded(amount: float | None, currency: str, lang: Lang) -> str:
    """Money to the unit: what stands behind it says no more."""
    return numbers.money(None if amount is None else float(round(amount)), currency, lang)


def stays_words(card: "Scorecard", lang: Lang) -> str:
    """The ceiling price in the run's own order in few words, empty where there is none."""
    found = card.ceilings[0] if card.ceilings else None
    return "" if found is None else what(found, lang)


def what(found: "Ceiling", lang: Lang) -> str:
    """Up to which price, at any, or at none."""
    if found.state != "up_to":
        return (V.any_price if found.state == "any" else V.no_price)(lang)
    figure = price_limits(found, lang)
    return V.up_to_between(lang, price=figure.text, between=figure.interval)


def ceiling_lines(card: "Scorecard", lang: Lang) -> tuple[str, ...]:
    """What an account's page says: its worth by cost, then its ceiling in the table's own order where that is another."""
    by_cost, own = ceiling_by_cost(card), card.ceilings[0] if card.ceilings else None
    said = [] if by_cost is None else [_by_cost(by_cost, card, lang)]
    if own is not None and own is not by_cost:
        said.append(_own(own, card, lang))
    return tuple(said)


def _by_cost(found: "Ceiling", card: "Scorecard", lang: Lang) -> str:
    sentence = {"up_to": V.by_cost, "any": V.by_cost_any, "none": V.by_cost_none}[found.state]
    values = (
        {"what": what(found, lang), "n": found.others + 1, "top": found.top} if found.state == "up_to" else {"top": found.top}
    )
    return _joined((sentence(lang, **values), _own_price(found, card, lang)), lang)


def _own(found: "Ceiling", card: "Scorecard", lang: Lang) -> str:
    values: dict[str, object] = {"top": found.top}
    if found.budget is not None:
        values["budget"] = numbers.money(numbers.major(found.budget, found.currency), found.currency, lang)
    if found.state == "none":
        said = (V.own_none if found.budget is None else V.own_none_budget)(lang, **values)
    elif found.state == "any":
        said = V.own_any(lang, top=found.top)
    else:
        said = (V.own if found.budget is None else V.own_budget)(lang, what=what(found, lang), **values)
    if found.state == "up_to":
        return _joined((said, _own_price(found, card, lang)), lang)
    why = V.order_first if found.price_counts else V.no_part
    return said if found.budget is not None else _joined((said, why(lang)), lang)


def _own_price(found: "Ceiling", card: "Scorecard", lang: Lang) -> str:
    """Whether the account's own price lies within, or by how much it does not."""
    if found.state != "up_to" or found.price is None:
        return ""
    if found.chosen is None or card.price is None:
        return V.unpriced(lang)
    amount = numbers.money(numbers.major(card.price.amount_minor, found.currency), found.currency, lang)
    if found.chosen:
        return V.inside(lang, price=amount)
    more = numbers.major(card.price.amount_minor - found.price.value, found.currency)
    return V.over(lang, price=amount, more=_rounded(more, found.currency, lang))


def _joined(parts: Sequence[str], lang: Lang) -> str:
    return ("" if lang == "zh" else " ").join(part for part in parts if part)


def clause_part(persona: "Persona", found: "LeftOut", lang: Lang) -> ClausePart:
    """What would change the ranking: the sentence that sums it up, a line for each clause, every account's move."""
    words = {(part, trait.key): in_words(counted_seeds(trait, lang), lang) for part, trait in _traits(persona)}
    lines = tuple(_line(each, words[each.part, each.key], lang) for each in found.effects)
    return ClausePart(
        top=found.top,
        lead=_lead(found, words, lang),
        note=_note(found, lang),
        lines=() if found.single else lines,
        moves=tuple(
            _move(words[each.part, each.key], shift, found.top, lang)
            for each in found.effects
            for shift in each.shifts
            if not found.single
        ),
    )


def _traits(persona: "Persona") -> list[tuple[str, "Trait"]]:
    return [
        *(("must", trait) for trait in persona.must),
        *(("must_not", trait) for trait in persona.must_not),
        *(("should", trait) for trait in persona.should),
    ]


def _lead(found: "LeftOut", words: dict[tuple[str, str], str], lang: Lang) -> str:
    if found.single:
        return V.single(lang)
    most = found.strongest
    if most is None:
        return V.unmoved(lang)
    clause = f"{_PARTS[most.part](lang)}: {words[most.part, most.key]}"
    if most.entered:
        return V.strongest(lang, clause=clause, n=most.entered, top=found.top, moved=most.moved)
    return V.steady(lang, clause=clause, top=found.top, moved=max(each.moved for each in found.effects))


def _note(found: "LeftOut", lang: Lang) -> str:
    """What the order with all clauses is to the table's, where it is not the same."""
    agreement = numbers.MISSING if found.as_run is None else f"{found.as_run:.2f}"
    if found.without_labels:
        return V.unlabelled(lang, agreement=agreement)
    return "" if found.as_run is None or found.as_run > ALIKE else V.other_program(lang, agreement=agreement)


def _line(effect: "Effect", words: str, lang: Lang) -> ClauseLine:
    def names(chosen: Literal["enters", "leaves"]) -> str:
        found = [shift for shift in effect.shifts if getattr(shift, chosen)]
        return ("、" if lang == "zh" else ", ").join(name_of(each.account, lang).label for each in found)

    return ClauseLine(
        part=_PARTS[effect.part](lang),
        clause=words,
        agreement=NOTHING if effect.tau is None else Figure(f"{effect.tau:.2f}", "", effect.tau),
        moved=effect.moved,
        entered=effect.entered,
        largest=Figure(f"{effect.largest * 100:.1f}", "", effect.largest * 100),
        leave=names("leaves"),
        enter=names("enters"),
        why_not=_WHY_NOT[effect.why_not](lang) if effect.why_not else "",
    )


def _move(words: str, shift: "Shift", top: int, lang: Lang) -> ClauseMove:
    return ClauseMove(
        clause=words,
        name=name_of(shift.account, lang),
        place_with=shift.place_with,
        place_without=shift.place_without,
        share_with=share_figure(shift.share_with, lang),
        share_without=share_figure(shift.share_without, lang),
        beyond_doubt=shift.beyond_doubt,
        moved=shift.moved,
        in_top=any(place is not None and place <= top for place in (shift.place_with, shift.place_without)),
    )
