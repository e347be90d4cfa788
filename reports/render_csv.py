"""A report's list as CSV for spreadsheets and scripts: one row per account, raw numbers with their limits, guarded texts."""

import csv
import io
from pathlib import Path

from reports.parts import Figure, Report, Row

_RISKY = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
)  # full width too: some programs take them for the signs
HEADER = (
    "place", "band", "tied", "platform", "account", "handle", "url", "followers", "precision", "precision_low", "precision_high", "n",
    "n_unknown", "lift", "lift_low", "lift_high", "p_top", "places", "fitting", "fitting_low", "fitting_high", "price", "currency",
    "cost_per_thousand", "cost_per_thousand_low", "cost_per_thousand_high", "rank_by_followers", "rank_by_own_topic", "notes",
)  # fmt: skip


def csv_text(report: Report) -> str:
    """The whole file as text; missing is an empty cell, never 0. Not scored candidates stand last, with the reason."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in report.rows:
        writer.writerow([_cell(value) for value in _values(row)])
    for missed in report.not_scored:
        line = dict.fromkeys(HEADER, "") | {"account": missed.label, "platform": missed.platform, "notes": missed.why}
        writer.writerow([_cell(value) for value in line.values()])
    return out.getvalue()


def write_csv(report: Report, path: Path) -> None:
    """`csv_text` as a file that Chinese Excel opens: UTF-8 with its mark."""
    path.write_text(csv_text(report), encoding="utf-8-sig", newline="")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before what would begin one."""
    return f"'{text}" if text.startswith(_RISKY) or text.lstrip().startswith(_RISKY) else text


def _values(row: Row) -> tuple[object, ...]:
    name = row.name
    return (
        row.place, row.band, "yes" if row.tied else "no", name.platform, name.label, name.handle, name.url, row.followers.value,
        *_three(row.precision), row.n, row.n_unknown, *_three(row.lift), row.sure.value, row.places, *_three(row.fitting), row.price.value,
        row.currency, *_three(row.cost), row.rank_followers, row.rank_topic, "; ".join(badge.text for badge in row.badges),
    )  # fmt: skip


def _three(figure: Figure) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.low, figure.high


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    return guarded(value) if isinstance(value, str) else value
