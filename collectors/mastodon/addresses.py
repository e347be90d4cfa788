"""Addresses user@host: the stable ids of accounts, as local ids differ from server to server and addresses never change."""

import re

_ADDRESS = re.compile(r"[\w.+-]{1,100}@((?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{2,59}))")


def as_address(text: str) -> str | None:
    """An address as it is kept: user@host in lower case, the host in ASCII; None for what is none, or whose host is no public name.

    >>> as_address("@Anna@Social.Example"), as_address("anna@bücher.example"), as_address("anna@127.0.0.1"), as_address("anna")
    ('anna@social.example', 'anna@xn--bcher-kva.example', None, None)
    """
    found = ascii_host(text.strip().lstrip("@").lower())
    return found if _ADDRESS.fullmatch(found) else None


def ascii_host(address: str) -> str:
    """The address with its host in ASCII (IDNA); unchanged where that cannot be."""
    user, at, host = address.rpartition("@")
    try:
        return user + at + host.encode("idna").decode("ascii")
    except UnicodeError:
        return address
