"""Sentences: both languages complete, the same placeholders, the words that were agreed, and none of the method's names."""

import re
from dataclasses import replace

import pytest

from reports.build import build_report
from reports.catalogue import sentences
from reports.figures import lift_sentence, verdict
from reports.remarks import note, reason, warning
from reports.render_csv import csv_text
from reports.render_html import html
from reports.sentence import Sentence
from reports.text import T
from scoring.estimate import Estimate
from scoring.results import NotScored, Shortlist

CHINESE = re.compile(r"[\u4e00-\u9fff]")
METHOD_NAMES = re.compile(
    r"posterior|bayes|\bMAE\b|\bFHBB\b|n_eff|\btau\b|τ|\bPCC\b|\bCC\b|bootstrap|shrinkage|binomial|calibration error|后验|贝叶斯|label-free"
)
SAME_IN_BOTH = {
    "platform.bluesky",
    "platform.mastodon",
    "platform.x",
    "platform.youtube",
    "platform.instagram",
    "platform.tiktok",
}


@pytest.mark.parametrize("name", sorted(sentences()))
def test_a_sentence_stands_in_both_languages_with_the_same_placeholders(name: str) -> None:
    sentence = sentences()[name]
    assert sentence.zh.strip()
    assert sentence.en.strip()
    assert sentence.placeholders("zh") == sentence.placeholders("en")
    assert not CHINESE.search(sentence.en + sentence.en_one)
    assert not sentence.en_one or Sentence("", sentence.en_one).placeholders("en") == sentence.placeholders("en")
    assert not sentence.en_one or "n" in sentence.placeholders("en")
    assert name in SAME_IN_BOTH or CHINESE.search(sentence.zh), "the Chinese sentence has no Chinese in it"


def test_no_sentence_names_a_method() -> None:
    assert not [name for name, each in sentences().items() if METHOD_NAMES.search(each.zh + each.en)]


def test_a_placeholder_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Sentence("看了 {n} 位", "from {n}")("zh", m=1)


def test_the_agreed_words_stand_as_agreed(run: Shortlist) -> None:
    card = replace(run.cards[0], precision=Estimate(0.12, 0.09, 0.16, 200, "m"), lift=Estimate(3.0, 2.1, 4.0, 200, "m"))
    assert verdict(card, run, "zh") == "每 100 个粉丝约 12 个是真人且符合目标(9-16),看了 200 位"
    assert verdict(card, run, "en") == "about 12 in 100 are real and match (9-16), from 200 followers"
    assert lift_sentence(card, run, "zh").startswith("是大盘的 3 倍 (TGI 300)")
    assert lift_sentence(card, run, "en").startswith("3x average")
    assert T.tie("zh") == "并列:现有数据分不出先后"
    assert T.tie("en") == "too close to call"
    assert T.sure("zh", top=10, p="83%") == "进前 10 的把握 83%"
    assert T.sure("en", top=10, p="83 %") == "83 % sure to be in the top 10"
    assert (T.unknown("zh"), T.unknown("en")) == ("看不出(无公开信息)", "can't tell")
    assert (T.not_obtained("zh"), T.not_obtained("en")) == ("未取得", "not obtained")
    assert (T.not_available("zh"), T.not_available("en")) == ("平台不开放", "not available")
    assert (T.frame_title("zh"), T.frame_title("en")) == ("数据来自哪里", "where this comes from")


def test_one_is_not_spoken_of_as_many(run: Shortlist) -> None:
    alone = replace(run.cards[0], n=1)
    assert verdict(alone, run, "en").endswith("from 1 of the followers")
    assert verdict(alone, run, "zh").endswith("看了 1 位")
    assert T.accounts_more("en", n=1) == "1 more account stands in the decision table only."
    assert T.accounts_more("en", n=11) == "11 more accounts stand in the decision table only."


def test_below_one_in_a_hundred_the_sentence_counts_in_thousands(run: Shortlist) -> None:
    assert "in 1000" in verdict(replace(run.cards[0], precision=Estimate(0.004, 0.0, 0.009, 200, "m")), run, "en")


