"""init and doctor, through the program itself."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import main
from cli.checking import mount_type
from cli.output import plain
from cli.wiring import choose_lang, find_workspace


def fanfit(*arguments: str) -> Result:
    return CliRunner().invoke(main.app, list(arguments))


def test_init_makes_a_workspace_that_doctor_approves(tmp_path: Path) -> None:
    folder = tmp_path / "work space"
    made = fanfit("init", str(folder), "--controller", "c", "--purpose", "p", "--contact", "x")
    assert made.exit_code == 0, made.output
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert {"fanfit.toml", "secret.key", "fanfit.db"} <= {path.name for path in folder.iterdir()}
    looked = fanfit("--workspace", str(folder), "doctor", "--json")
    checks = json.loads(looked.stdout)["checks"]
    assert [check for check in checks if check["state"] == "failed"] == []
    assert looked.exit_code == 0


def test_init_twice_keeps_the_key_and_the_settings(tmp_path: Path) -> None:
    fanfit("init", str(tmp_path), "--controller", "first")
    key = (tmp_path / "secret.key").read_bytes()
    again = fanfit("init", str(tmp_path), "--controller", "second")
    assert again.exit_code == 0
    assert (tmp_path / "secret.key").read_bytes() == key
    assert "first" in (tmp_path / "fanfit.toml").read_text(encoding="utf-8")
    assert "kept" in again.stderr


def test_init_without_a_folder_goes_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, named = tmp_path / "here", tmp_path / "named"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("FANFIT_WORKSPACE", str(named))
    assert fanfit("init").exit_code == 0
    assert (named / "fanfit.toml").is_file()
    assert not list(here.iterdir())


def test_init_says_what_will_be_refused(tmp_path: Path) -> None:
    assert "refused" in fanfit("init", str(tmp_path), "--controller", "c").stderr


def test_doctor_fails_without_a_workspace(tmp_path: Path) -> None:
    looked = fanfit("--workspace", str(tmp_path), "doctor", "--json")
    states = {check["name"]: check["state"] for check in json.loads(looked.stdout)["checks"]}
    assert looked.exit_code == 1
    assert (states["workspace"], states["key"]) == ("failed", "failed")


def test_doctor_names_a_key_that_others_can_read(tmp_path: Path) -> None:
    fanfit("init", str(tmp_path))
    (tmp_path / "secret.key").chmod(0o644)
    looked = fanfit("--workspace", str(tmp_path), "doctor")
    assert looked.exit_code == 1
    assert "chmod 600" in looked.stdout


def test_doctor_recognises_a_network_share(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\nserver:/x /mnt/team\\040share nfs4 rw 0 0\n", encoding="utf-8")
    assert mount_type(Path("/mnt/team share/ws"), mounts) == "nfs4"
    assert mount_type(Path("/mnt/other"), mounts) == "ext4"


def test_the_workspace_is_the_nearest_one_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fanfit.toml").touch()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert find_workspace(None) == tmp_path
    monkeypatch.setenv("FANFIT_WORKSPACE", str(below))
    assert find_workspace(None) == below
    assert find_workspace(tmp_path / "flag") == tmp_path / "flag"


@pytest.mark.parametrize(
    ("setting", "system", "lang"), [("", "zh_CN.UTF-8", "zh"), ("", "C.UTF-8", "en"), ("en", "zh_CN.UTF-8", "en")]
)
def test_language(monkeypatch: pytest.MonkeyPatch, setting: str, system: str, lang: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    assert choose_lang(setting) == lang


def test_a_hostile_name_cannot_move_the_cursor() -> None:
    assert plain("\x1b[2Jname\u202eeman\x07\n") == "[2Jnameeman"
