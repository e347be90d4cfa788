"""A report as one self-contained HTML file: no request, no script, no font to load; every name stays text."""

from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from reports import charts
from reports.brand import OURS
from reports.build import bands
from reports.ceiling import V
from reports.desk import D
from reports.figures import FEW
from reports.marks import decided
from reports.numbers import headed, whole
from reports.packages import K
from reports.parts import Report
from reports.peers import P
from reports.text import T

MOST_PAIRS = 20
MOST_CHARTED = 20  # the list chart ends where page one does; every account stands in the table after it


def html(report: Report) -> str:
    """The whole file as text."""
    untold = len(report.overlaps) - len(report.telling)
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            r=report,
            t=T,
            p=P,
            d=D,
            k=K,
            v=V,
            decided=partial(decided, report),
            lang=report.lang,
            charts=charts,
            bands=bands(report.rows[:MOST_CHARTED]),
            uncharted=max(len(report.rows) - MOST_CHARTED, 0),
            few=FEW,
            priced=any(row.price.value is not None for row in report.rows),
            pairs=report.telling[:MOST_PAIRS],
            untold=whole(untold) if untold else None,
        )
    )
    if report.brand.colour != OURS.colour:
        page = page.replace(f"#{OURS.colour.lower()}", f"#{report.brand.colour}")
    return "\n".join(line for line in map(str.strip, page.split("\n")) if line) + "\n"


@cache
def environment() -> Environment:
    """The templates of all pages; whatever is filled in is escaped."""
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["headed"] = headed
    return environment
