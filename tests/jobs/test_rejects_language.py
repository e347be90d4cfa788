"""The rejects file and the summary of an import speak the language of the import, whatever is wrong with a row."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from collectors.errors import FileRefused
from collectors.exports.columns import KINDS
from collectors.exports.wording import HEADERS, Lang, column_of, worded
from jobs import import_plan
from jobs.import_job import ImportJob
from jobs.import_refusals import example_table
from jobs.importing import ImportOutcome, Progress, import_file
from storage.engine import Store, create_store
from storage.records import Frame
from storage.text_index import TextCounts

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
ORIGIN = {"source": "a test", "basis": "made up", "obtained": "2026-03-05"}
LIST = {"frame": Frame.COMPLETE, "pulled_at": "2026-03-05T00:00:00Z"}
HAN = re.compile(r"[\u4e00-\u9fff]")
SENTENCE = re.compile(r"(?<![-\w])[A-Za-z]{2,} [a-z]{2,}")  # "--frame unknown" is none
SECRET = "geheimnis77"  # noqa: S105 - a mark to look for

FILES: dict[str, tuple[str, list[str], int]] = {  # name: kind, lines, rows refused
    "follows.csv": ("follows", [
        "粉丝ID,账号ID", "2002,1001", "1.23E+18,1001", "1234567890123450000,1001", f"@{SECRET},1001", f"https://{SECRET},1001", ",1001",
        "1001,1001", "7,8,1001", f"a\0{SECRET},1001", f"a {SECRET},1001", "#REF!,1001", f'"{SECRET}"x,1001', f'"{SECRET}', "9,9",
    ], 12),
    "accounts.csv": ("accounts", [
        "用户ID,粉丝数,是否认证", "1001,5,是", "1002,约十万,是", "1003,-3,是", "1004,1.5,是", "1005,9999999亿,是", f"1006,5,{SECRET}", ",5,是",
    ], 6),
    "posts.csv": ("posts", [
        "native_id,author_id,text,created_at", "1,7,hi,2026-03-01T00:00:00Z", f"2,7,hi,{SECRET}", "3,7,hi,46086.5", "4,7,hi,2026-02-30T10:00:00Z",
        "5,7,hi,2026-02-20T10:00:00+99:00", "6,7,hi,1970-02-20T10:00:00Z", "7,7,hi,",
    ], 6),
    "prices.csv": ("prices", [
        "平台,主页链接,报价,币种", "weibo,https://weibo.com/u/1001,5,CNY", "weibo,https://weibo.com/u/1002,面议,CNY",
        "weibo,https://weibo.com/u/1003,1.234,CNY", f"weibo,@{SECRET},5,CNY", "weibo,,5,CNY", f"weibo,https://weibo.com/u/1004,5,{SECRET}",
        "weibo,https://weibo.com/u/1005,5元,USD", "weibo,https://weibo.com/u/1006,,CNY", f"{SECRET} !,https://weibo.com/u/1007,5,CNY",
    ], 8),
    "attributes.csv": ("attributes", ["account_id,name,value", "1001,gender,f", "1001,gender,m", "1002,gender,"], 2),
    "labels.csv": ("labels", ["account_id,label,value", "1001,runners,yes", f"1002,runners,{SECRET}", "1003,,yes"], 2),
    "base.jsonl": ("base", [
        '{"native_id": "1001"}', SECRET, '{"native_id": true}', f'{{"native_id": ["{SECRET}"]}}', '{"native_id": 1.5}',
    ], 4),
    "candidates.csv": ("candidates", ["账号,账号名,备注", "@anna,,a", f",,{SECRET}"], 1),
}  # fmt: skip


class Words:
    """A stand-in for the text indexer: counts nothing."""

    dictionary = "words-1"

    def index(self, texts: Any) -> list[TextCounts]:
        return [TextCounts(np.array([1], np.int64), np.array([1], np.int64), 1) for _ in texts]


def make(folder: Path) -> Store:
    folder.mkdir(exist_ok=True)
    return create_store(f"sqlite:///{folder}/fanfit.db", key=bytes(range(32)), vault_path=folder / "vault.db")


def job_of(kind: str, path: Path, lang: Lang, **more: Any) -> ImportJob:
    given = {**({} if kind in {"prices", "candidates"} else ORIGIN), **(LIST if kind == "follows" else {}), **more}
    platform = None if kind == "prices" else "weibo"
    return ImportJob(kind, path, path.parent, platform=platform, lang=lang, accept_guess=True, **given)


def bring(folder: Path, name: str, lang: Lang) -> tuple[ImportOutcome, list[list[str]]]:
    kind, lines, _ = FILES[name]
    store = make(folder)
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    money = {"currency": "CNY", "rates": "USD=7"} if kind == "prices" else {}
    done = import_file(store, Words(), job_of(kind, folder / name, lang, **money), now=NOW)
    store.close()
    assert done is not None
    return done, listed(done)


def listed(done: ImportOutcome | None) -> list[list[str]]:
    assert done is not None
    assert done.rejects is not None
    with done.rejects.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("name", FILES)
def test_a_rejects_file_speaks_the_language_of_the_import(tmp_path: Path, name: str) -> None:
    english, rows = bring(tmp_path / "en", name, "en")
    chinese, zh_rows = bring(tmp_path / "zh", name, "zh")
    assert (english.rejected, chinese.rejected) == (FILES[name][2],) * 2
    assert rows[0] == ["line", "column", "reason", "expected"]
    assert zh_rows[0] == ["行号", "列", "原因", "应为"]
    told = [[line, column_of(column, "zh"), worded(reason, "zh"), worded(what, "zh")] for line, column, reason, what in rows[1:]]
    assert zh_rows[1:] == told
    for _, _, reason, expected in zh_rows[1:]:
        assert all(HAN.search(text) and not SENTENCE.search(text) for text in (reason, expected)), (reason, expected)
    assert not any(HAN.search(reason) and not SENTENCE.search(reason) for _, _, reason, _ in rows[1:])
    for outcome in (english, chinese):
        assert outcome.rejects is not None
        assert SECRET not in outcome.rejects.read_text(encoding="utf-8-sig") + " ".join((*outcome.reasons, *outcome.warnings))
    assert len(english.reasons) == len(chinese.reasons) > 0
    for reason in (*chinese.reasons, *chinese.warnings):
        assert "应为" in reason or "请更正" in reason
        assert not SENTENCE.search(reason), reason


def test_a_header_of_the_file_stays_as_it_is(tmp_path: Path) -> None:
    _, rows = bring(tmp_path / "zh", "accounts.csv", "zh")
    assert {row[1] for row in rows[1:]} == {"粉丝数", "是否认证", "用户ID"}
    _, rows = bring(tmp_path / "other", "posts.csv", "zh")
    assert {row[1] for row in rows[1:]} == {"created_at"}


def test_an_id_cut_by_a_workbook_is_said_in_chinese(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("account_id", "follower_id"), ("1001", 1234567890123456789), ("1001", 2002)]:
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    store = make(tmp_path)
    done = import_file(store, None, job_of("follows", tmp_path / "f.xlsx", "zh"), now=NOW)
    store.close()
    assert listed(done)[1:] == [
        ["2", "follower_id", "ID被表格软件取整, 末尾几位已丢失", "完整的ID: 请把ID列设为“文本”格式后重新导出"]
    ]
    assert done is not None
    assert done.reasons == (
        "follower_id: ID被表格软件取整, 末尾几位已丢失(共 1 行: 第 2 行)。应为: 完整的ID: 请把ID列设为“文本”格式后重新导出。",
    )
    assert done.warnings == ("有行被拒绝, 声明为完整(complete)的名单因此缺了它们: 请更正后重新导入, 或改用 --frame unknown",)


def test_a_second_list_and_a_handle_of_two_platforms_are_said_in_chinese(tmp_path: Path) -> None:
    store = make(tmp_path)
    (tmp_path / "two.csv").write_text("account_id,follower_id\n1001,2002\n1002,2002\n", encoding="utf-8")
    done = import_file(store, None, job_of("follows", tmp_path / "two.csv", "zh", total=77), now=NOW)
    assert listed(done)[1][2] == "出现了第二份名单"
    for number, platform in enumerate(("weibo", "bilibili")):
        path = tmp_path / f"a{number}.csv"
        path.write_text("native_id,handle,followers\n1001,anna,9000\n", encoding="utf-8")
        import_file(store, None, replace(job_of("accounts", path, "zh"), platform=platform), now=NOW)
    (tmp_path / "p.csv").write_text("链接,报价\nhttps://weibo.com/u/1,100元\n@Anna,100元\n", encoding="utf-8")
    priced = import_file(store, None, job_of("prices", tmp_path / "p.csv", "zh"), now=NOW)
    store.close()
    assert listed(priced)[1] == [
        "3",
        "链接",
        "对应多个账号, 无法确定是哪一个",
        "已知的账号: 请先导入候选名单或账号, 或给出用户ID",
    ]


def stop_at(row: int) -> Callable[[Progress], None]:
    def dies(step: Progress) -> None:
        if step.rows == row:
            raise KeyboardInterrupt

    return dies


@pytest.mark.parametrize("langs", [("en", "zh"), ("zh", "en")])
def test_an_import_taken_up_in_another_language_is_the_same_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, langs: tuple[Lang, Lang]
) -> None:
    monkeypatch.setattr(import_plan, "PAGE_ROWS", 4)
    rows = [f"{1000 + number},{'a lot' if number in {1, 6, 9} else number}" for number in range(12)]
    (tmp_path / "f.csv").write_text("native_id,followers\n" + "\n".join(rows) + "\n", encoding="utf-8")
    store = make(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        import_file(store, None, job_of("accounts", tmp_path / "f.csv", langs[0]), now=NOW, progress=stop_at(8))
    done = import_file(store, None, job_of("accounts", tmp_path / "f.csv", langs[1]), now=NOW)
    store.close()
    assert done is not None
    assert (done.import_id, done.status, done.resumed_at) == (1, "done", 8)
    found = listed(done)
    assert tuple(found[0]) == HEADERS[langs[1]]
    reason = {"en": "not a count", "zh": "不是数目"}
    assert [(row[0], row[2]) for row in found[1:]] == [
        ("3", reason[langs[0]]), ("8", reason[langs[0]]), ("11", reason[langs[1]]),
    ]  # fmt: skip


REFUSED = {  # kind, lines, what English says, what Chinese says; the Chinese example is a table that imports
    "columns": ("follows", [",".join(f"k{n}" for n in range(14)), "1,2"], "no column for account_id, follower_id", "缺少 用户ID(account_id)、粉丝ID(follower_id) 列"),
    "one of": ("candidates", ["alpha,beta", "1,2"], "given or native_id or handle", "账号(given) 或 用户ID(native_id) 或 账号名(handle)"),
    "attributes": ("attributes", ["account_id", "1"], "name and value (or columns headed gender", "(或以 gender"),
    "rows": ("follows", ["account_id,follower_id"], "a header but no rows", "只有表头, 没有数据"),
    "zone": ("posts", ["native_id,author_id,text,created_at", "1,7,hi,2026-03-01 10:00"], "times without a zone (line 2)", "当地时间(第 2 行)"),
    "no good row": ("follows", ["账号ID,粉丝ID", "1001,@x", "1001,"], "None of the first 2 rows", "的前 2 行都无法导入:\n  粉丝ID: 账号名, 不是ID(共 1 行: 第 2 行)"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_refused_for_its_content_is_refused_in_both_languages(tmp_path: Path, case: str) -> None:
    kind, lines, english, chinese = REFUSED[case]
    path = tmp_path / "f.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    store = make(tmp_path)
    said: dict[Lang, str] = {}
    for lang in ("en", "zh"):
        with pytest.raises(FileRefused) as caught:
            import_file(store, Words(), job_of(kind, path, lang), now=NOW)
        said[lang] = str(caught.value)
    store.close()
    assert english in said["en"]
    assert chinese in said["zh"]
    assert not SENTENCE.search(said["zh"]), said["zh"]
    assert "应" in said["zh"] or "请" in said["zh"]


def test_a_missing_platform_is_said_in_both_languages(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("account_id,follower_id\n1001,2002\n", encoding="utf-8")
    store = make(tmp_path)
    for lang, says in (("en", "no column for the platform"), ("zh", "没有平台列")):
        with pytest.raises(FileRefused, match=says):
            import_file(store, None, replace(job_of("follows", path, lang), platform=None), now=NOW)
    store.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_example_of_a_refusal_is_a_table_that_imports(tmp_path: Path, kind: str, lang: Lang) -> None:
    (tmp_path / "f.csv").write_text(example_table(KINDS[kind], lang) + "\n", encoding="utf-8")
    job = job_of(kind, tmp_path / "f.csv", lang, **({"currency": "CNY"} if kind == "prices" else {}))
    store = make(tmp_path)
    done = import_file(store, Words(), replace(job, accept_guess=False), now=NOW)
    store.close()
    assert done is not None
    assert (done.rows, done.rejected) == (1, 0)
