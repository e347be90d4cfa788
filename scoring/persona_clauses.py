"""One clause of a persona file to a Trait: which keys it may have, what each value must be, and what it may not ask (DECISIONS 7)."""

import re
from collections.abc import Callable
from typing import NoReturn

from scoring.persona import Trait
from scoring.persona_yaml import Entry, Items, Mapping, Scalar, Tree, fail
from scoring.text.cleaning import is_dropped, is_taken_out
from scoring.text.lexicon import full_id, presets
from scoring.text.sensitive import find_sensitive
from scoring.text.suggest import did_you_mean, nearest
from scoring.text.terms import plain

KINDS = ("interest", "keywords", "attribute", "seeds", "audience", "intent")
CLAUSE_KEYS = (*KINDS, "in", "weight")
LOWEST_AGE = 18
MAX_ENTRIES = 500
MAX_LENGTH = 200
MAX_DAYS = 3650
MAX_WEIGHT = 1000.0
_AGE_NAMES = frozenset({"age", "age_band", "ageband", "age_group", "agegroup", "age_range", "年龄", "年龄段", "年龄层"})
_BIRTH_NAMES = frozenset({"birthday", "birth_date", "birthdate", "birth_year", "born", "生日", "出生日期", "出生年份"})
_BAND = re.compile(r"(?P<sign>[<>≤≥]?=?)\s*(?P<low>\d{1,3})\s*(?:(?:-|–|—|~|to|至|到)\s*(?P<high>\d{1,3}))?\s*(?P<open>\+|plus|以上)?\s*(?:岁|years?)?\s*(?P<open2>\+|以上)?")  # fmt: skip
# As imports write them (`collectors/exports/declared.py`).
_GENDER_NAMES = frozenset({"gender", "sex", "性别"})
_GENDERS = {
    **dict.fromkeys(("female", "f", "woman", "女", "女性", "女士"), "female"),
    **dict.fromkeys(("male", "m", "man", "男", "男性", "男士"), "male"),
}
_DECADE = re.compile(r"[5-9][05]后")
_EXAMPLES = {
    "interest": "interest: camping",
    "keywords": "keywords: [露营, 帐篷]",
    "attribute": "attribute: gender\n    in: [female]",
    "seeds": "seeds: {positive: [some_account]}",
    "audience": "audience: buyers_2025",
    "intent": "intent: {preset: asking, within_days: 30}",
}
# The one reason in two languages: whoever writes 的 or k as a keyword may read no English.
_DROPPED = (
    "a single letter, digit, sign or filler word is not counted in texts. Write a longer word or phrase that holds it "
    "(单个字母、数字、符号或虚词不计入词频,永远匹配不到:请换成包含它的更长的词或短语)"
)
_TAKEN_OUT = (
    "mentions, web addresses and repost marks are taken out of texts before they are read. Write the words without them; "
    "for followers of an account use `seeds` (读取文本前会去掉@提及、网址和转发标记:请去掉这部分;要找某账号的粉丝请用 seeds)"
)


