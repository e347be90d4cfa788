"""Ids of terms: 63-bit hashes of words, word bigrams, character n-grams and phrases, the same on every machine and run.

Words and phrases are hashed by BLAKE2b (rare, memoised by the caller), bigrams and character n-grams by the splitmix64
finaliser over whole arrays (Steele, Lea, Flood 2014). Each kind has its own salt: the word 露营 and its character bigram differ.
"""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

SCHEME = 1  # part of the dictionary version: change it when any id below changes

MASK = np.uint64(2**63 - 1)
_BIGRAM_SALT = np.uint64(0x9E3779B97F4A7C15)
_SALT_OF_LENGTH = {2: np.uint64(0xD1B54A32D192ED03), 3: np.uint64(0x8CB92BA72F3D8DD7)}
_CODE_BITS = np.uint64(21)
_LETTER_RANGES = (
    (0x61, 0x7A), (0x41, 0x5A), (0xAA, 0xAA), (0xB5, 0xB5), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2AF), (0x370, 0x52F), (0x5D0, 0x5EA),
    (0x620, 0x64A), (0x904, 0x939), (0xE01, 0xE3A), (0x1E00, 0x1FFF), (0x3041, 0x30FF), (0x3105, 0x312F), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x323AF),
)  # fmt: skip


def _letters() -> NDArray[np.bool_]:
    table = np.zeros(0x32400, dtype=np.bool_)
    for first, last in _LETTER_RANGES:
        table[first : last + 1] = True
    return table


_IS_LETTER = _letters()


def mix(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The splitmix64 finaliser, cut to 63 bits: any shape of uint64 in, the same shape of non-negative int64 out."""
    with np.errstate(over="ignore"):
        mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((mixed ^ (mixed >> np.uint64(31))) & MASK).astype(np.int64)


def _hashed(kind: str, text: str) -> int:
    digest = blake2b(f"{kind}:{text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") & int(MASK)


def word_term(word: str) -> int:
    """Id of a word; upper and lower case are one word."""
    return _hashed("w", word.lower())


def phrase_term(phrase: str) -> int:
    """Id of a phrase (a lexicon entry of several words, an intent phrase), matched as a string of characters."""
    return _hashed("p", plain(phrase))


def plain(phrase: str) -> str:
    """A phrase as the matcher sees it: lower case, runs of white space as one blank."""
    return " ".join(phrase.lower().split())


def bigram_terms(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ids of the ordered pairs of two word ids, shape (n,) each."""
    with np.errstate(over="ignore"):
        left = np.add(np.multiply(first.astype(np.uint64), np.uint64(0xFF51AFD7ED558CCD)), _BIGRAM_SALT)
        halves = np.bitwise_xor(left, np.right_shift(left, np.uint64(32)))
    return mix(np.bitwise_xor(halves, second.astype(np.uint64)))


def bigram_term(first: str, second: str) -> int:
    """Id of two words in a row."""
    pair = bigram_terms(np.array([word_term(first)], np.int64), np.array([word_term(second)], np.int64))
    return int(pair[0])


def code_points(text: str) -> NDArray[np.uint32]:
    """The text's code points, shape (len(text),)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def is_letter(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which code points are letters of an alphabet or CJK characters: character n-grams stay inside runs of these."""
    return _IS_LETTER[np.minimum(codes, np.uint32(len(_IS_LETTER) - 1))]


def char_grams(codes: NDArray[np.uint32], letters: NDArray[np.bool_], length: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids of the n-grams (length 2 or 3) inside runs of letters, and the position where each starts."""
    count = len(codes) - length + 1
    if count <= 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    inside = letters[:count].copy()
    for step in range(1, length):
        inside &= letters[step : count + step]
    starts = np.flatnonzero(inside)
    key = codes[starts].astype(np.uint64)
    for step in range(1, length):
        key = (key << _CODE_BITS) | codes[starts + step].astype(np.uint64)
    return mix(key ^ _SALT_OF_LENGTH[length]), starts


def char_terms(text: str) -> NDArray[np.int64]:
    """Ids of all character 2- and 3-grams of one text, in order of length, then position."""
    codes = code_points(text.lower())
    letters = is_letter(codes)
    return np.concatenate([char_grams(codes, letters, 2)[0], char_grams(codes, letters, 3)[0]])
