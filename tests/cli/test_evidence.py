"""Audience shares from import to ranges: what is read, flagged, ranked apart by base, taken back and forgotten."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store

Call = Callable[..., Result]
HEAD = "平台,账号,口径,维度,选项,占比,样本量,观察时间\n"
CANDIDATES = "平台,用户ID,昵称\nweibo,1001,露营的老王\nweibo,1002,山行\nweibo,1003,没有数据的阿水\n"
PERSONA = 'name: p\ntitle: {zh: 人, en: P}\nmust:\n  - attribute: gender\n    in: [female]\n  - attribute: age_band\n    in: ["18-24"]\n'
SHARES = HEAD + "".join(
    f"weibo,https://weibo.com/u/{account},{base},{dimension},{bucket},{share},{n},2026-03-05\n"
    for account, base, dimension, bucket, share, n in [
        ("1001", "粉丝", "性别", "女", "62%", ""), ("1001", "粉丝", "性别", "男", "38%", ""),
        ("1001", "粉丝", "年龄", "18-24", "0.55", ""), ("1001", "粉丝", "年龄", "25-30", "0.45", ""),
        ("1002", "粉丝", "性别", "女", "90", "100"), ("1002", "粉丝", "性别", "男", "10", "100"),
        ("1002", "粉丝", "年龄", "18-23", "80", "100"), ("1002", "粉丝", "年龄", "24-30", "35", "100"),
        ("1001", "观众", "性别", "女", "20%", ""), ("1001", "观众", "性别", "男", "80%", ""),
    ]
)  # fmt: skip


@pytest.fixture
def call(tmp_path: Path) -> Call:
    (tmp_path / "fanfit.toml").write_text('timezone = "Asia/Shanghai"\n', "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    (tmp_path / "persona.yaml").write_text(PERSONA, "utf-8")
    (tmp_path / "list.csv").write_text(CANDIDATES, "utf-8")
    (tmp_path / "shares.csv").write_text(SHARES, "utf-8")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(tmp_path), *arguments])

    return invoke


@pytest.fixture
def brought(call: Call, tmp_path: Path) -> Call:
    assert call("candidates", "import", str(tmp_path / "list.csv"), "--yes").exit_code == 0
    done = call("import", "audience", str(tmp_path / "shares.csv"), "--yes", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 10
    assert ["): 1 dimensions" in told for told in json.loads(done.stdout)["warnings"]] == [True]
    return call


def rank(call: Call, tmp_path: Path, *more: str) -> dict[str, dict[str, object]]:
    done = call("audience", "rank", "--persona", str(tmp_path / "persona.yaml"), "--json", *more)
    assert done.exit_code == 0, done.stderr
    return {row["account"]["native_id"]: row for row in json.loads(done.stdout)["rows"]}


def test_ranges_by_their_lower_end_with_what_they_leave_open(brought: Call, tmp_path: Path) -> None:
    rows = rank(brought, tmp_path)
    assert list(rows) == ["1002", "1001"]
    plain = rows["1001"]["found"]
    assert (round(plain["low"], 6), round(plain["high"], 6)) == (0.17, 0.55)  # type: ignore[index]
    wide = rows["1002"]["found"]
    assert wide["low"] < 0.9 + 0.8 - 1  # type: ignore[index] # a hundred people only
    assert wide["clauses"][1]["partly"] == ["24-30"]  # type: ignore[index]
    assert rows["1002"]["oddly"] == [["age_band", pytest.approx(1.15)]]


def test_in_words_with_the_badge(brought: Call, tmp_path: Path) -> None:
    done = brought("audience", "rank", "--persona", str(tmp_path / "persona.yaml"), "--lang", "zh")
    assert "17-55% [范围]" in done.stdout
    assert "年龄 合计 115%" in " ".join(done.stdout.split())
    assert "没有占比数据:没有数据的阿水" in done.stdout
    assert "山行" in done.stdout, "an account without a profile is called as the list calls it"
    english = brought("audience", "rank", "--persona", str(tmp_path / "persona.yaml"), "--lang", "en").stdout
    assert "[range]" in english
    assert "Never put beside a person-level estimate" in english


def test_bases_are_never_mixed(brought: Call, tmp_path: Path) -> None:
    viewers = rank(brought, tmp_path, "--of", "viewers")
    assert list(viewers) == ["1001"]
    found = viewers["1001"]["found"]
    assert (found["low"], found["high"]) == (0.0, 0.2)  # type: ignore[index]
    assert viewers["1001"]["unknown"]
    told = brought("audience", "rank", "--persona", str(tmp_path / "persona.yaml"), "--of", "viewers", "--lang", "zh").stdout
    assert "没有 年龄为18-24 的数据" in " ".join(told.split())
    done = brought("audience", "rank", "--persona", str(tmp_path / "persona.yaml"), "--of", "engagers", "--lang", "en")
    assert "No account of the list has audience shares of engagers" in done.stderr


def test_an_account_as_it_was_imported(brought: Call) -> None:
    found = json.loads(brought("audience", "show", "1001", "--json").stdout)
    assert {(row["base"], row["dimension"]) for row in found} == {
        ("followers", "gender"),
        ("followers", "age_band"),
        ("viewers", "gender"),
    }
    assert "62.0%" in brought("audience", "show", "1001", "--lang", "zh").stdout


def test_a_newer_file_takes_the_place_of_an_older_one_and_an_undo_gives_it_back(brought: Call, tmp_path: Path) -> None:
    newer = tmp_path / "newer.csv"
    newer.write_text(HEAD + "".join(
        f"weibo,https://weibo.com/u/1001,粉丝,性别,{bucket},{share},,2026-03-20\n" for bucket, share in (("女", "80%"), ("男", "20%"))
    ), "utf-8")  # fmt: skip
    number = json.loads(brought("import", "audience", str(newer), "--yes", "--json").stdout)["import_id"]
    assert rank(brought, tmp_path)["1001"]["found"]["low"] == pytest.approx(0.35)  # type: ignore[index]
    assert brought("imports", "undo", str(number), "--yes").exit_code == 0
    assert rank(brought, tmp_path)["1001"]["found"]["low"] == pytest.approx(0.17)  # type: ignore[index]


def test_forgotten_is_forgotten(brought: Call, tmp_path: Path) -> None:
    assert brought("forget", "1001", "--platform", "weibo", "--yes").exit_code == 0
    assert "1001" not in rank(brought, tmp_path)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("weibo,1001,路人,性别,女,60%,,", "口径", "受众口径"), ("weibo,1001,粉丝,性别,女,多数,,", "占比", "不是占比"), ("weibo,1001,粉丝,性别,女,160,,", "占比", "不是占比"),
        ("weibo,,粉丝,性别,女,60%,,", "账号", "账号"), ("weibo,nobody,粉丝,性别,女,60%,,", "账号", "账号"), ("weibo,1001,粉丝,,女,60%,,", "维度", "空"),
    ],
)  # fmt: skip
def test_rows_that_are_wrong_are_named(brought: Call, tmp_path: Path, row: str, column: str, reason: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + row + "\nweibo,1002,粉丝,性别,女,60%,,\n", "utf-8")
    done = json.loads(brought("import", "audience", str(path), "--yes", "--json", "--lang", "zh").stdout)
    assert (done["accepted"], done["rejected"]) == (1, 1), done
    listed = Path(done["rejects"]).read_text("utf-8-sig")
    assert (column in listed, reason in listed) == (True, True), listed
