"""The tokeniser: jieba's algorithm and dictionary with HMM off, by rjieba; jieba itself where rjieba is missing (DECISIONS 24)."""

from collections.abc import Callable, Iterable
from importlib import metadata, util

USER_FREQUENCY = 2000  # of 60 million in the dictionary: keeps a listed word whole against two common parts

Cut = Callable[[str], list[str]]


def engine_version() -> str:
    """Which tokeniser cuts here, with its version: part of the dictionary version; loads nothing."""
    engine = "rjieba" if util.find_spec("rjieba") is not None else "jieba"
    return f"{engine}-{metadata.version(engine)}"


def make_cut(words: Iterable[str]) -> Cut:
    """A function from text to tokens that knows `words` besides its dictionary; words it has already keep their frequency."""
    return rust_cut(words) if util.find_spec("rjieba") is not None else python_cut(words)


def rust_cut(words: Iterable[str]) -> Cut:
    """Tokens by rjieba."""
    import rjieba  # noqa: PLC0415 - its dictionary takes a third of a second to load

    tokeniser = rjieba.Jieba()
    for word in words:
        if not tokeniser.has_word(word):
            tokeniser.add_word(word, USER_FREQUENCY, None)
    return lambda text: tokeniser.cut(text, False)


def python_cut(words: Iterable[str]) -> Cut:
    """Tokens by jieba: the oracle of the tests, and the way out where rjieba has no wheel."""
    import logging  # noqa: PLC0415

    import jieba  # noqa: PLC0415 - loads a dictionary of 350,000 words

    jieba.setLogLevel(logging.WARNING)
    tokeniser = jieba.Tokenizer()
    tokeniser.initialize()
    for word in words:
        if not tokeniser.FREQ.get(word):
            tokeniser.add_word(word, USER_FREQUENCY)
    return lambda text: list(tokeniser.cut(text, HMM=False))