class ClauseReader:
    """Reads clauses of one file; `where` names it in messages."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._readers: dict[str, Callable[[Entry, float], Trait]] = {
            "interest": self._interest,
            "keywords": self._keywords,
            "seeds": self._seeds,
            "audience": self._audience,
            "intent": self._intent,
        }

    def read(self, tree: Tree, part: str) -> Trait:
        """The trait of one item of `must`, `must_not` or `should`.

        Raises:
            PersonaError: at the value that is wrong.
        """
        if not isinstance(tree, Mapping):
            example = f"- {_EXAMPLES['interest']}"
            self.refuse(tree, f"expected a clause such as `{example}`; a clause is one of: {', '.join(KINDS)}")
        self.check_keys(tree, CLAUSE_KEYS, "a clause")
        kinds = [entry for key, entry in tree.entries.items() if key in KINDS]
        if len(kinds) != 1:
            found = " and ".join(entry.key for entry in kinds) or "none"
            self.refuse(
                kinds[1] if kinds else tree,
                f"expected exactly one of {', '.join(KINDS)} in a clause, found {found}: use one item per clause",
            )
        kind = kinds[0]
        if "in" in tree.entries and kind.key != "attribute":
            self.refuse(tree.entries["in"], f"`in` belongs to `attribute`, not to `{kind.key}`")
        weight = self._weight(tree, part)
        return self._attribute(tree, kind, weight) if kind.key == "attribute" else self._readers[kind.key](kind, weight)

    def refuse(self, place: Tree | Entry, message: str) -> NoReturn:
        """Stop at a place of the file."""
        fail(self._where, place.line, place.column, message)

    def check_keys(self, mapping: Mapping, known: tuple[str, ...], what: str) -> None:
        """Only known keys; a near miss gets its suggestion."""
        for key, entry in mapping.entries.items():
            if key not in known:
                close = nearest(key, known, count=1)
                hint = f"did you mean `{close[0]}`?" if close else f"expected one of: {', '.join(known)}"
                self.refuse(entry, f"unknown key {key!r} in {what}; {hint}")

    def text(self, tree: Tree, what: str) -> str:
        """A short text, screened against the sensitive list."""
        if not isinstance(tree, Scalar) or tree.kind == "nothing" or not tree.text:
            self.refuse(tree, f"expected {what} as text")
        if len(tree.text) > MAX_LENGTH:
            self.refuse(tree, f"{what} is longer than {MAX_LENGTH} characters")
        self.screen(tree, tree.text, what)
        return tree.text

    def screen(self, place: Tree | Entry, text: str, what: str) -> None:
        """Refuse what concerns sensitive personal data."""
        finding = find_sensitive(text)
        if finding is not None:
            self.refuse(
                place,
                f"{what} {text!r} concerns {finding.en} ({finding.zh}), found by {finding.word!r}: fanfit does not look for people by this. "
                "Describe what they are interested in or want to buy instead, or take this clause out (docs/personas.md, what is refused)",
            )

    def texts(self, tree: Tree, what: str) -> tuple[str, ...]:
        """A list of distinct short texts, not empty."""
        if not isinstance(tree, Items):
            self.refuse(tree, f"expected a list of {what}, written [one, two] or one `- item` per line")
        if not tree.items:
            self.refuse(tree, f"this list is empty; expected at least one of {what}")
        if len(tree.items) > MAX_ENTRIES:
            self.refuse(tree, f"more than {MAX_ENTRIES} {what} in one list; import them as labels or attributes instead")
        found: dict[str, None] = {}
        for item in tree.items:
            text = self.text(item, what)
            if text in found:
                self.refuse(item, f"{text!r} stands twice in this list; keep one")
            found[text] = None
        return tuple(found)

    def _findable(self, tree: Tree, what: str) -> tuple[str, ...]:
        """Distinct words or phrases as texts are searched for them; one that no text can match is refused."""
        found = tuple(map(plain, self.texts(tree, what)))
        for item, entry in zip(tree.items if isinstance(tree, Items) else (), found, strict=True):
            if is_dropped(entry):
                self.refuse(item, f"{entry!r} is never found among {what}: {_DROPPED}")
            if is_taken_out(entry):
                self.refuse(item, f"{entry!r} is never found among {what}: {_TAKEN_OUT}")
        return tuple(dict.fromkeys(found))

    def number(self, tree: Tree, what: str, low: float, high: float) -> float:
        """A number in [low, high]."""
        try:
            value = float(tree.text) if isinstance(tree, Scalar) and tree.kind == "number" else float("nan")
        except ValueError:
            value = float("nan")
        if not low <= value <= high:
            self.refuse(tree, f"expected {what} as a number from {low:g} to {high:g}")
        return value

    def _weight(self, clause: Mapping, part: str) -> float:
        entry = clause.entries.get("weight")
        if entry is None:
            return 1.0
        if part != "should":
            self.refuse(entry, f"`weight` belongs to `should`; every clause of `{part}` counts in full: take it out")
        return self.number(entry.value, "weight", 0.01, MAX_WEIGHT)

    def _interest(self, entry: Entry, weight: float) -> Trait:
        written = self.text(entry.value, "an interest id")
        found = full_id(written)
        if found is None:
            self.refuse(entry.value, f"unknown interest {written!r}; {did_you_mean(written)}")
        return Trait("interest", f"interest:{found}", interest=found, weight=weight)

    def _keywords(self, entry: Entry, weight: float) -> Trait:
        words = self._findable(entry.value, "keywords")
        return Trait("keyword", "keywords:" + "|".join(sorted(words)), words=words, weight=weight)

    def _attribute(self, clause: Mapping, entry: Entry, weight: float) -> Trait:
        name = self.text(entry.value, "an attribute's name")
        allowed = clause.entries.get("in")
        if allowed is None:
            self.refuse(entry, f"`attribute: {name}` needs `in: [value, ...]`: the values that count as a match")
        values = self.texts(allowed.value, "values")
        if name.lower() in _BIRTH_NAMES:
            self.refuse(
                entry.value,
                f"{name!r} is not used: write the attribute age_band with bands of {LOWEST_AGE} and over, such as in: [18-24, 25-34]",
            )
        if name.lower() in _AGE_NAMES:
            for item in allowed.value.items if isinstance(allowed.value, Items) else ():
                self._adult(item)
        if name.lower() in _GENDER_NAMES:
            name, values = "gender", tuple(dict.fromkeys(_GENDERS.get(value.lower(), value) for value in values))
        return Trait("attribute", f"attribute:{name}=" + "|".join(sorted(values)), attribute=name, values=values, weight=weight)

    def _adult(self, item: Tree) -> None:
        """Refuse an age band that reaches below 18, or that cannot be read."""
        text = item.text if isinstance(item, Scalar) else ""
        if _DECADE.fullmatch(text):
            return
        match = _BAND.fullmatch(text.lower())
        if match is None:
            self.refuse(item, f"the age band {text!r} cannot be read; expected bands such as 18-24, 25-34, 65+")
        below = match["sign"].startswith(("<", "≤"))
        if below or int(match["low"]) < LOWEST_AGE:
            self.refuse(
                item,
                f"the age band {text!r} reaches below {LOWEST_AGE}; personas address adults: the lowest band begins at {LOWEST_AGE}, such as 18-24",
            )

    def _seeds(self, entry: Entry, weight: float) -> Trait:
        if not isinstance(entry.value, Mapping):
            self.refuse(entry.value, "expected `positive: [account, ...]` and perhaps `negative: [account, ...]` under `seeds`")
        self.check_keys(entry.value, ("positive", "negative"), "seeds")
        parts = entry.value.entries
        if "positive" not in parts:
            self.refuse(
                entry, "`seeds` needs `positive:`, a list of accounts (id, handle or profile URL) whose followers are typical"
            )
        positive = self.texts(parts["positive"].value, "accounts")
        negative = self.texts(parts["negative"].value, "accounts") if "negative" in parts else ()
        both = sorted(set(positive) & set(negative))
        if both:
            self.refuse(parts["negative"], f"{both[0]!r} is both a positive and a negative seed; keep one")
        key = "seeds:" + "|".join(sorted(positive)) + "".join(f" not {account}" for account in sorted(negative))
        return Trait("seeds", key, positive=positive, negative=negative, weight=weight)

    def _audience(self, entry: Entry, weight: float) -> Trait:
        name = self.text(entry.value, "the name of an imported audience or label")
        return Trait("audience", f"audience:{name}", audience=name, weight=weight)

    def _intent(self, entry: Entry, weight: float) -> Trait:
        if not isinstance(entry.value, Mapping):
            self.refuse(entry.value, f"expected {_EXAMPLES['intent']} or intent: {{phrases: [求推荐], within_days: 30}}")
        self.check_keys(entry.value, ("phrases", "preset", "within_days"), "intent")
        parts = entry.value.entries
        if ("phrases" in parts) == ("preset" in parts):
            self.refuse(entry, "expected either `phrases: [...]` or `preset:` under `intent`")
        days = round(self.number(parts["within_days"].value, "within_days", 1, MAX_DAYS)) if "within_days" in parts else None
        if "preset" in parts:
            name, phrases = self._preset(parts["preset"])
        else:
            phrases = self._findable(parts["phrases"].value, "phrases")
            name = "|".join(sorted(phrases))
        return Trait("intent", f"intent:{name}" + (f"@{days}" if days else ""), phrases=phrases, within_days=days, weight=weight)

    def _preset(self, entry: Entry) -> tuple[str, tuple[str, ...]]:
        written = self.text(entry.value, "the name of a preset")
        named = {preset.id: preset for preset in presets()}
        if written not in named:
            known = ", ".join(f"{preset.id} ({preset.zh})" for preset in presets())
            self.refuse(entry.value, f"unknown preset {written!r}; expected one of: {known}")
        return written, named[written].phrases
