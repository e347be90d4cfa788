"""Who declares to be under 18, row by row."""

from datetime import UTC, datetime

import pytest

from storage.minors import is_minor

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "15"),
        ("age", "0"),
        ("Age", " 17 岁"),
        ("age", "17.5"),
        ("age_band", "13-17"),
        ("age_band", "13–17"),
        ("age band", "12~18"),
        ("age_band", "<18"),
        ("age_band", "\uff1c18"),
        ("age_band", "under 18"),
        ("age_band", "17 or under"),
        ("年龄段", "18岁以下"),
        ("年龄", "未满18岁"),
        ("年龄", "未成年"),
        ("age_group", "teens"),
        ("birth_year", "2010"),
        ("birthday", "2009-01-31"),
    ],
)
def test_declares_to_be_a_minor(name: str, value: str) -> None:
    assert is_minor(name, value, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("age", "18"),
        ("age", "35"),
        ("age_band", "18-24"),
        ("age_band", "16-24"),
        ("age_band", "18+"),
        ("age_band", "13+"),
        ("age_band", ">=18"),
        ("年龄", "18岁以上"),
        ("年龄", "成年"),
        ("age_band", "<25"),
        ("age", ""),
        ("age", "unknown"),
        ("age", "1990"),
        ("birth_year", "1990"),
        ("birth_year", "2008"),
        ("region", "13-17"),
        ("gender", "f"),
    ],
)
def test_declares_nothing_of_the_kind(name: str, value: str) -> None:
    assert not is_minor(name, value, NOW)
