"""Errors of storage.

StorageError
├── WrongKey            the pseudonym key is missing or is not the one this database was made with
├── WorkspaceBusy       another process writes or excludes: the message names command, pid, since
├── SchemaMismatch      the database is older or newer than this program
├── Refused             a law of privacy forbids it (provenance missing, forgotten account)
│   └── ClientMismatch  it belongs to another client of the agency
├── NotFound            no such import, run, account, list
└── LeaseLost           another worker has taken over: what this one was about to write is not written
"""


class StorageError(Exception):
    """The root: its text says what, where, what was expected and what to do; never a native id of a person."""


class WrongKey(StorageError):  # noqa: N818
    """The key is missing or another one."""


class WorkspaceBusy(StorageError):  # noqa: N818
    """Someone else holds the database."""


class SchemaMismatch(StorageError):  # noqa: N818
    """The database's schema is not this program's."""


class Refused(StorageError):  # noqa: N818
    """Forbidden by a law of privacy."""


class ClientMismatch(Refused):
    """What is asked for belongs to another client."""


class NotFound(StorageError):  # noqa: N818
    """Nothing by that name."""


class LeaseLost(StorageError):  # noqa: N818
    """The lease has another epoch by now; nothing was written."""
