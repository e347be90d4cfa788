"""Imports from file to tables: the list of bad inputs row by row, once and only once, stopped and taken up again."""

import csv
import os
import signal
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, text

from collectors.errors import CollectorError, FileRefused, MappingError
from collectors.exports.wording import worded
from jobs.import_job import ImportJob
from jobs.importing import BEYOND_TOTAL, ImportOutcome, import_file
from storage.engine import Store, create_store
from storage.errors import Refused
from storage.records import Frame, ListKind
from storage.tables import ENGAGEMENT, PULL
from storage.text_index import TextCounts

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
ORIGIN = {"source": "a test", "basis": "made up", "obtained": "2026-03-05"}
LIST = {"frame": Frame.COMPLETE, "pulled_at": "2026-03-05T00:00:00Z", "platform": "weibo"}


class Letters:
    """A stand-in for the text indexer: counts characters."""

    dictionary = "letters-1"

    def index(self, texts: Any) -> list[TextCounts]:
        parts = [np.unique([ord(sign) for sign in text] or [0], return_counts=True) for text in texts]
        return [TextCounts(terms.astype(np.int64), counts.astype(np.int64), int(counts.sum())) for terms, counts in parts]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = create_store(f"sqlite:///{tmp_path}/fanfit.db", key=bytes(range(32)), vault_path=tmp_path / "vault.db")
    yield made
    made.close()


def bring(store: Store, path: Path, kind: str, **options: Any) -> ImportOutcome:
    given = {**({} if kind in {"prices", "candidates"} else ORIGIN), **(LIST if kind == "follows" else {}), **options}
    outcome = import_file(store, Letters(), ImportJob(kind, path, path.parent, **given), now=NOW)
    assert outcome is not None
    return outcome


def table(store: Store, query: str) -> list[tuple[Any, ...]]:
    with store.read() as conn:
        return [tuple(row) for row in conn.execute(text(query))]