def test_wishes_are_shown_with_interval_and_n_and_named_in_the_order(run: Shortlist) -> None:
    wished = replace(run.cards[0], should=Estimate(0.41, 0.3, 0.53, 62, "m"))
    for lang, words in (("zh", "更符合加分项的在前"), ("en", "ordered by the wishes")):
        report = build_report(
            replace(run, cards=(wished, *run.cards[1:])), run_id=1, created=run.cards[0].frame.pulled_at, lang=lang
        )
        kpi = report.sections[0].kpis[-1]
        assert (kpi.value.rstrip("%\u00a0"), kpi.interval.rstrip("%\u00a0")) == ("41", "30-53")
        assert "62" in kpi.note
        assert words in report.order_note
        assert len(report.sections[1].kpis) == len(report.sections[0].kpis) - 1


def test_other_bases_have_other_words(run: Shortlist) -> None:
    viewers = replace(run, base="viewers")
    assert "个观众" in verdict(run.cards[0], viewers, "zh")
    assert build_report(viewers, run_id=1, created=run.cards[0].frame.pulled_at, lang="zh").fitting_word == "符合目标的观众数"


def test_the_pool_is_named_where_there_is_no_base_sample(run: Shortlist) -> None:
    assert run.base_rate is not None
    pool = replace(run, base_rate=replace(run.base_rate, kind="pool"))
    assert lift_sentence(run.cards[0], pool, "zh").startswith("是候选池平均的")
    page = html(build_report(pool, run_id=1, created=run.cards[0].frame.pulled_at, lang="en"))
    assert "against the candidate pool" in page


def test_too_few_followers_are_said_with_how_many(run: Shortlist) -> None:
    few = NotScored("@few", run.cards[0].account, "too_few", {"n": 1, "least": 10})
    for lang, words in (
        ("zh", "看得出的粉丝太少,说明不了什么(1 位,至少 10 位)"),
        ("en", "too few followers to look at (1 of at least 10)"),
    ):
        [told] = build_report(
            replace(run, not_scored=(few,)), run_id=1, created=run.cards[0].frame.pulled_at, lang=lang
        ).not_scored
        assert (told.name, told.given, told.why) == ("山野小满", "@few", words)


def test_how_probabilities_were_checked_is_said_of_every_condition(run: Shortlist) -> None:
    def said(status: str, lang: str) -> dict[str, str]:
        made = replace(run, calibration=replace(run.calibration, status=status))
        return {
            fact.label: fact.text
            for fact in build_report(made, run_id=1, created=run.cards[0].frame.pulled_at, lang=lang).quality
        }

    for lang, check, gap in (
        ("zh", "概率的校准", "概率与实际平均相差"),
        ("en", "How probabilities were checked", "Average gap of probability and truth"),
    ):
        assert "1,204" in said("declared", lang)[check]
        assert ("每一项条件" if lang == "zh" else "every condition") in said("declared", lang)[check]
        assert ("每一项条件" if lang == "zh" else "not every condition") in said("none", lang)[check]
        assert "873" in said("declared", lang)[gap], "those whom the error was measured on, not those it was learned from"
        assert ("每一项条件" if lang == "zh" else "not every condition") in warning("not_calibrated", {}, lang)


def test_an_unknown_key_is_shown_and_not_swallowed() -> None:
    assert "surprise" in reason("surprise", "zh")
    assert "surprise" in note("surprise", "en")
    assert "surprise" in warning("surprise", {}, "en")


def test_no_rendered_report_names_a_method(run: Shortlist, bare_run: Shortlist) -> None:
    for shortlist in (run, bare_run):
        for lang in ("zh", "en"):
            report = build_report(shortlist, run_id=1, created=run.cards[0].frame.pulled_at, lang=lang)
            for text in (html(report), csv_text(report)):
                assert not METHOD_NAMES.search(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
