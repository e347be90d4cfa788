"""Secrets: from the environment, else from the system's keyring; never stored, printed or logged by fanfit."""

import os

import keyring
from keyring.errors import KeyringError

SERVICE = "fanfit"  # the keyring's service under which `keyring set fanfit NAME` puts a secret


def secret(name: str) -> str | None:
    """The secret `name` (an environment variable's name, as FANFIT_X_BEARER_TOKEN); None where neither holds it.

    The environment wins. A machine without a keyring is a machine without secrets in it, not an error.
    """
    given = os.environ.get(name, "")
    if given:
        return given
    try:
        return keyring.get_password(SERVICE, name) or None
    except KeyringError:
        return None
