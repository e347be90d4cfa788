"""The page: self-contained, hostile names stay text, page one decides, every figure with its interval or n, small cells hidden."""

import json
import os
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from reports import charts
from reports.build import build_report
from reports.parts import NOTHING, Bar, Figure, Name, Report, Row
from reports.render_html import html
from scoring.results import Shortlist, from_json, to_json

LANGS = ("zh", "en")
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Outline(HTMLParser):
    """Tags, attributes and visible text of a page; complains of tags that do not close."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.lines: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not set(self.open) & {"style", "title"} and data.strip():
            self.lines.append(" ".join(data.replace("\u2068", "").replace("\u2069", "").split()))


def outline(page: str) -> Outline:
    parsed = Outline()
    parsed.feed(page)
    assert parsed.open == []
    return parsed


def make(run: Shortlist, created: datetime, lang: str, **options: int) -> Report:
    return build_report(run, run_id=7, created=created, lang=lang, code_version="0.1.0", **options)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_self_contained(run: Shortlist, created: datetime, lang: str) -> None:
    page = html(make(run, created, lang))
    parsed = outline(page)
    names = {tag for tag, _ in parsed.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    assert not re.search(r"url\(|@import|@font-face", page)
    loads = {"src", "href", "srcset", "xlink:href", "action", "data", "poster", "background"}
    assert not [attrs for _, attrs in parsed.tags if loads & set(attrs) or any(name.startswith("on") for name in attrs)]
    policy = next(attrs["content"] for tag, attrs in parsed.tags if tag == "meta" and attrs.get("http-equiv"))
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert parsed.tags[0] == ("html", {"lang": "zh-Hans" if lang == "zh" else "en"})
    assert [tag for tag, _ in parsed.tags].count("h1") == 1
    assert all("font-family" in attrs for tag, attrs in parsed.tags if tag == "svg")


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_names_stay_text_everywhere(run: Shortlist, created: datetime, lang: str) -> None:
    page = html(make(run, created, lang))
    parsed = outline(page)
    text = " ".join(parsed.lines)
    assert '<script>alert("1")</script>' in text
    assert "]]><b>粗体</b>" in text
    assert '=HYPERLINK("http://example.org";"x")' in text
    assert "第一行 第二行 尾" in text
    assert "\u202e" not in page
    assert "javascript:" not in page
    assert "长" * 59 + "…" in text
    assert "长" * 61 not in page


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_reads_as_agreed(run: Shortlist, bare_run: Shortlist, created: datetime, golden: Path, lang: str) -> None:
    for name, shortlist in (("full", run), ("bare", bare_run)):
        text = "\n".join(outline(html(make(shortlist, created, lang, top=2))).lines) + "\n"
        file = golden / f"{name}-{lang}.txt"
        if os.environ.get("GOLDEN") == "write":
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8"), f"{file.name} differs; if the new text is right, run with GOLDEN=write"


@pytest.mark.parametrize("lang", LANGS)
def test_blocks_stand_in_the_agreed_order(run: Shortlist, created: datetime, lang: str) -> None:
    page = html(make(run, created, lang))
    heads = re.findall(r"<h2>([^<]+)</h2>", page)
    wanted = {
        "zh": ["名单:TA浓度", "决策表", "粉丝多,但不推荐", "逐个账号", "受众重合", "没有评分的候选", "口径与数据质量"],
        "en": ["The list: on-target share", "Decision table", "Large, but not recommended", "Account by account", "Shared followers",
               "Candidates that were not scored", "Method and data quality"],
    }  # fmt: skip
    assert heads == wanted[lang]
    assert page.index('class="kpis"') < page.index("<h2>")


def test_every_account_stands_in_the_table_and_the_top_ones_have_a_section(run: Shortlist, created: datetime) -> None:
    report = make(run, created, "zh", top=3)
    page = html(report)
    table = page[page.index('class="decision"') : page.index("</table>", page.index('class="decision"'))]
    assert table.count("<tr") == len(run.cards) + 1
    assert page.count('<article class="account"') == 3
    assert "另有 9 个账号只列在决策表里" in page


def test_the_chart_of_a_long_list_ends_with_page_one(run: Shortlist, created: datetime) -> None:
    report = make(run, created, "en")
    long = replace(report, rows=(report.rows * 3)[:30])
    page = html(long)
    assert page.count('class="rung"') == 20
    assert "10 more accounts stand in the decision table." in page
    table = page[page.index('class="decision"') : page.index("</table>", page.index('class="decision"'))]
    assert table.count("<tr") == 31
    assert html(report).count('class="rung"') == len(report.rows) < 20
    assert "more accounts stand in the decision table." not in html(report)


def test_no_percentage_in_the_table_is_without_interval_or_n(run: Shortlist, created: datetime) -> None:
    for row in make(run, created, "zh").rows:
        assert row.precision.interval
        assert row.lift.interval
        assert row.n > 0
        for bar in (bar for section in make(run, created, "zh").sections for bar in section.over + section.under + section.other):
            assert bar.suppressed or (bar.share.interval and bar.n and bar.n_base and "位" in bar.base_text)
    english = make(run, created, "en")
    terms = [term for section in english.sections for term in section.words + section.followees]
    assert len(terms) == 8
    assert all("n = 640" in term.base_text and term.share.interval and term.n == 58 for term in terms)
    page = html(english)
    assert page.count("by each follower's chance to fit, worth n = 58".replace("'", "&#39;")) == 4, "once per account"
    assert "21\u00a0% <small>(12-34\u00a0%)</small></span> <small>used by 42</small>" in page
    assert "<small>followed by 61</small>" in page


def test_one_platform_is_named_once_and_several_beside_every_account(run: Shortlist, created: datetime) -> None:
    mixed = make(run, created, "en")
    assert mixed.platform == ""
    assert "Weibo" in html(mixed)
    cards = tuple(replace(card, account=replace(card.account, platform="weibo")) for card in run.cards)
    one = html(make(replace(run, cards=cards, not_scored=()), created, "en"))
    assert one.count("Weibo") == 1
    assert "<dt>Platform</dt><dd><bdi>Weibo</bdi></dd>" in one


def test_page_one_has_price_and_cost_or_no_empty_columns(run: Shortlist, bare_run: Shortlist, created: datetime) -> None:
    front = html(make(run, created, "en")).split('class="sheet"')[0]
    assert front.count('class="price cost"') == len(run.cards) + 1
    assert 'data-label="Price">CN¥26,000</span>' in front
    assert make(run, created, "en").sections[0].kpis[3].note == "Price CN¥26,000 · post", "what the price is for"
    assert 'data-label="Cost per thousand fitting">CN¥167</span>' in front
    assert 'class="price' not in html(make(bare_run, created, "en")).split('class="sheet"')[0]


def test_overlaps_that_say_nothing_are_counted_and_kept_in_the_workbook(run: Shortlist, created: datetime) -> None:
    report = make(run, created, "en")
    assert [row.exact for row in report.overlaps] == [True, False]
    assert [row.exact for row in report.telling] == [True]
    page = html(report)
    assert "Of 1 more pair too little was seen" in page
    assert "310-498k" not in page
    known = make(replace(run, overlaps=run.overlaps[:1]), created, "en")
    assert "too little was seen" not in html(known)


def test_what_shares_of_attributes_are_of_is_said_once_per_account(run: Shortlist, created: datetime) -> None:
    section = make(run, created, "en").sections[0]
    assert section.declared == "Shares of an attribute are of those who state it; of the 214 seen: Gender 41\u00a0%."
    assert make(run, created, "zh").sections[9].declared == "", "nothing printed, nothing stated"


def test_missing_is_a_dash_and_says_not_obtained(run: Shortlist, created: datetime) -> None:
    report = make(run, created, "zh")
    unpriced, uncounted = report.rows[4], report.rows[9]
    assert (unpriced.price, unpriced.cost) == (NOTHING, NOTHING)
    assert uncounted.fitting == NOTHING
    assert uncounted.followers.text == "–"
    assert any(kpi.value == "–" and kpi.note == "未取得" for kpi in report.sections[4].kpis)
    assert [fact.text for fact in report.sections[5].frame].count("未取得") == 3


def test_a_share_that_may_be_zero_leaves_the_cost_without_upper_limit(run: Shortlist, created: datetime) -> None:
    cost = make(run, created, "zh").rows[11].cost
    assert cost.high is None
    assert cost.interval.endswith("–")
    assert make(run, created, "zh").rows[0].cost.high == pytest.approx(26_000 * 1000 / (498_000 * 0.262))


def test_a_run_survives_its_way_through_storage_limits_without_end_included(run: Shortlist) -> None:
    stored = json.dumps(to_json(run), allow_nan=False)
    assert from_json(json.loads(stored)) == run


def test_small_cells_are_hidden_with_a_note(run: Shortlist, created: datetime) -> None:
    bars = make(run, created, "zh").sections[0].other
    hidden = next(bar for bar in bars if bar.suppressed)
    assert (hidden.share, hidden.base, hidden.n, hidden.base_text) == (NOTHING, None, None, "–")
    assert hidden.declared == "不足 20 位,不显示"
    first = run.cards[0]
    guarding = replace(first, traits=(*first.traits[:-1], replace(first.traits[-1], protects_others=True)))
    bars = make(replace(run, cards=(guarding, *run.cards[1:])), created, "en").sections[0].other
    assert next(bar for bar in bars if bar.suppressed).declared == "not shown, or a smaller group elsewhere could be worked out"


def test_traits_are_sorted_by_what_the_interval_of_the_multiple_says(run: Shortlist, created: datetime) -> None:
    section = make(run, created, "en").sections[0]
    assert [bar.label for bar in section.over] == ["Outdoors", "Gender: female"]
    assert len(section.under) == 1
    assert [bar.suppressed for bar in section.other] == [False, True]


def test_without_labels_the_conclusion_speaks_of_order_and_multiples_only(
    bare_run: Shortlist, run: Shortlist, created: datetime
) -> None:
    relative = replace(run, calibration=replace(run.calibration, status="none"))
    first = make(relative, created, "zh").conclusion[0]
    assert "个粉丝约" not in first
    assert "标注 20 位粉丝" in first
    bare = make(bare_run, created, "en")
    assert bare.precision_word == "on-target share (not calibrated)"
    page = make(relative, created, "zh")
    assert page.precision_word == "TA浓度(未校准)"
    assert page.kpis[0].label == "第一名的大盘倍数"
    assert all(section.verdict.startswith("是大盘的") for section in page.sections)
    assert "authenticity not assessed" in bare.sections[0].verdict


def test_a_run_whose_input_is_gone_says_so(run: Shortlist, created: datetime) -> None:
    report = build_report(run, run_id=7, created=created, lang="en", why_not="forgotten")
    assert any("no longer recomputable" in notice for notice in report.notices)


def test_large_accounts_that_are_surely_worse_are_listed(run: Shortlist, created: datetime) -> None:
    report = make(run, created, "zh")
    best = run.cards[0].precision.low
    places = [each.row.place for each in report.rejected]
    assert places == [9, 11, 4, 12, 3]
    assert all(run.cards[place - 1].precision.high < best for place in places)


def test_an_empty_run_still_makes_a_page(run: Shortlist, created: datetime) -> None:
    page = html(make(replace(run, cards=(), overlaps=(), net_reach=None), created, "en"))
    assert outline(page).lines


def test_thirty_sections_fit_into_400_kb(run: Shortlist, created: datetime) -> None:
    many = replace(run, cards=tuple(run.cards[index % 12] for index in range(200)))
    assert len(html(make(many, created, "zh", top=20)).encode()) < 700_000
    thirty = replace(run, cards=tuple(run.cards[index % 12] for index in range(30)))
    assert len(html(make(thirty, created, "zh")).encode()) < 400_000


def _row(figure: Figure, name: str = "x", *, few: bool = False) -> Row:
    named = Name(name, "", "", "", name)
    return Row(
        place=1, band="A", first_of_band=True, tied=False, name=named, followers=NOTHING, precision=figure, n=50, n_unknown=0,
        unknown_share=NOTHING, lift=NOTHING, sure=NOTHING, places="1", fitting=NOTHING, price=NOTHING, currency="", price_format="",
        price_until="", cost=NOTHING, rank_followers=None, rank_topic=None, few=few, badges=(),
    )  # fmt: skip


@given(st.tuples(*[st.floats(0, 1)] * 3).map(sorted), st.sampled_from((0.1, 0.5, 1.0)), st.floats(0, 1))
def test_dot_and_interval_stand_where_the_numbers_are(ends: list[float], axis: float, base: float) -> None:
    low, value, high = ends
    svg = ElementTree.fromstring(str(charts.strip(_row(Figure("", "", value, low, high)), axis, base, "")))
    circle = svg.find("circle")
    assert circle is not None
    assert float(circle.get("cx", "").rstrip("%")) == pytest.approx(100 * min(value / axis, 1), abs=1e-3)
    lines = [(float(line.get("x1", "").rstrip("%")), float(line.get("x2", "").rstrip("%"))) for line in svg.findall("line")]
    assert lines[1][0] == lines[1][1] == pytest.approx(100 * min(base / axis, 1), abs=1e-3)
    assert lines[2] == (pytest.approx(100 * min(low / axis, 1), abs=1e-3), pytest.approx(100 * min(high / axis, 1), abs=1e-3))


def test_a_small_sample_is_dashed_not_only_coloured() -> None:
    figure = Figure("", "", 0.1, 0.05, 0.2)
    assert "stroke-dasharray" in charts.strip(_row(figure, few=True), 0.5, None, "")
    assert "stroke-dasharray" not in charts.strip(_row(figure), 0.5, None, "")


def test_hostile_names_are_text_in_charts(hostile_names: tuple[str, ...]) -> None:
    figure = Figure("12%", "9-16%", 0.12, 0.09, 0.16)
    for name in hostile_names:
        svg = ElementTree.fromstring(str(charts.strip(_row(figure, name), 0.5, 0.1, "share")))
        assert name.split("\n")[0][:10] in (svg.findtext("title") or "")
        assert {child.tag for child in svg.iter()} == {"svg", "title", "line", "circle"}
        bar = ElementTree.fromstring(str(charts.trait_bar(Bar(name, figure, 0.1, "10%", NOTHING, "", False, "", 20), 1.0)))
        assert {child.tag for child in bar.iter()} == {"svg", "title", "rect", "line"}