def written(tmp_path: Path, content: str, name: str = "f.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    return path


def rejects(outcome: ImportOutcome) -> list[tuple[int, str]]:
    if outcome.rejects is None:
        return []
    with outcome.rejects.open(encoding="utf-8-sig", newline="") as stream:
        return [(int(row["line"]), row["column"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("stated", [{"pulled_at": "2099-01-01"}, {"obtained": "2099-01-01T00:00:00Z"}])
def test_a_list_of_the_future_is_refused(store: Store, tmp_path: Path, stated: dict[str, str]) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,1002\n")
    with pytest.raises(FileRefused, match="lies in the future"):
        bring(store, path, "follows", **{**LIST, **stated})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-8"])
def test_accounts_come_in_from_any_encoding(store: Store, tmp_path: Path, encoding: str) -> None:
    path = written(
        tmp_path, "用户ID,账号名,昵称,粉丝数\n100001,@xiaoming,小明爱跑步,1.2万\n100002,,小红爱做饭,0\n", encoding=encoding
    )
    done = bring(store, path, "accounts", platform="weibo")
    assert (done.accepted, done.rejected) == (2, 0)
    assert table(store, "SELECT followers, followers_half_width FROM count_series ORDER BY followers") == [(0, 0), (12000, 500)]
    assert table(store, "SELECT handle, name FROM profile_snapshot") == [("xiaoming", "小明爱跑步")], (
        "only the large one is named"
    )


BAD_ROWS = [
    ("follows", "account_id,follower_id\n1001,{}\n", "1.23E+18", "follower_id"),
    ("follows", "account_id,follower_id\n1001,{}\n", "1234567890123450000", "follower_id"),
    ("follows", "account_id,follower_id\n1001,{}\n", "@secret", "follower_id"),
    ("follows", "account_id,follower_id\n1001,{}\n", "", "follower_id"),
    ("follows", "account_id,follower_id\n1001,{}\n", "1001", "follower_id"),
    ("follows", "account_id,follower_id\n1001,{}\n", "7,8", "the whole row"),
    ("follows", "account_id,follower_id\n1001,{}\n", "a\0b", "follower_id"),
    ("accounts", "native_id,followers\n1001,{}\n", "约10万", "followers"),
    ("accounts", "native_id,followers\n1001,{}\n", "-3", "followers"),
    ("accounts", "native_id,verified\n1001,{}\n", "secret", "verified"),
    ("posts", "native_id,author_id,text,created_at\n1,1001,hi,{}\n", "yesterday", "created_at"),
    ("posts", "native_id,author_id,text,created_at\n1,1001,hi,{}\n", "46086.5", "created_at"),
    ("posts", "native_id,author_id,text,created_at\n1,1001,hi,{}\n", "2099-01-01T00:00:00Z", "created_at"),
    ("accounts", "native_id,created_at\n1001,{}\n", "2099-01-01", "created_at"),
    ("accounts", "native_id,observed_at\n1001,{}\n", "2099-01-01", "observed_at"),
    ("labels", "account_id,label,value\n1001,runners,{}\n", "secret", "value"),
    ("attributes", "account_id,name,value\n1001,gender,{}\n", "", "value"),
    ("base", "native_id\n{}\n", "1.23E+18", "native_id"),
    ("engagements", "account_id,post_id,engager_id,kind\n1001,p1,2001,{}\n", "stare", "kind"),
    ("engagements", "account_id,post_id,engager_id,kind\n1001,p1,{},like\n", "1.23E+18", "engager_id"),
    ("prices", "account_id,amount,currency\n1001,{},CNY\n", "面议", "amount"),
    ("prices", "account_id,amount,currency\n1001,{},CNY\n", "1.234", "amount"),
]
GOOD = {
    "follows": "1001,2002\n", "engagements": "1001,p1,2002,评论\n", "accounts": "1002,\n", "posts": "2,1001,ok,2026-03-01T00:00:00Z\n", "labels": "1002,runners,yes\n",
    "attributes": "1002,gender,f\n", "base": "1002\n", "prices": "1002,100,CNY\n",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "shape", "cell", "column"), BAD_ROWS)
def test_a_bad_row_goes_to_the_rejects_and_the_rest_is_imported(
    store: Store, tmp_path: Path, kind: str, shape: str, cell: str, column: str
) -> None:
    path = written(tmp_path, shape.format(cell) + GOOD[kind])
    done = bring(store, path, kind, platform="weibo")
    assert (done.accepted, done.rejected) == (1, 1)
    assert rejects(done) == [(2, column)]
    assert done.rejects is not None
    assert stat.S_IMODE(done.rejects.stat().st_mode) == 0o600
    listed = done.rejects.read_text(encoding="utf-8-sig")
    if len(cell) > 3 and cell not in "面议":  # the sentences themselves may name these as examples
        assert cell not in listed, "never the cell itself"
    assert any("line 2" in reason for reason in done.reasons)


def test_ids_lost_in_a_workbook_are_refused_with_row_numbers(store: Store, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [("account_id", "follower_id"), ("1001", 1234567890123456789), ("1001", 2002), ("1001", "1234567890123456789")]:
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    done = bring(store, tmp_path / "f.xlsx", "follows")
    assert (done.accepted, rejects(done)) == (2, [(2, "follower_id")])
    assert "(1 row, line 2)" in done.reasons[0]
    assert "文本" in done.reasons[0]
    assert any("complete" in warning for warning in done.warnings)


def test_a_file_of_lost_ids_only_is_refused_whole(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"lost \(2 rows, line 2, 3\)"):
        bring(store, written(tmp_path, "account_id,follower_id\n1001,1.2E+18\n1001,1.3E+18\n"), "follows")
    assert table(store, "SELECT count(*) FROM import_run") == [(0,)]


def test_local_times_need_a_zone(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "native_id,author_id,text,created_at\n1,1001,hi,2026/3/5 14:00\n")
    with pytest.raises(FileRefused, match="--timezone Asia/Shanghai"):
        bring(store, path, "posts", platform="weibo")
    bring(store, path, "posts", platform="weibo", timezone="Asia/Shanghai")
    assert table(store, "SELECT created_at FROM post")[0][0].startswith("2026-03-05 06:00")


def test_empty_is_not_zero(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path, "native_id,followers,posts\n1001,0,\n"), "accounts", platform="weibo")
    assert table(store, "SELECT followers, posts FROM count_series") == [(0, None)]


def test_duplicates_are_counted_and_contradictions_refused(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "account_id,name,value\n1001,gender,f\n1001,gender,f\n1001,gender,m\n1002,gender,m\n")
    done = bring(store, path, "attributes", platform="weibo")
    assert (done.accepted, done.duplicates, done.rejected) == (2, 1, 1)
    assert rejects(done) == [(4, "the whole row")]
    assert sorted(table(store, "SELECT value FROM attribute")) == [("female",), ("male",)]


def test_quoted_line_breaks_belong_to_the_text(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, 'native_id,author_id,text,created_at\n1,7,"a\nb",1772690400\n2,7,"c\n\n\nd",bad\n3,7,e,bad\n')
    done = bring(store, path, "posts", platform="weibo")
    assert table(store, "SELECT text FROM raw_post") == [("a\nb",)]
    assert rejects(done) == [(4, "created_at"), (8, "created_at")]


def test_mixed_currencies_need_rates(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "account_id,amount\n1001,¥100\n1002,€10\n")
    with pytest.raises(FileRefused, match="--currency CNY --rates EUR="):
        bring(store, path, "prices", platform="weibo")
    bring(store, path, "prices", platform="weibo", currency="CNY", rates="EUR=7.8")
    assert sorted(table(store, "SELECT amount_minor, currency FROM price")) == [(7800, "CNY"), (10000, "CNY")]


def test_one_currency_is_kept_and_none_is_refused(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path, "account_id,amount\n1001,$100\n"), "prices", platform="weibo")
    assert table(store, "SELECT amount_minor, currency FROM price") == [(10000, "USD")]
    with pytest.raises(FileRefused, match="--currency CNY"):
        bring(store, written(tmp_path, "account_id,amount\n1001,100\n"), "prices", platform="weibo")


def test_a_unit_in_the_header_counts(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path, "用户ID,粉丝数(万)\n1001,1.2\n1002,3亿\n1003,\n", "a.csv"), "accounts", platform="weibo")
    shown = table(store, "SELECT followers, followers_half_width FROM count_series WHERE followers IS NOT NULL ORDER BY 1")
    assert shown == [(12_000, 500), (300_000_000, 50_000_000)]
    bring(
        store,
        written(tmp_path, "用户ID,报价(万元)\n1001,1.2\n1002,USD 5\n", "p.csv"),
        "prices",
        platform="weibo",
        currency="CNY",
        rates="USD=7",
    )
    assert sorted(table(store, "SELECT amount_minor, currency FROM price")) == [(3500, "CNY"), (1_200_000, "CNY")]


def test_a_price_finds_its_account_by_address_or_handle(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path, "native_id,handle,followers\n1001,anna,9000\n", "a.csv"), "accounts", platform="weibo")
    path = written(tmp_path, "链接,报价\nhttps://weibo.com/u/1001,100元\n@Anna,100元\n@nobody,5元\n", "p.csv")
    done = bring(store, path, "prices", platform="weibo")
    assert (done.accepted, done.duplicates, rejects(done)) == (1, 1, [(4, "链接")])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("fan,star\n1,2\n", "粉丝ID|follower_id"),
        ("account_id,follower_id\n", "no rows"),
        ("account_id,follower_id\n,\n\n", "no rows"),
        ("1001,2002\n1001,2003\n", "looks like data"),
    ],
)
def test_a_wrong_shape_is_refused_whole_with_an_example(store: Store, tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        bring(store, written(tmp_path, content), "follows")


def test_an_unclear_guess_is_refused_unless_accepted(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "uid,达人ID\n1001,1002\n")
    with pytest.raises(FileRefused, match="--mapping"):
        bring(store, path, "accounts", platform="weibo")
    assert bring(store, path, "accounts", platform="weibo", accept_guess=True).accepted == 1


def test_personal_data_need_their_origin_and_lists_their_frame(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,2002\n")
    with pytest.raises(Refused, match=r"Missing: --basis\. Example"):
        bring(store, path, "follows", basis=" ")
    with pytest.raises(FileRefused, match="--frame, --pulled-at"):
        bring(store, path, "follows", frame=None, pulled_at=None)
    with pytest.raises(FileRefused, match="--platform"):
        bring(store, path, "follows", platform=None)


def test_the_same_file_again_is_no_news_but_other_options_are(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,2002\n")
    first = bring(store, path, "follows")
    again = bring(store, path, "follows")
    assert (again.status, again.import_id) == ("already", first.import_id)
    assert bring(store, path, "follows", frame=Frame.NEWEST).status == "done"


def test_totals_come_from_a_column_or_an_option(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path, "account_id,follower_id,total\n1001,2002,512345\n1002,2002,\n", "a.csv"), "follows")
    assert sorted(table(store, "SELECT total FROM pull"), key=str) == [(512345,), (None,)]
    done = bring(store, written(tmp_path, "account_id,follower_id\n1001,2002\n1002,2002\n", "b.csv"), "follows", total=77)
    assert (table(store, "SELECT total FROM pull WHERE import_id = 2"), rejects(done)) == ([(77,)], [(3, "account_id")])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_list_longer_than_its_stated_total_is_said(store: Store, tmp_path: Path, lang: str) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,2001\n1001,2002\n1001,2003\n")
    assert bring(store, path, "follows", total=2, lang=lang).warnings == (worded(BEYOND_TOTAL, lang),)


@pytest.mark.parametrize("kind", [ListKind.FOLLOWERS, ListKind.FOLLOWEES])
def test_an_account_that_follows_itself_is_no_follower(store: Store, tmp_path: Path, kind: ListKind) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,2002\n1001,1001\n1002,1001\n1003,1003\n")
    done = bring(store, path, "follows", list_kind=kind)
    assert (done.accepted, rejects(done)) == (2, [(3, "follower_id"), (5, "follower_id")])
    assert done.reasons == ("follower_id: the account follows itself (2 rows, line 3, 5). Expected the id of another account.",)
    assert not any("lacks them" in note for note in done.warnings), "a complete list lacks nobody without its owner"
    assert table(store, "SELECT count(*), sum(account = follower) FROM follow") == [(2, 0)]
    assert table(store, "SELECT sum(seen) FROM pull") == [(2,)]
    other = written(tmp_path, "account_id,follower_id\n1001,2002\n1001,1001\n1001,\n", "other.csv")
    assert any("lacks them" in note for note in bring(store, other, "follows").warnings)


def test_a_followees_list_belongs_to_the_follower(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path, "account_id,follower_id\n1001,2002\n1002,2002\n")
    bring(store, path, "follows", list_kind=ListKind.FOLLOWEES)
    assert table(store, "SELECT list_kind, seen FROM pull") == [("followees", 2)]


def test_candidates_are_matched_shown_and_kept(store: Store, tmp_path: Path) -> None:
    profiles = "platform,native_id,handle,followers\nweibo,1001,anna,9000\nx,1001,anna,9000\nweibo,1002,bert,9000\n"
    bring(store, written(tmp_path, profiles, "a.csv"), "accounts")
    given = "given\nhttps://weibo.com/u/1001\n@Bert\nanna\nhttps://t.cn/abc\nnobody\n"
    done = bring(store, written(tmp_path, given, "c.csv"), "candidates", list_name="march")
    assert [(row.line, row.match.status, row.match.how) for row in done.matches] == [
        (2, "matched", "id"), (3, "matched", "handle"), (4, "ambiguous", None), (5, "unmatched", None), (6, "unmatched", None),
    ]  # fmt: skip
    assert len(table(store, "SELECT 1 FROM candidate WHERE list_name = 'march' AND account IS NULL")) == 3


def test_a_wide_attributes_file_declares_what_is_filled_in(store: Store, tmp_path: Path) -> None:
    done = bring(store, written(tmp_path, "ID,性别,地区\n1001,女,上海\n1002,,北京\n1003,,\n"), "attributes", platform="weibo")
    assert done.accepted == 3
    assert sorted(table(store, "SELECT name, value FROM attribute")) == [
        ("gender", "female"),
        ("region", "上海"),
        ("region", "北京"),
    ]


def test_a_minor_leaves_no_row(store: Store, tmp_path: Path) -> None:
    done = bring(
        store,
        written(tmp_path, "account_id,name,value\n1001,age_band,13-17\n1002,age_band,18-24\n"),
        "attributes",
        platform="weibo",
    )
    assert (done.accepted, done.minors) == (1, 1)


def test_parquet_floats_from_missing_values_are_whole_ids(store: Store, tmp_path: Path) -> None:
    pq.write_table(pa.table({"account_id": [1001.0, None, 1003.0], "follower_id": [1, 2, 3]}), tmp_path / "f.parquet")
    done = bring(store, tmp_path / "f.parquet", "follows")
    assert (done.accepted, rejects(done)) == (2, [(2, "account_id")])


def test_a_wrong_mapping_stops_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    mapping = written(tmp_path, "columns:\n  account_id: nothing\n", "m.yaml")
    with pytest.raises(MappingError) as caught:
        bring(store, written(tmp_path, "a,b\n1,2\n"), "follows", mapping=mapping)
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert table(store, "SELECT count(*) FROM import_run") == [(0,)]


def test_no_error_or_reject_holds_a_cell(store: Store, tmp_path: Path) -> None:
    secret = "geheimnis77"  # noqa: S105 - a mark to look for
    files = {
        "accounts": f"native_id,followers,verified\n@{secret},1,1\n1,{secret},1\n2,1,{secret}\n3,,\n",
        "posts": f"native_id,author_id,text,created_at\n1,@{secret},hi,{secret}\n2,7,hi,1772690400\n",
        "prices": f"account_id,amount,currency\n1,{secret},CNY\n2,5,{secret}\n3,5,CNY\n",
    }
    for kind, content in files.items():
        done = bring(store, written(tmp_path, content, f"{kind}.csv"), kind, platform="weibo")
        assert done.rejects is not None
        assert secret not in done.rejects.read_text(encoding="utf-8-sig") + " ".join((*done.reasons, *done.warnings))
    for kind, content in files.items():
        only_bad = "\n".join(line for line in content.splitlines() if secret in line or "id" in line)
        with pytest.raises(CollectorError) as caught:
            bring(store, written(tmp_path, only_bad, f"{kind}2.csv"), kind, platform="weibo")
        assert secret not in str(caught.value)


def test_ctrl_c_stops_after_the_page_and_the_same_command_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.import_plan.LONG_PAGE_ROWS", 10)
    rows = "".join(f"1001,{2000 + number}\n" for number in range(35))
    path = written(tmp_path, "account_id,follower_id\n1001,1.2E+18\n" + rows + "1001,1.3E+18\n")
    job = ImportJob("follows", path, tmp_path, **ORIGIN, **LIST)

    def interrupt(step: Any) -> None:
        if step.rows == 20:
            os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    stopped = import_file(store, None, job, now=NOW, progress=interrupt)
    assert stopped is not None
    assert signal.getsignal(signal.SIGINT) is before
    assert stopped.status == "stopped"
    reached = table(store, "SELECT position, status FROM import_run")[0]
    assert reached[1] == "stopped"
    begun: list[tuple[int, int]] = []
    done = import_file(store, None, job, now=NOW, begun=lambda number, row: begun.append((number, row)))
    assert done is not None
    assert begun == [(stopped.import_id, reached[0])]
    assert (done.status, stopped.accepted + done.accepted) == ("done", 35)
    assert table(store, "SELECT position, accepted, rejected, status FROM import_run") == [(37, 35, 2, "done")]
    assert rejects(done) == [(2, "follower_id"), (38, "follower_id")]


def test_who_reacted_comes_in_as_a_list_of_engagers(store: Store, tmp_path: Path) -> None:
    lines = ["用户ID,内容ID,互动者ID,互动类型,互动时间", "1001,p1,2001,点赞,2026-03-01T00:00:00Z", "1001,p1,2002,评论,", "1001,p2,2001,转发,",
             "1001,p2,1001,评论,", "1001,p2,2003,quote,"]  # fmt: skip
    done = bring(store, written(tmp_path, "\n".join(lines) + "\n"), "engagements", platform="weibo")
    assert (done.accepted, done.rejected, done.duplicates) == (4, 0, 1), "who reacts to an own post is nobody's audience"
    with store.read() as conn:
        pulls = conn.execute(select(PULL.c.list_kind, PULL.c.frame, PULL.c.seen)).all()
        kinds = sorted(conn.execute(select(ENGAGEMENT.c.kind)).scalars())
    assert [tuple(row) for row in pulls] == [("engagers", "unknown", 3)]
    assert kinds == ["like", "quote", "reply", "repost"]
