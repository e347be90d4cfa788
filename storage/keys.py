"""Keeps the pseudonym key: a file of the workspace that only its owner may read, or FANFIT_KEY (DECISIONS 2)."""

import os
import secrets
from pathlib import Path

from storage.errors import WrongKey
from storage.identity import KEY_BYTES

ENVIRONMENT = "FANFIT_KEY"
_PRIVATE = 0o600


def load_or_create_key(path: Path, env: str | None = None) -> bytes:
    """The key, 32 bytes: from `env` (the value of FANFIT_KEY) if given, else from the file, made with mode 0600 if missing.

    Raises:
        WrongKey: when the environment or the file holds something else than 64 hex digits, or others may read the file.
    """
    if env or path.exists():
        return load_key(path, env)
    key = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return key


def load_key(path: Path, env: str | None = None) -> bytes:
    """The key, 32 bytes; `env` (the value of FANFIT_KEY) goes before the file.

    Raises:
        WrongKey: when there is none, it is not 64 hex digits, or others may read the file.
    """
    if env:
        return _parse(env, f"the environment variable {ENVIRONMENT}")
    if not path.exists():
        message = (
            f"The pseudonym key is missing: {path}. Put the workspace's key file back (a team member or your key store has it) "
            f"or set {ENVIRONMENT} to its 64 hex digits. Without it nothing new can be matched to the accounts in this "
            "database; if the key is lost for good, start a new workspace with `fanfit init` and import the files again."
        )
        raise WrongKey(message)
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        message = f"The pseudonym key {path} can be read by others (mode {mode:o}): expected 600. Run: chmod 600 {path}"
        raise WrongKey(message)
    return _parse(path.read_bytes().decode("ascii", "replace"), str(path))


def _parse(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        message = f"{where} does not hold a pseudonym key: expected {2 * KEY_BYTES} hex digits. Put the right key there."
        raise WrongKey(message) from None
    return key
