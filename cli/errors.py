"""Errors of the command line, and which exit code each expected error has.

CliError
├── SettingsError    fanfit.toml or an environment variable says something it may not
├── NoWorkspace      there is no workspace where one is needed
└── NoBackup         the file that is to be restored is no backup
"""


class CliError(Exception):
    """The root: its text says what, where, what was expected and what to do."""


class SettingsError(CliError):
    """A setting is unknown or has a value that it cannot have."""


class NoWorkspace(CliError):  # noqa: N818 - names what happened, not that it is an error
    """No workspace here."""


class NoBackup(CliError):  # noqa: N818 - see NoWorkspace
    """The file is not what `fanfit db backup` writes, or is damaged."""


# An error counts as expected if it is defined in the `errors` module of one of these rooms; anything else is a fault of fanfit.
ROOMS = ("cli", "web", "jobs", "reports", "scoring", "collectors", "storage")

# By class name along the inheritance chain; an expected error that is not listed exits with DEFAULT_CODE.
EXIT_CODES = {
    "CliError": 2,
    "NotFound": 2,
    "BadTimetable": 2,
    "BadRecipient": 2,
    "CollectorError": 3,
    "PersonaError": 3,
    "Refused": 3,
    "NoBackup": 3,
    "BadBrand": 3,
    "NoPdf": 3,
    "WorkspaceBusy": 4,
    "NothingToScore": 5,
}
DEFAULT_CODE = 1


def is_expected(error: BaseException) -> bool:
    """Whether the error belongs to one of our trees, so that its text was written for a reader."""
    for kind in type(error).__mro__:
        room, _, rest = kind.__module__.partition(".")
        if room in ROOMS and rest.split(".")[-1] == "errors":
            return True
    return False


def exit_code(error: BaseException) -> int:
    """2 usage or nothing by that name, 3 input refused, 4 busy, 5 nothing to score, 1 anything else.

    An input error of any collector is 3, whatever its class is called.
    """
    for kind in type(error).__mro__:
        if kind.__name__ in EXIT_CODES:
            return EXIT_CODES[kind.__name__]
    return 3 if type(error).__module__.startswith("collectors.") else DEFAULT_CODE
