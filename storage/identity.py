"""Turns native ids into pseudonyms: keyed BLAKE2b-128, the same for everyone who holds the key, meaningless without it (DECISIONS 2)."""

import hashlib
from collections.abc import Collection, Iterable, Sequence

PSEUDONYM_BYTES = 16
KEY_BYTES = 32
_ACCOUNT = b"fanfit.account"  # BLAKE2's personalisation: an account's hash can never equal a text's
_TEXT = b"fanfit.text"
_FINGERPRINT = b"fanfit.key"
_MARK = b"fanfit.mark"
_MARK_BYTES = 8


class Pseudonymiser:
    """Pseudonyms of one key.

    Raises:
        ValueError: on a key that is not 32 bytes, or a platform or kind with a zero byte (it ends the prefix).
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            message = f"a key has {KEY_BYTES} bytes, this one has {len(key)}"
            raise ValueError(message)
        self._key = key

    def of(self, platform: str, native_ids: Sequence[str]) -> list[bytes]:
        """One pseudonym of 16 bytes per id, in order; each distinct id is hashed once."""
        return list(map(self.each(platform, native_ids).__getitem__, native_ids))

    def each(self, platform: str, native_ids: Iterable[str]) -> dict[str, bytes]:
        """The pseudonym of each distinct id, by first appearance."""
        distinct = dict.fromkeys(native_ids)
        return dict(zip(distinct, self._digests(_ACCOUNT, platform, distinct), strict=True))

    def one(self, platform: str, native_id: str) -> bytes:
        """The pseudonym of one account."""
        return self.of(platform, [native_id])[0]

    def keyed_hash(self, kind: str, text: str) -> bytes:
        """16 bytes for a post's key or a text's hash; hashes of two kinds have nothing in common."""
        return self.keyed_hashes(kind, [text])[0]

    def keyed_hashes(self, kind: str, texts: Sequence[str]) -> list[bytes]:
        """The same of many, in order."""
        return self._digests(_TEXT, kind, texts)

    def marks(self, token: bytes, values: Iterable[bytes]) -> bytes:
        """8 bytes for each value, one after another: another hash under every `token` (16 bytes), joinable with nothing."""
        copy = hashlib.blake2b(digest_size=_MARK_BYTES, key=self._key, person=_MARK, salt=token).copy
        marks = []
        for value in values:
            state = copy()
            state.update(value)
            marks.append(state.digest())
        return b"".join(marks)

    def fingerprint(self) -> str:
        """What a database keeps to know its key again; 32 hex digits that say nothing about the key."""
        return self._state(_FINGERPRINT).hexdigest()

    def _digests(self, purpose: bytes, name: str, texts: Collection[str]) -> list[bytes]:
        copy = self._prefix(purpose, name).copy
        digests = []
        for data in _encoded(texts):
            state = copy()
            state.update(data)
            digests.append(state.digest())
        return digests

    def _state(self, purpose: bytes) -> "hashlib.blake2b":
        return hashlib.blake2b(digest_size=PSEUDONYM_BYTES, key=self._key, person=purpose)

    def _prefix(self, purpose: bytes, name: str) -> "hashlib.blake2b":
        if "\0" in name:
            message = "a platform or kind may not contain a zero byte"
            raise ValueError(message)
        state = self._state(purpose)
        state.update(name.encode("utf-8", "surrogatepass") + b"\0")
        return state


def _encoded(texts: Collection[str]) -> list[bytes]:
    try:
        return list(map(str.encode, texts))
    except UnicodeEncodeError:  # half a surrogate pair: rare, and naming an error handler doubles the time of every call
        return [text.encode("utf-8", "surrogatepass") for text in texts]
