"""A designed run: twelve accounts on two platforms with hostile names, truncated frames, missing prices, suppressed cells, zero limits."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scoring.estimate import Estimate
from scoring.results import (
    AccountRef,
    BaseRate,
    Calibration,
    FrameCard,
    NetReach,
    NotScored,
    Overlap,
    Price,
    Scorecard,
    Shortlist,
    TermLift,
    TraitShare,
)

CREATED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PULLED = datetime(2026, 2, 27, 6, 0, tzinfo=UTC)
METHOD = "label-free"
HOSTILE = (
    '<script>alert("1")</script>',
    "]]><b>粗体</b>",
    "\u202eevil\u202c 右到左",
    "👩‍👩‍👧 露营一家 🏕️",
    '=HYPERLINK("http://example.org";"x")',
    "@handle_as_name",
    "第一行\n第二行\t尾",
    "长" * 200,
)

#        name, platform, followers, band, theta (value, low, high), n, unknown, price (fen) or None, p_top, ranks (followers, topic)
_ROWS = (
    ("山野小满", "weibo", 498_000, "A", (0.312, 0.262, 0.366), 200, 14, 2_600_000, 0.998, (6, 3)),
    (HOSTILE[3], "bilibili", 86_400, "A", (0.287, 0.231, 0.347), 188, 21, 820_000, 0.991, (11, 1)),
    ("两个人的山海", "weibo", 512_000, "B", (0.164, 0.121, 0.214), 200, 9, 3_200_000, 0.93, (5, 7)),
    (HOSTILE[0], "weibo", 1_240_000, "B", (0.151, 0.09, 0.226), 96, 40, 4_100_000, 0.85, (3, 5)),
    (HOSTILE[1], "bilibili", 301_000, "B", (0.139, 0.082, 0.209), 120, 11, None, 0.79, (9, 4)),
    (HOSTILE[2], "weibo", 455_000, "B", (0.128, 0.061, 0.217), 64, 8, 1_900_000, 0.71, (7, 8)),
    (HOSTILE[4], "weibo", 77_000, "C", (0.071, 0.038, 0.113), 200, 31, 500_000, 0.22, (12, 2)),
    (HOSTILE[5], "bilibili", 339_000, "C", (0.064, 0.029, 0.109), 150, 4, 1_450_000, 0.17, (8, 10)),
    (HOSTILE[6], "weibo", 2_310_000, "C", (0.048, 0.019, 0.088), 200, 66, 9_000_000, 0.09, (1, 6)),
    (HOSTILE[7], "weibo", None, "C", (0.041, 0.0, 0.13), 21, 12, 700_000, 0.06, (None, 9)),
    ("Gadget Garage", "bilibili", 1_980_000, "D", (0.009, 0.002, 0.021), 200, 5, 6_600_000, 0.0, (2, 12)),
    ("美妆小艾", "weibo", 1_105_000, "D", (0.006, 0.0, 0.017), 200, 17, 5_000_000, 0.0, (4, 11)),
)


def frame(place: int, followers: int | None, n: int) -> FrameCard:
    newest = place in {3, 4, 8}
    return FrameCard(
        frame="unknown" if place == 9 else "newest" if newest else "complete",
        order="newest_first",
        pulled_at=PULLED,
        seen=5_000 if newest else followers or 33,
        total=followers,
        total_half_width=500 if place == 7 else 0,
        sampled=n,
        sampling="strata" if place % 2 else "all",
        minors=3 if place == 0 else 0,
        source="官方后台导出" if place != 5 else None,
        basis="contract" if place != 5 else None,
        obtained=PULLED if place != 5 else None,
    )


def traits(place: int) -> tuple[TraitShare, ...]:
    near = max(0.02, 0.4 - 0.03 * place)
    return (
        TraitShare(
            "outdoor", "interest", "outdoor", Estimate(near, near * 0.8, near * 1.2, 180, METHOD), 0.09,
            Estimate(near / 0.09, near * 0.8 / 0.09, near * 1.2 / 0.09, 180, METHOD), 0.0, False, n_base=610,
        ),
        TraitShare(
            "gender", "attribute", "female", Estimate(0.62, 0.54, 0.7, 160, METHOD), 0.52,
            Estimate(1.19, 1.04, 1.35, 160, METHOD), 0.41, False, n_base=240,
        ),
        TraitShare("beauty", "interest", "beauty", Estimate(0.03, 0.01, 0.06, 180, METHOD), 0.16, Estimate(0.19, 0.06, 0.38, 180, METHOD), 0.0, False, n_base=610),
        TraitShare("food", "interest", "food", Estimate(0.2, 0.15, 0.26, 180, METHOD), 0.21, Estimate(0.95, 0.71, 1.24, 180, METHOD), 0.0, False, n_base=610),
        TraitShare("region", "attribute", "西藏", None, None, None, 0.0, True),
    )  # fmt: skip


def card(place: int) -> Scorecard:
    name, platform, followers, band, (value, low, high), n, unknown, price, p_top, ranks = _ROWS[place]
    theta = Estimate(value, low, high, n, METHOD)
    assessed = place != 5
    fitting = theta.scaled(followers) if followers is not None else None
    cost = None
    if price is not None and fitting is not None:
        most = 1000 * price / fitting.low if fitting.low > 0 else float("inf")
        cost = Estimate(1000 * price / fitting.value, 1000 * price / fitting.high, most, n, METHOD)
    truncated = place in {3, 4, 8}
    return Scorecard(
        account=AccountRef(
            platform,
            f"10000{place}",
            f"@handle_{place}",
            name,
            "javascript:alert(1)" if place == 3 else f"https://example.org/u/{place}",
        ),
        frame=frame(place, followers, n),
        band=band,
        rank=place + 1,
        rank_low=max(1, place),
        rank_high=min(12, place + 3),
        p_top=p_top,
        precision=theta,
        everyone=(low * 0.2, min(1.0, high * 2)) if truncated else None,
        if_unknown=(value * 0.93, min(1.0, value + unknown / (n + unknown))),
        n=n,
        n_unknown=unknown,
        lift=Estimate(value / 0.104, low / 0.104, high / 0.104, n, METHOD),
        p_lift=None,
        authenticity=Estimate(0.81, 0.75, 0.86, n, METHOD) if assessed else None,
        marginals_claim=min(1.0, value * 1.8),
        fitting=fitting,
        followers=followers,
        price=None if price is None else Price(price, "CNY", "post", CREATED if place == 0 else None),
        cost_per_thousand=cost,
        own_topic=0.4,
        rank_followers=ranks[0],
        rank_topic=ranks[1],
        traits=() if place == 9 else traits(place),
        terms=(
            TermLift("天幕", "word", Estimate(0.21, 0.12, 0.34, 58, METHOD), 0.03, 7.0, 42, 640),
            TermLift("周末露营福利社", "followee", Estimate(0.3, 0.19, 0.42, 58, METHOD), 0.05, 6.0, 61, 640),
        )
        if place < 4
        else (),
        notes=("frame_unknown",) if place == 9 else (),
    )


def designed_run() -> Shortlist:
    cards = tuple(card(place) for place in range(len(_ROWS)))
    return Shortlist(
        persona="camping-women",
        persona_version=3,
        persona_title={"zh": "爱露营的年轻女性", "en": "Young women who camp"},
        list_name="spring-2026",
        base="followers",
        rank_by="precision",
        within_band="cost",
        top=5,
        data_from=datetime(2026, 2, 20, tzinfo=UTC),
        data_to=PULLED,
        base_rate=BaseRate("base", Estimate(0.104, 0.081, 0.13, 640, METHOD), 640),
        calibration=Calibration(
            "declared",
            "PCC",
            1204,
            0.021,
            0.04,
            0.97,
            ("attributes", "texts", "followees"),
            873,
            Estimate(1.21, 1.08, 1.36, 873, "own topic"),
        ),
        cards=cards,
        not_scored=(
            NotScored("@nobody_here", None, "unmatched"),
            NotScored(HOSTILE[4], None, "ambiguous"),
            NotScored("10077", AccountRef("weibo", "10077", "late", "还没导入的号", None), "no_followers"),
        ),
        overlaps=(
            Overlap(
                "100000", "100002", 41_200, 41_200, (0.0425, 0.0425), (0.0827, 0.0827), (0.0827, 0.0827), (0.0805, 0.0805), True
            ),
            Overlap("100000", "100003", 310, 498_000, (0.0002, 0.4), (0.0006, 1.0), (0.0006, 1.0), (0.0003, 0.4), False),
        ),
        net_reach=NetReach(("100000", "100001", "100002"), 1_096_400, 1_031_000, 1_031_000, True),
        parameters={"sample": 200, "k_anonymity": 20, "seed": 1, "top": 5},
        warnings=(("mixed_platforms", {}),),
        input_digest="5f1c0ffee",
        engine="duckdb",
    )


@pytest.fixture
def run() -> Shortlist:
    return designed_run()


@pytest.fixture
def bare_run(run: Shortlist) -> Shortlist:
    """No labels, no base, no prices, no authenticity: everything that can be missing is."""
    cards = tuple(
        replace(each, price=None, cost_per_thousand=None, authenticity=None, lift=None, marginals_claim=None, rank_topic=None)
        for each in run.cards
    )
    calibration = replace(run.calibration, status="none", people=0, checked=0, expected_calibration_error=None)
    return replace(
        run, cards=cards, base_rate=None, calibration=calibration, overlaps=(), net_reach=None, within_band="fitting", not_scored=(),
        warnings=(("not_calibrated", {}), ("authenticity_not_assessed", {})),
    )  # fmt: skip


@pytest.fixture
def hostile_names() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture
def golden() -> Path:
    return Path(__file__).parent / "golden"


@pytest.fixture
def created() -> datetime:
    return CREATED


if __name__ == "__main__":  # looks at the designed run: python tests/reports/conftest.py FOLDER
    from reports.build import build_report
    from reports.render_html import html

    for lang in ("zh", "en"):
        text = html(build_report(designed_run(), run_id=7, created=CREATED, lang=lang, code_version="0.1.0"))
        Path(sys.argv[1]).joinpath(f"{lang}.html").write_text(text, "utf-8")
