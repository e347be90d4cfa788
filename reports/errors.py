"""Errors of reports.

ReportError
├── NoPdf       a PDF cannot be made here: what is missing, and how to get it
└── BadBrand    a brand file says what it may not: which key, what was expected
"""


class ReportError(Exception):
    """The root: its text says what, where, what was expected and what to do."""


class NoPdf(ReportError):  # noqa: N818 - names what is missing
    """WeasyPrint or Pango is not there."""


class BadBrand(ReportError):  # noqa: N818 - names what was met
    """A brand file that cannot be used; the message says which key, and shows one that can."""
