"""Flag > environment > fanfit.toml > default; wrong settings are named, never shown."""

import re
import tomllib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest
from pydantic import BaseModel

from cli.errors import SettingsError
from cli.settings import Settings, load_settings, settings_file


def _names() -> Iterator[str]:
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        yield from (f"{name}.{inner}" for inner in type(default).model_fields) if isinstance(default, BaseModel) else (name,)


def _value(settings: Settings, name: str) -> object:
    return reduce(getattr, name.split("."), settings)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text("seed = 7\nsmall_cell = 30\n[lifetimes]\nraw_days = 5\n", encoding="utf-8")
    return tmp_path


def test_default_without_a_file(tmp_path: Path) -> None:
    assert load_settings(tmp_path).seed == 0


def test_file_before_default(workspace: Path) -> None:
    settings = load_settings(workspace)
    assert (settings.seed, settings.lifetimes.raw_days, settings.lifetimes.features_days) == (7, 5, 90)


def test_environment_before_file(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFIT_SEED", "8")
    monkeypatch.setenv("FANFIT_LIFETIMES__RAW_DAYS", "3")
    settings = load_settings(workspace)
    assert (settings.seed, settings.small_cell, settings.lifetimes.raw_days) == (8, 30, 3)


def test_flag_before_environment(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFIT_SEED", "8")
    assert load_settings(workspace, seed=9, small_cell=None).seed == 9


def test_assignments_before_environment_and_after_a_commands_own_flag(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFIT_SEED", "8")
    settings = load_settings(workspace, ["seed=6", "lifetimes.vault_days = 11", "small_cell=40"], small_cell=50)
    assert (settings.seed, settings.lifetimes.vault_days, settings.lifetimes.raw_days, settings.small_cell) == (6, 11, 5, 50)


@pytest.mark.parametrize("name", [*_names()])
def test_every_setting_can_be_assigned(tmp_path: Path, name: str) -> None:
    default = _value(Settings(), name)
    value = {"lang": "zh", "timezone": "Asia/Shanghai", "mail.security": "ssl"}.get(
        name, default + 1 if isinstance(default, int) else "text"
    )
    assert _value(load_settings(tmp_path, [f"{name}={value}"]), name) == value


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("seed", "NAME=VALUE"),
        ("=3", "NAME=VALUE"),
        ("seed.=3", "NAME=VALUE"),
        ("sed=3", "sed: unknown"),
        ("lifetimes=3", "lifetimes:"),
        ("lifetimes.raw=3", "lifetimes.raw: unknown"),
        ("seed=many", "seed:"),
    ],
)
def test_an_assignment_that_cannot_be_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(named)):
        load_settings(tmp_path, [text])


def test_a_table_and_its_entry_cannot_both_be_assigned(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="NAME=VALUE"):
        load_settings(tmp_path, ["lifetimes=3", "lifetimes.raw_days=3"])


def test_other_variables_of_ours_are_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANFIT_KEY", "00" * 32)
    monkeypatch.setenv("FANFIT_DATA", "/nowhere")
    assert load_settings(tmp_path).seed == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sed = 3", "sed: unknown"),
        ("seed = -1", "seed:"),
        ("[lifetimes]\nraw_days = 0", "lifetimes.raw_days:"),
        ("[lifetimes]\nraw = 1", "lifetimes.raw: unknown"),
        ("seed = ", "not valid TOML"),
        ('lang = "fr"', "lang:"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "fanfit.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        load_settings(tmp_path)


def test_a_wrong_value_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "fanfit.toml").write_text('seed = "hunter2"', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert "hunter2" not in str(caught.value)


def test_a_new_file_is_valid_and_keeps_hostile_answers(tmp_path: Path) -> None:
    text = settings_file({"controller": 'A "quoted" \\ name\nnext', "purpose": "选号", "contact": ""})
    (tmp_path / "fanfit.toml").write_text(text, encoding="utf-8")
    settings = load_settings(tmp_path)
    assert (settings.controller, settings.purpose) == ('A "quoted" \\ name\nnext', "选号")
    assert set(tomllib.loads(text)) == {
        "controller",
        "purpose",
        "contact",
        "lifetimes",
        "mail",
        "naming",
        "sources",
        "spending",
        "tiers",
        "x",
    }


def test_a_new_file_explains_every_setting() -> None:
    text = settings_file({})
    assert [
        name for name, field in Settings.model_fields.items() if name not in text or (field.description or "?") not in text
    ] == []
