"""A persona in plain words, Chinese and English: what `fanfit persona check` says back to its author."""

from dataclasses import replace
from typing import Literal

from reports.names import ATTRIBUTES, VALUES
from scoring.persona import Persona, Trait
from scoring.text.lexicon import interest

Lang = Literal["zh", "en"]
_SHOWN = 6  # values named in a sentence; the rest is a number


def read_aloud(persona: Persona, lang: Lang, *, name_seeds: bool = True) -> str:
    """The persona as one or two sentences; without `name_seeds` seed accounts are only counted, as in a report that others keep."""
    if not name_seeds:
        persona = replace(
            persona,
            must=tuple(counted_seeds(trait, lang) for trait in persona.must),
            must_not=tuple(counted_seeds(trait, lang) for trait in persona.must_not),
            should=tuple(counted_seeds(trait, lang) for trait in persona.should),
        )
    return _chinese(persona) if lang == "zh" else _english(persona)


def counted_seeds(trait: Trait, lang: Lang) -> Trait:
    """A clause whose seed accounts are only counted, as in a report that others keep."""
    if trait.kind != "seeds":
        return trait

    def counted(accounts: tuple[str, ...]) -> tuple[str, ...]:
        n = len(accounts)
        said = f"{n} 个种子账号" if lang == "zh" else f"{n} seed account{'s' if n > 1 else ''}"
        return (said,) if accounts else ()

    return replace(trait, positive=counted(trait.positive), negative=counted(trait.negative))


def clause(trait: Trait, lang: Lang) -> str:
    """One clause as a part of a sentence."""
    return _clause_zh(trait) if lang == "zh" else _clause_en(trait)


def _chinese(persona: Persona) -> str:
    text = "要找的人:" + (",并且".join(_clause_zh(trait) for trait in persona.must) or "任何真人")
    if persona.must_not:
        text += ";但不包括" + "、也不包括".join(f"{_clause_zh(trait)}的人" for trait in persona.must_not)
    if persona.should:
        wishes = "、".join(f"{_clause_zh(trait)}(权重 {trait.weight:g})" for trait in persona.should)
        rule = f"以下条件的权重合计至少 {persona.min_should:g}" if persona.min_should else "条件相同时优先"
        text += f"。{rule}:{wishes}"
    return text + "。"


def _english(persona: Persona) -> str:
    if persona.must:
        text = "People who " + ", and who ".join(_clause_en(trait) for trait in persona.must)
    else:
        text = "Anyone who is real"
    if persona.must_not:
        text += ", but not those who " + " or who ".join(_clause_en(trait) for trait in persona.must_not)
    if persona.should:
        wishes = "; ".join(f"{_clause_en(trait)} (weight {trait.weight:g})" for trait in persona.should)
        rule = (
            f"and for whom these weights add up to at least {persona.min_should:g}"
            if persona.min_should
            else "Among equals, first those who"
        )
        text += f", {rule}: {wishes}" if persona.min_should else f". {rule}: {wishes}"
    return text + "."


def _clause_zh(trait: Trait) -> str:
    days = f"最近 {trait.within_days} 天内" if trait.within_days else ""
    return {
        "interest": lambda: f"对「{interest(trait.interest or '').zh}」感兴趣",
        "keyword": lambda: f"提到过 {_some(trait.words, '、', '等')}",
        "attribute": lambda: f"{_attribute(trait, 'zh')}为{_some(_values(trait, 'zh'), '或', '等')}",
        "seeds": lambda: (
            f"与 {_some(trait.positive, '、', '等')} 的粉丝相似"
            + (f"、与 {_some(trait.negative, '、', '等')} 的粉丝不同" if trait.negative else "")
        ),
        "audience": lambda: f"属于人群「{trait.audience}」",
        "intent": lambda: f"{days}说过 {_some(trait.phrases, '、', '等')}",
    }[trait.kind]()


def _clause_en(trait: Trait) -> str:
    days = f" within the last {trait.within_days} days" if trait.within_days else ""
    unlike = f" and unlike those of {_some(trait.negative, ', ', 'and more')}" if trait.negative else ""
    return {
        "interest": lambda: f"are interested in {interest(trait.interest or '').en}",
        "keyword": lambda: f"have mentioned {_some(trait.words, ' or ', 'and more')}",
        "attribute": lambda: f"are of {_attribute(trait, 'en').lower()} {_some(_values(trait, 'en'), ' or ', 'and more')}",
        "seeds": lambda: f"resemble the followers of {_some(trait.positive, ', ', 'and more')}{unlike}",
        "audience": lambda: f"belong to the audience {trait.audience}",
        "intent": lambda: f"have said {_some(trait.phrases, ' or ', 'and more')}{days}",
    }[trait.kind]()


def _attribute(trait: Trait, lang: Lang) -> str:
    name = trait.attribute or ""
    known = ATTRIBUTES.get(name)
    return known(lang) if known else f"「{name}」" if lang == "zh" else name


def _values(trait: Trait, lang: Lang) -> tuple[str, ...]:
    return tuple(VALUES[value](lang) if value in VALUES else value for value in trait.values)


def _some(values: tuple[str, ...], separator: str, more: str) -> str:
    shown = separator.join(values[:_SHOWN])
    return shown if len(values) <= _SHOWN else f"{shown} {more} ({len(values)})"
