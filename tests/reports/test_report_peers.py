"""The block of similar accounts on the page and the sheet of the workbook: words, numbers, and nothing where none are known."""

import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports.build import build_report
from reports.render_html import html
from reports.render_xlsx import xlsx
from scoring.peers import Known, Similar, Standing
from scoring.results import Shortlist

LANGS = ("zh", "en")


def peers_of(run: Shortlist) -> list[Similar]:
    """The first with everything, the second with few peers and a hostile category, the third without a size, the rest without a figure."""
    told = (
        Standing("precision", (), 0.312, 38, 0.74, (0.05, 0.12, 0.2)),
        Standing("cost", ("CNY",), 1_672_000, 12, 0.5, (900_000, 1_672_000, 3_000_000)),
        Standing("price", ("CNY", "图文 <b>"), 5_220, 38, 0.105, (1_000, 2_000, 4_999)),
        Standing("interactions", (), 0.021, 1, None, None),
        Standing("plays", (), None, 9, None, (0.1, 0.2, 0.3)),
        Standing("reads", (), 0.3, 0, None, None),
        Standing("growth", (), -0.013, 38, 0.08, (0.0, 0.01, 0.04)),
    )
    refs = [card.account for card in run.cards]
    first = Similar(Known(refs[0], 498_000, "shoulder", "outdoor", "content"), True, 38, told)
    second = Similar(Known(refs[1], 86_400, "waist", "<script>x</script>", "profile"), True, 3, told[3:4])
    third = Similar(Known(refs[2], None, None), False, 0, ())
    return [first, second, third, *(Similar(Known(ref, 5, "koc"), False, 0, ()) for ref in refs[3:])]


@pytest.mark.parametrize("lang", LANGS)
def test_the_block_reads_as_agreed(run: Shortlist, created: datetime, golden: Path, lang: str) -> None:
    page = html(build_report(run, run_id=7, created=created, lang=lang, top=3, peers=peers_of(run)))
    title = {"zh": "同级对比", "en": "Beside similar accounts"}[lang]
    blocks = [part[: part.index("</div>")] for part in page.split(f"<h4>{title}</h4>")[1:]]
    assert len(blocks) == 3
    assert "<script>x" not in page
    text = "\n---\n".join("\n".join(re.sub(r"<[^>]+>", "\n", block).split("\n")) for block in blocks)
    text = re.sub(r"\n\s*\n+", "\n", text).strip() + "\n"
    file = golden / f"peers-{lang}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), f"{file.name} differs; if the new text is right, run with GOLDEN=write"


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheet_has_numbers_and_their_number_of_peers(run: Shortlist, created: datetime, tmp_path: Path, lang: str) -> None:
    xlsx(build_report(run, run_id=7, created=created, lang=lang, peers=peers_of(run)), tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    name = {"zh": "同级对比", "en": "Peers"}[lang]
    assert name in book.sheetnames
    sheet = book[name]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert len(lines) == 7 + 1 + 1 + 9
    assert lines[0][2:8] == [0.312, 0.74, 38, 0.05, 0.12, 0.2]
    assert lines[1][2:8] == [16_720, 0.5, 12, 9_000, 16_720, 30_000], "money in major units"
    assert lines[3][2:8] == [0.021, "–", 1, "–", "–", "–"], "too few to compare"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_without_peers_there_is_neither_block_nor_sheet(run: Shortlist, created: datetime, tmp_path: Path) -> None:
    report = build_report(run, run_id=7, created=created, lang="zh")
    assert "同级对比" not in html(report)
    xlsx(report, tmp_path / "r.xlsx")
    assert "同级对比" not in load_workbook(tmp_path / "r.xlsx").sheetnames
    assert report == replace(report, peers=())
