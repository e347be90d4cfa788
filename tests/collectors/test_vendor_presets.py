"""Vendors' presets and wide tables: what is documented is read to the right row, what is not is named, nothing is guessed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import FileRefused, MappingError
from collectors.exports.columns import KINDS
from collectors.exports.mapping import read_mapping
from collectors.exports.presets.catalogue import PRESETS, UNDOCUMENTED, refusal, undocumented, vendor_preset
from collectors.exports.presets.hypeauditor import HYPEAUDITOR
from collectors.exports.presets.modash import MODASH
from collectors.exports.presets.reports import added_up, open_report, report_mapping
from collectors.exports.tables import open_table
from collectors.exports.unpivot import BUCKET, DIMENSION, SHARE, ShareColumn, in_percent, unfolded

AGES = HYPEAUDITOR.lists[1]


def modash(**audience: Any) -> dict[str, Any]:
    return {
        "error": False,
        "profile": {"userId": "7001", "profile": {"username": "invented_runner", "followers": 9}, "audience": audience},
    }


def write(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def told(columns: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (dimension, bucket, f"{float(str(share).rstrip('%')):.1f}")
        for dimension, bucket, share in zip(columns["dimension"], columns["bucket"], columns["share"], strict=True)
    }


def test_every_field_of_every_preset_names_a_public_page_and_when_it_was_looked_up() -> None:
    for preset in PRESETS.values():
        assert preset.not_told["en"]
        assert preset.not_told["zh"]
        for each in preset.lists:
            assert each.source.title
            assert each.source.address.startswith("https://")
            assert len(each.source.looked_up) == len("2026-01-01")
            assert each.source.how["zh"]


def test_all_eight_vendors_of_the_plan_are_either_read_or_said_to_be_undocumented() -> None:
    names = ["巨量星图", "蒲公英", "新榜", "蝉妈妈", "千瓜", "飞瓜", "hypeauditor", "modash"]
    assert all((name in PRESETS) != (undocumented(name) is not None) for name in names)
    assert len(PRESETS) + len(UNDOCUMENTED) == len(names)


@pytest.mark.parametrize("name", ["xingtu", "星图", "千瓜数据", "Feigua"])
def test_a_vendor_that_documents_nothing_is_refused_with_what_was_tried(name: str) -> None:
    with pytest.raises(FileRefused, match=r"not publicly documented.*--mapping.*Tried on"):
        vendor_preset(name)
    found = undocumented(name)
    assert found is not None
    assert found.tried["zh"] in refusal(found, "zh")


def test_a_modash_report_becomes_a_row_per_share_and_names_what_it_does_not_read(tmp_path: Path) -> None:
    report = modash(
        genders=[{"code": "FEMALE", "weight": 0.7}, {"code": "MALE", "weight": 0.3}], ages=[{"code": "18-24", "weight": 0.41}],
        geoCountries=[{"name": "Norland", "code": "NL", "weight": 0.2}], ethnicities=[{"code": "a", "weight": 1}], surprise=[1],
    )  # fmt: skip
    table = open_report(write(tmp_path / "report.json", report), MODASH)
    (page,) = table.pages(10)
    assert told(page.columns) == {
        ("gender", "FEMALE", "70.0"), ("gender", "MALE", "30.0"), ("age_band", "18-24", "41.0"), ("country", "Norland", "20.0"),
    }  # fmt: skip
    assert set(page.columns["account_id"]) == {"7001"}
    assert {"audience.ethnicities", "audience.surprise", "profile.followers"} <= set(table.header)
    assert page.rejects == []


def test_a_fraction_above_one_is_refused_by_its_field_and_the_others_stay(tmp_path: Path) -> None:
    report = modash(genders=[{"code": "FEMALE", "weight": 70}, {"code": "MALE", "weight": 0.3}])
    (page,) = open_report(write(tmp_path / "report.json", report), MODASH).pages(10)
    assert told(page.columns) == {("gender", "MALE", "30.0")}
    assert [reject.column for reject in page.rejects] == ["audience.genders[].weight"]


def test_reports_in_an_array_are_rows_of_their_own_and_a_broken_one_costs_itself_only(tmp_path: Path) -> None:
    good = modash(genders=[{"code": "MALE", "weight": 1}])
    table = open_report(write(tmp_path / "reports.json", [good, {"error": True}, good]), MODASH)
    pages = list(table.pages(2))
    assert [(page.end, list(page.lines), len(page.rejects)) for page in pages] == [(2, [1], 1), (3, [3], 0)]
    assert [page.end for page in table.pages(2, after=2)] == [3]


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "not JSON"), ("[]", "no report"), ('{"profile": 3}', "no report"), ("", "empty"), ('{"a": 1}', "no report")],
)
def test_what_is_no_report_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(FileRefused, match=says):
        open_report(path, MODASH)


def test_whose_shares_they_are_is_the_vendors_word_or_must_be_said() -> None:
    assert report_mapping(MODASH, {"platform": "instagram"}).constants == {"base": "followers", "platform": "instagram"}
    with pytest.raises(FileRefused, match="shares of followers, not of engagers"):
        report_mapping(MODASH, {"base": "engagers"})
    with pytest.raises(FileRefused, match="--of followers or --of engagers"):
        report_mapping(HYPEAUDITOR, {})
    assert report_mapping(HYPEAUDITOR, {"base": "engagers"}).constants == {"base": "engagers"}


def by_gender(male: list[float], female: list[float], whole: tuple[float, float]) -> list[dict[str, Any]]:
    def parts(values: list[float]) -> list[dict[str, Any]]:
        return [{"group": f"age{name}", "value": value} for name, value in zip(("18-24", "25-34"), values, strict=True)]

    return [
        {"gender": "male", "value": whole[0], "by_age_group": parts(male)},
        {"gender": "female", "value": whole[1], "by_age_group": parts(female)},
    ]


def percent(found: dict[str, str] | None) -> dict[str, float]:
    return {name: float(value.rstrip("%")) for name, value in (found or {}).items()}


def test_ages_of_each_gender_add_up_over_the_genders_whichever_way_the_parts_are_given() -> None:
    of_everyone = added_up(AGES, by_gender([10, 30], [20, 40], (40, 60)))
    of_group = added_up(AGES, by_gender([25, 75], [33.3333333333, 66.6666666667], (40, 60)))
    assert percent(of_everyone) == {"18-24": 30, "25-34": 70}
    assert percent(of_group) == pytest.approx({"18-24": 30, "25-34": 70})


def test_ages_of_which_nobody_can_tell_what_they_are_parts_of_are_refused(tmp_path: Path) -> None:
    assert added_up(AGES, by_gender([10, 10], [20, 40], (40, 60))) is None
    document = {"result": {"user": {"username": "invented", "demography_by_age": by_gender([10, 10], [20, 40], (40, 60))}}}
    (page,) = open_report(write(tmp_path / "report.json", document), HYPEAUDITOR).pages(10)
    assert told(page.columns) == {("gender", "male", "40.0"), ("gender", "female", "60.0")}
    assert [reject.reason for reject in page.rejects] == ["parts that add up neither to their group nor to 100 %"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.integers(1, 3))
def test_unfolding_keeps_every_share_with_its_line(shares: list[float], columns: int) -> None:
    for share in shares:
        assert float(str(in_percent(share, "fraction")).rstrip("%")) == pytest.approx(share * 100, abs=1e-6)
        assert in_percent(share, "as written") == share
    assert len(shares) * columns >= columns


def test_a_wide_table_is_a_row_per_filled_cell_in_its_own_unit(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(
        "主页链接,女粉丝占比,18-24岁,城市\nhttps://a.example/1,0.62,35,\nhttps://a.example/2,62%,,x\nhttps://a.example/3,62,250,y\n",
        "utf-8",
    )
    columns = [ShareColumn("女粉丝占比", "gender", "female", "fraction"), ShareColumn("18-24岁", "age_band", "18-24", "percent")]
    (page,) = unfolded(open_table(path), columns).pages(10)
    rows = list(zip(page.lines, page.columns[DIMENSION], page.columns[BUCKET], page.columns[SHARE], strict=True))
    assert rows == [(2, "gender", "female", "62.0000000000%"), (2, "age_band", "18-24", "35.0000000000%"), (3, "gender", "female", "62.0000000000%")]  # fmt: skip
    assert [(reject.line, reject.column) for reject in page.rejects] == [(4, "女粉丝占比"), (4, "18-24岁")]
    assert page.end == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("shares:\n  missing: {dimension: gender, bucket: female}\n", "no column headed 'missing'"),
        ("shares:\n  a: {dimension: gender}\n", "must name a dimension and a bucket"),
        ("shares:\n  a: {dimension: gender, bucket: female, unit: half}\n", "a unit of fraction, percent, as written"),
        ("shares:\n  a: female\n", "must name a dimension"),
        ("shares: a\n", "a line per column"),
    ],
)
def test_a_wrong_section_shares_is_refused_where_it_stands(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(MappingError, match=says):
        read_mapping(path, KINDS["audience"], ["a"], constants={})
    path.write_text("shares:\n  a: {dimension: gender, bucket: female}\n", "utf-8")
    with pytest.raises(MappingError, match="import audience"):
        read_mapping(path, KINDS["labels"], ["a"], constants={})
