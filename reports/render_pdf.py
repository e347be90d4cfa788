"""A report as PDF: the same page, printed; needs the extra `pdf`."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from reports.errors import NoPdf
from reports.parts import Report
from reports.render_html import html


def pdf(report: Report, path: Path) -> None:
    """Prints the report's page; nothing is fetched for it.

    Raises:
        NoPdf: WeasyPrint, or the Pango library it draws with, is not there; says how to get them.
    """
    try:
        from weasyprint import HTML, URLFetcher  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        message = 'A PDF needs WeasyPrint: install it with `pip install "fanfit[pdf]"`, or write html and print that.'
        raise NoPdf(message) from error
    except OSError as error:
        message = "A PDF needs the Pango library (Debian: libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0), or write html and print that."
        raise NoPdf(message) from error
    printed = (files("reports") / "templates" / "pdf.css").read_text("utf-8")
    # a report holds everything it shows, its logo too: whatever asks for more is refused
    made: Any = HTML(
        string=html(report).replace("</style>", f"{printed}</style>", 1), url_fetcher=URLFetcher(allowed_protocols={"data"})
    )
    made.write_pdf(str(path))
