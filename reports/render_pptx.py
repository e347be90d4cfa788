"""A report as an editable presentation."""

from datetime import UTC, datetime
from pathlib import Path

from reports.deck.canvas import Canvas
from reports.deck.story import tell
from reports.parts import Report
from reports.text import T

_UNDATED = datetime(1980, 1, 1, tzinfo=UTC)


def pptx(report: Report, path: Path) -> None:
    """Writes the slides; grade of evidence and date of the data stand on every one."""
    grades = " · ".join(
        dict.fromkeys(
            [
                *([report.grade] if report.rows else []),
                *(table.badge for table in report.ranges),
                *([report.topics_badge] if report.topics else []),
            ]
        )
    )
    dates = next((fact.text for fact in report.cover if fact.label == T.data_date(report.lang)), "")
    canvas = Canvas(
        report.lang, report.brand, " · ".join(filter(None, (report.brand.footer, grades, f"{T.data_date(report.lang)} {dates}")))
    )
    tell(report, canvas)
    canvas.save(path, report.title, report.created or _UNDATED)
