"""The report on paper: page one decides, tables and accounts are not torn, no page of leftovers; needs a browser that prints."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reports.build import build_report
from reports.render_html import html
from scoring.results import Shortlist

BROWSER = os.environ.get("FANFIT_BROWSER", "")
pytestmark = pytest.mark.skipif(
    not (BROWSER and shutil.which(BROWSER) and shutil.which("pdftotext")),
    reason="FANFIT_BROWSER names no browser that prints (chromium), or there is no pdftotext",
)
EVERY_NOTICE = (
    ("mixed_platforms", {}), ("not_calibrated", {}), ("dictionary_share", {"share": 0.4}), ("truncated", {}),
    ("authenticity_not_assessed", {}), ("mixed_currencies", {}),
)  # fmt: skip


def printed(page: str, folder: Path) -> list[str]:
    """The text of every page."""
    (folder / "r.html").write_text(page, "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder / 'profile'}"]
    made = [BROWSER, *options, f"--print-to-pdf={folder / 'r.pdf'}", f"file://{folder / 'r.html'}"]
    subprocess.run(made, check=True, capture_output=True, timeout=120)
    read = [str(shutil.which("pdftotext")), "-layout", str(folder / "r.pdf"), "-"]
    text = subprocess.run(read, check=True, capture_output=True, timeout=60).stdout.decode()
    return text.split("\f")[:-1]


@pytest.mark.parametrize(("lang", "table", "last"), [("zh", "决策表", "元数据"), ("en", "Decision table", "Metadata")])
def test_page_one_holds_twenty_accounts_under_every_notice(
    run: Shortlist, created: datetime, tmp_path: Path, lang: str, table: str, last: str
) -> None:
    accounts = [
        replace(run.cards[0], account=replace(run.cards[0].account, name=f"No. {place}X", native_id=str(place)))
        for place in range(20)
    ]
    long = replace(
        run, cards=tuple(accounts), warnings=EVERY_NOTICE, calibration=replace(run.calibration, status="none"), overlaps=()
    )
    pages = printed(html(build_report(long, run_id=7, created=created, lang=lang)), tmp_path)
    for place in range(20):
        assert f"No. {place}X" in pages[0]
    assert pages[0].count("26,000") == 20, "every account has its price on page one"
    assert table not in pages[0]
    assert table in pages[1]
    assert {"zh": "口径与数据质量", "en": "Method and data quality"}[lang] in pages[-1], "the last page is no leftover"
    assert last in pages[-1]
