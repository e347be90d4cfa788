"""Who stands in a kept run input: hashes bound to that run, so that `forget` can tell and nobody else can.

The input itself numbers people and holds nobody's key. Beside it lies one file: a random token, then 8 bytes for each account and
each text that names one, sorted: BLAKE2b keyed with the workspace's key and salted with the token. Without the key nothing can be
looked up in it; with two such files nobody can be found in both, and no table holds the same hash.
"""

import os
import secrets
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storage.identity import Pseudonymiser
from storage.matching import plain_handle

FILE = "standing.bin"
_TOKEN = 16  # bytes
_PRIVATE = 0o600


def write_standing(folder: Path, ids: Pseudonymiser, accounts: Iterable[bytes], texts: Collection[str]) -> None:
    """Notes in `folder` the pseudonyms of everyone in the input, and the texts (ids, handles, addresses) that name somebody."""
    token = secrets.token_bytes(_TOKEN)
    marks = np.unique(np.concatenate([_marks(ids, token, accounts), _text_marks(ids, token, texts)]))
    folder.mkdir(parents=True, exist_ok=True)
    number = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
    with os.fdopen(number, "wb") as stream:
        stream.write(token + marks.tobytes())


def stands_in(folder: Path, ids: Pseudonymiser, accounts: Collection[bytes], texts: Collection[str] = ()) -> bool | None:
    """Whether one of the accounts or texts stands in the input kept in `folder`; None where the folder does not tell."""
    try:
        noted = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    token = noted[:_TOKEN]
    if len(token) < _TOKEN or (len(noted) - _TOKEN) % 8:
        return None
    asked = np.concatenate([_marks(ids, token, accounts), _text_marks(ids, token, texts)])
    return bool(np.isin(asked, np.frombuffer(noted, "<u8", offset=_TOKEN)).any())


def _marks(ids: Pseudonymiser, token: bytes, accounts: Iterable[bytes]) -> NDArray[np.uint64]:
    return np.frombuffer(ids.marks(token, accounts), "<u8")


def _text_marks(ids: Pseudonymiser, token: bytes, texts: Collection[str]) -> NDArray[np.uint64]:
    """A text counts as a handle does: no @, lower case, of an address its last part."""
    plain = (b"text:" + plain_handle(text).encode("utf-8", "surrogatepass") for text in texts)
    return np.frombuffer(ids.marks(token, plain), "<u8")
