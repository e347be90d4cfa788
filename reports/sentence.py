"""A sentence in both languages, with the same placeholders."""

import string
from dataclasses import dataclass

from reports.numbers import Lang


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages with the same {placeholders}; `en_one` is the English for an `n` of 1, where it differs."""

    zh: str
    en: str
    en_one: str = ""

    def __call__(self, lang: Lang, **values: object) -> str:
        """The sentence in one language.

        Raises:
            KeyError: a placeholder without a value.
        """
        one = self.en_one if str(values.get("n")) == "1" else ""
        text = self.zh if lang == "zh" else one or self.en
        return text.format(**values) if values else text

    def placeholders(self, lang: Lang) -> frozenset[str]:
        """The names that must be given."""
        text = self.zh if lang == "zh" else self.en
        return frozenset(field for _, field, _, _ in string.Formatter().parse(text) if field)
