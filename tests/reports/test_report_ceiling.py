"""Ceiling prices and clauses in a report: page lines, the part, columns and sheet; nothing of them where the run has none."""

import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reports import numbers
from reports.brand import OURS
from reports.build import build_report
from reports.ceiling import V, ceiling_lines, clause_part, price_limits
from reports.edition import clauses_for_client, client_report, for_client
from reports.parts import Mark
from reports.render_csv import csv_text
from reports.render_html import html
from reports.render_xlsx import xlsx
from reports.text import T
from scoring.estimate import Estimate
from scoring.leave_out import Effect, LeftOut, Shift
from scoring.persona import Persona, parse_persona
from scoring.results import Ceiling, Scorecard, Shortlist, from_json, to_json

LANGS = ("zh", "en")
PERSONA = parse_persona(
    "name: p\nmust:\n  - interest: camping\n  - seeds: {positive: [secret_seed]}\nmust_not:\n  - keywords: [抽奖]\nshould:\n  - keywords: ['<b>stove']\n"
)


def ceiling(state: str = "up_to", **changes: object) -> Ceiling:
    price = Estimate(9_681_300, 6_839_400, 13_436_400, 2000, "m") if state == "up_to" else None
    return replace(Ceiling("cost", 5, state, price, "CNY", True, 11, True), **changes)  # type: ignore[arg-type]


def with_ceilings(run: Shortlist) -> Shortlist:
    """Each way that a ceiling may end, one account after the other; the last accounts have none."""
    own = ceiling("any", by="precision")
    ends = Estimate(1_000, 200, float("inf"), 2000, "m")
    told: list[tuple[Ceiling, ...]] = [
        (own, ceiling()),
        (replace(own, price_counts=False), ceiling(chosen=False, price=Estimate(500_000, 250_000, 1_000_000, 2000, "m"))),
        (ceiling("none", by="precision"), ceiling(chosen=None, price=ends)),
        (ceiling(by="precision", price=ends, chosen=False), ceiling("any")),
        (ceiling("none", by="precision", price_counts=False), ceiling("none")),
        (ceiling(),),
        (ceiling("none", by="precision", budget=30_000_000), ceiling()),
        (ceiling(by="precision", budget=30_000_000, chosen=False, price=ends), ceiling()),
    ]
    told += [()] * (len(run.cards) - len(told))
    return replace(run, cards=tuple(replace(card, ceilings=each) for card, each in zip(run.cards, told, strict=True)))


def left_out(run: Shortlist) -> LeftOut:
    """The first clause changes the top, the second decides nothing, the third cannot be scored, the wish does nothing."""

    def shift(place: int, now: int | None, **more: bool) -> Shift:
        card = run.cards[place]
        return Shift(
            card.account, place + 1, now, "A", None if now is None else "B", card.precision, None if now is None else Estimate(0.3, 0.2, 0.4, 9, "m"),
            beyond_doubt=more.get("beyond", False), enters=more.get("enters", False), leaves=more.get("leaves", False),
        )  # fmt: skip

    moves = (shift(0, 1), shift(1, 6, leaves=True, beyond=True), shift(5, 2, enters=True), shift(7, None), shift(8, 9))
    keys = [trait.key for trait in PERSONA.traits]
    return LeftOut(
        5,
        (
            Effect("must", keys[0], 0.512, 3, 1, 0.1234, moves),
            Effect("must", keys[1], None, 0, 0, 0.0, (), "only_one"),
            Effect("must_not", keys[2], None, 0, 0, 0.0, (), "not_scorable"),
            Effect("should", keys[3], 1.0, 0, 0, 0.0, moves[:1]),
        ),
        without_labels=True,
        as_run=0.75,
    )


def plain(page: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", "\n".join(re.sub(r"<[^>]+>", "\n", page).split("\n"))).strip()


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_read_as_agreed(run: Shortlist, created: datetime, golden: Path, lang: str) -> None:
    told = with_ceilings(run)
    page = html(
        build_report(told, run_id=7, created=created, lang=lang, top=9, clauses=clause_part(PERSONA, left_out(run), lang))
    )
    part = page[page.index(f"<h2>{V.title(lang)}</h2>") :]
    lines = [line for card in told.cards for line in ("---", *ceiling_lines(card, lang))]
    text = "\n".join([plain(part[: part.index("</section>")]), *lines]) + "\n"
    file = golden / f"ceiling-{lang}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8"), f"{file.name} differs; if the new text is right, run with GOLDEN=write"
    for card in told.cards[:9]:
        assert all(line.replace("'", "&#39;") in page for line in ceiling_lines(card, lang))


