"""The rescoring report word for word, in both languages: changed beyond noise, unchanged, first, and with every alert."""

import html
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest

from reports.render_digest import digest_html, digest_text
from reports.rescoring import rescoring_digest
from scoring.estimate import Estimate
from scoring.watching.rescored import Alert, Moved, Rescored

DAY = datetime(2026, 11, 2, 1, tzinfo=UTC)


def share(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half, 200, "m")


MOVES = (
    Moved("户外老王", "bluesky", share(0.08, 0.03), share(0.17, 0.035), "B", "A", 4, 1),
    Moved("山行", "bluesky", share(0.16, 0.035), share(0.15, 0.035), "A", "A", 1, 2),
    Moved("新来的<b>", "bluesky", None, share(0.11, 0.03), None, "B", None, 3),
    Moved("阿水", "bluesky", share(0.12, 0.03), share(0.055, 0.02), "A", "C", 2, 4),
    Moved("走了的", "bluesky", share(0.1, 0.03), None, "B", None, 3, None),
)
ALERTS = (
    Alert("source", "bluesky", {"reason": "the limit of 3000 calls in 300 s (appview) is used up"}),
    Alert("drop", "阿水", {"points": "6.5", "sure": ">99"}),
    Alert("rename", "山行", {"old": "shanxing", "new": "shanxing.outdoor"}),
    Alert("growth", "户外老王", {"date": "2026-10-30", "people": "4,010"}),
    Alert("limit", "x", {"used": "$8.10", "most": "$10"}),
)
CHANGED = Rescored(
    "露营新品",
    "Acme",
    "campers",
    2,
    "spring",
    DAY,
    12,
    11,
    datetime(2026, 10, 26, 1, tzinfo=UTC),
    2,
    MOVES,
    ("data", "persona"),
    ALERTS,
    1,
    DAY,
)
CASES = {
    "changed": CHANGED,
    "first": replace(CHANGED, before_id=None, before_created=None, causes=(), alerts=(),
                     moves=tuple(replace(each, before=None, place_before=None) for each in MOVES if each.after is not None)),
    "same": replace(CHANGED, causes=(), alerts=(), moves=(MOVES[1],), not_scored=0),
    "noise": replace(CHANGED, causes=None, alerts=(), moves=(MOVES[1],), not_scored=0),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_the_report_reads_as_agreed(case: str, lang: Literal["zh", "en"]) -> None:
    text = digest_text(rescoring_digest(CASES[case], lang))
    file = Path(__file__).parent / "golden" / f"rescoring-{case}-{lang}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), f"{file.name} differs; if the new text is right, run with GOLDEN=write"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_says_all_that_the_text_says_and_no_name_is_markup(lang: Literal["zh", "en"]) -> None:
    page = digest_html(rescoring_digest(CHANGED, lang))
    assert "新来的<b>" not in page
    shown = html.unescape(re.sub(r"<[^>]+>", "\n", page))
    for line in digest_text(rescoring_digest(CHANGED, lang)).splitlines():
        for cell in line.removeprefix("== ").split("  | "):
            assert cell.strip() in shown


def test_a_heading_stands_once() -> None:
    page = digest_html(rescoring_digest(CHANGED, "en"))
    assert re.findall(r"<h[23]>(?:<bdi>)?The list", page) == ["<h2><bdi>The list"]


def test_only_moves_beyond_chance_are_marked() -> None:
    (table,) = rescoring_digest(CHANGED, "en").parts[-1].tables
    assert [row[1] for row in table.rows if "●" in row[4]] == ["户外老王", "阿水"]
