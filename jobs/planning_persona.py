"""The conditions of a planner's brief as a persona file."""

import hashlib
import json
import re
from dataclasses import dataclass

from collectors.exports.cells import narrow
from collectors.exports.declared import GENDERS
from collectors.exports.wording import Lang
from collectors.planner.brief import Brief
from collectors.planner.sheets import FIELDS, PERSONA_FIELDS
from reports.sentence import Sentence
from scoring.errors import PersonaError
from scoring.persona import parse_persona
from scoring.text.lexicon import full_id, interests

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_AGES = re.compile(r"(\d{2})(?:-(\d{2}))?\+?")
_DASH = str.maketrans("~～—–−至到", "-------")


class W:
    """What is said of an answer that is no condition."""

    gender = Sentence("不是性别", "not a gender")
    gender_expected = Sentence("女、男,或留空", "female, male, or empty")
    ages = Sentence("不是年龄段:{entry}", "not an age band: {entry}")
    ages_expected = Sentence("如 18-24, 25-34, 50+", "as 18-24, 25-34, 50+")
    interest = Sentence("没有这个兴趣:{entry}", "no such interest: {entry}")
    interest_expected = Sentence(
        "`fanfit persona interests` 列出的名称,或写在关键词里",
        "a name that `fanfit persona interests` lists, or write it under keywords",
    )
    refused = Sentence("人群条件不能使用", "the conditions cannot be used")


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """An answer of the brief that was not understood."""

    place: str
    label: str
    reason: str
    expected: str


@dataclass(frozen=True, slots=True)
class BriefPersona:
    """A persona file's name and text; no text where the brief states no condition or one that may not be asked."""

    name: str
    text: str | None
    problems: tuple[AnswerProblem, ...]


def persona_of_brief(brief: Brief, lang: Lang) -> BriefPersona:
    """All conditions of the brief as `must` and `must_not`; an answer that is not understood is named and left out."""
    title = brief.text("campaign") or brief.text("product") or brief.text("client") or "brief"
    name = title if _SLUG.fullmatch(title) else f"brief-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    problems: list[AnswerProblem] = []
    musts = [
        *_gender(brief, lang, problems), *_ages(brief, lang, problems), *_plain(brief, "regions", "attribute: region\n    in: "),
        *_interests(brief, lang, problems), *_plain(brief, "keywords", "keywords: "),
    ]  # fmt: skip
    nots = _plain(brief, "not_keywords", "keywords: ")
    if not musts:
        return BriefPersona(name, None, tuple(problems))
    client = f"client: {_flow(brief.text('client'))}\n" if brief.text("client") else ""
    text = f"name: {name}\ntitle: {_flow({'zh': title, 'en': title})}\n{client}must:\n" + "".join(
        f"  - {each}\n" for each in musts
    )
    text += "must_not:\n" + "".join(f"  - {each}\n" for each in nots) if nots else ""
    try:
        parse_persona(text, where=name)
    except PersonaError as error:
        place = next(brief.answers[each].place for each in PERSONA_FIELDS if each in brief.answers)
        return BriefPersona(name, None, (*problems, AnswerProblem(place, "", W.refused(lang), str(error))))
    return BriefPersona(name, text, tuple(problems))


def _flow(value: object) -> str:
    """A value as JSON, which is YAML too: no text of a cell can end a line or begin a key."""
    return json.dumps(value, ensure_ascii=False)


def _problem(brief: Brief, name: str, lang: Lang, reason: str, expected: str) -> AnswerProblem:
    label = next(each.label(lang) for each in FIELDS if each.name == name)
    return AnswerProblem(brief.answers[name].place, label, reason, expected)


def _gender(brief: Brief, lang: Lang, problems: list[AnswerProblem]) -> list[str]:
    text = brief.text("gender")
    if not text:
        return []
    known = GENDERS.get(narrow(text))
    if known is None:
        problems.append(_problem(brief, "gender", lang, W.gender(lang), W.gender_expected(lang)))
        return []
    return [f"attribute: gender\n    in: {_flow([known])}"]


def _ages(brief: Brief, lang: Lang, problems: list[AnswerProblem]) -> list[str]:
    good = []
    for entry in brief.entries("ages"):
        plain = re.sub(r"[\s岁]", "", narrow(entry).translate(_DASH)).replace("以上", "+")
        if _AGES.fullmatch(plain):
            good.append(plain)
        else:
            problems.append(_problem(brief, "ages", lang, W.ages(lang, entry=entry), W.ages_expected(lang)))
    return [f"attribute: age_band\n    in: {_flow(good)}"] if good else []


def _interests(brief: Brief, lang: Lang, problems: list[AnswerProblem]) -> list[str]:
    by_name = {narrow(name): each.id for each in interests() for name in (each.zh, each.en)}
    good = []
    for entry in brief.entries("interests"):
        known = full_id(narrow(entry)) or by_name.get(narrow(entry))
        if known is None:
            problems.append(_problem(brief, "interests", lang, W.interest(lang, entry=entry), W.interest_expected(lang)))
        else:
            good.append(f"interest: {known}")
    return good


def _plain(brief: Brief, name: str, clause: str) -> list[str]:
    entries = brief.entries(name)
    return [f"{clause}{_flow(list(entries))}"] if entries else []