@pytest.mark.parametrize("lang", LANGS)
def test_seeds_are_counted_and_names_are_no_markup(run: Shortlist, created: datetime, lang: str) -> None:
    page = html(build_report(run, run_id=7, created=created, lang=lang, clauses=clause_part(PERSONA, left_out(run), lang)))
    assert "secret_seed" not in page
    assert "<b>stove" not in page
    assert "&lt;b&gt;stove" in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheets_hold_numbers(run: Shortlist, created: datetime, tmp_path: Path, lang: str) -> None:
    report = build_report(
        with_ceilings(run), run_id=7, created=created, lang=lang, clauses=clause_part(PERSONA, left_out(run), lang)
    )
    xlsx(report, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    sheet = book[T.sheet_list(lang)]
    heads = [cell.value for cell in sheet[1]]
    place = next(at for at, head in enumerate(heads) if head.lower() == V.worth(lang).lower())
    rows = [[cell.value for cell in row][place : place + 4] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == [96_813, 68_394, 134_364, V.any_price(lang)]
    assert rows[2][:3] == [10, 2, "–"], "nothing bounds it above"
    assert rows[4] == ["–", "–", "–", V.no_price(lang)]
    assert rows[8] == ["–"] * 4
    clauses = [[cell.value for cell in row] for row in book[V.sheet(lang)].iter_rows(min_row=2)]
    assert clauses[1][2:4] == [2, 6]
    assert clauses[1][7:10] == [0.3, 0.2, 0.4]
    assert clauses[3][2:4] == [8, "–"]
    sums = [row for row in clauses if row[0] == clauses[0][0]][-1]
    assert sums[2:6] == [0.512, 3, 1, 12.34]
    assert V.only_one(lang) in [row[2] for row in clauses]
    assert not [cell for row in book[V.sheet(lang)].iter_rows() for cell in row if cell.data_type == "f"]


def test_a_run_without_ceilings_has_no_column_and_no_part(run: Shortlist, created: datetime, tmp_path: Path) -> None:
    for lang in LANGS:
        report = build_report(run, run_id=7, created=created, lang=lang)
        assert V.title(lang) not in html(report)
        assert V.worth(lang) not in csv_text(report)
    xlsx(report, tmp_path / "r.xlsx")
    assert V.sheet("en") not in load_workbook(tmp_path / "r.xlsx").sheetnames


def test_a_single_clause_is_said_without_a_table(run: Shortlist, created: datetime) -> None:
    one: Persona = replace(PERSONA, must=PERSONA.must[:1], must_not=(), should=())
    found = LeftOut(5, (Effect("must", one.must[0].key, None, 0, 0, 0.0, (), "only_one"),), without_labels=False)
    part = clause_part(one, found, "en")
    assert (part.lead, part.lines, part.moves) == (V.single("en"), (), ())
    assert V.single("zh") in html(build_report(run, run_id=7, created=created, lang="zh", clauses=clause_part(one, found, "zh")))


def test_the_sentence_that_sums_it_up(run: Shortlist) -> None:
    full = left_out(run)
    steady = replace(full, effects=(replace(full.effects[0], entered=0), *full.effects[1:]))
    still = replace(full, effects=full.effects[1:])
    said = [clause_part(PERSONA, each, "en").lead for each in (full, steady, still)]
    assert "Without it 1 of the first 5 would be another account, and 3 change place." in said[0]
    assert "Without any one clause the first 5 stay the same accounts; at most 3 change place." in said[1]
    assert said[2] == V.unmoved("en")
    notes = [clause_part(PERSONA, replace(full, without_labels=False, as_run=each), "en").note for each in (None, 1.0, 0.5)]
    assert notes == ["", "", V.other_program("en", agreement="0.50")]


def test_ceilings_are_kept_with_the_run(run: Shortlist) -> None:
    told = with_ceilings(run)
    assert from_json(to_json(told)) == told


def test_yen_have_no_minor_units() -> None:
    found = price_limits(ceiling(currency="JPY", price=Estimate(96_813, 68_394, 134_364, 2000, "m")), "en")
    assert (found.value, found.low, found.high) == (96_813, 68_394, 134_364)


def test_an_account_without_a_price_is_told_so(run: Shortlist) -> None:
    bare: Scorecard = replace(run.cards[0], price=None, ceilings=(ceiling(chosen=None),))
    assert ceiling_lines(bare, "en")[0].endswith(V.unpriced("en"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_client_is_shown_no_ceiling_price_and_no_account_that_is_hidden(run: Shortlist, created: datetime, lang: str) -> None:
    hidden = run.cards[1].account
    marks = {(hidden.platform, hidden.native_id): Mark({"status": "rejected"})}
    seen = for_client(with_ceilings(run), marks, OURS)
    part = clause_part(PERSONA, clauses_for_client(left_out(run), seen), lang)
    report = client_report(build_report(seen, run_id=7, created=created, lang=lang, top=12, clauses=part), OURS)
    page = html(report)
    assert V.worth(lang) not in csv_text(report)
    assert not any(word in page for word in ("96,813", V.order_first(lang), V.no_part(lang)))
    assert numbers.name(hidden.label) not in page
    assert len(part.moves) == 5, "the shift of the hidden account is gone, those of the others stay"
    assert part.lines[0].entered == 1
