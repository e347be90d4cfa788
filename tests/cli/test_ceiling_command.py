"""`ceiling` and `clauses` at the terminal: designed accounts with known answers, both languages, refusals."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import (
    AccountRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    PriceRecord,
    Provenance,
    PullFacts,
)

NOW = datetime.now(UTC)
Call = Callable[..., Result]
WOMEN = {"a": 32, "b": 24, "c": 16, "d": 8}  # of forty followers; every second of them from Hunan, of d all
PRICES = {"a": 800_000, "b": 300_000, "c": 400_000}  # d has no price
PERSONA = "name: {name}\nmust:\n{must}"
CLAUSES = "  - attribute: gender\n    in: [female]\n  - attribute: region\n    in: [湖南]\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("ceiling")
    (folder / "fanfit.toml").write_text("", "utf-8")
    (folder / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (folder / "secret.key").chmod(0o600)
    (folder / "two.yaml").write_text(PERSONA.format(name="two", must=CLAUSES), "utf-8")
    (folder / "one.yaml").write_text(PERSONA.format(name="one", must=CLAUSES[: CLAUSES.index("  - attribute: region")]), "utf-8")
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    follows = [FollowRecord("weibo", name, f"{name}{number}") for name in WOMEN for number in range(40)]
    follows += [FollowRecord("weibo", "other", each.follower_id) for each in follows]
    pull = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
    accounts = [AccountRecord("weibo", name, NOW, handle=name, name=f"账号{name}", followers=Count(40)) for name in WOMEN]
    prices = [PriceRecord("weibo", name, price, "CNY", "图文", observed_at=NOW) for name, price in PRICES.items()]
    facts = (
        ("accounts", accounts, {}), ("prices", prices, {}), ("follows", follows, {"pull": pull}),
        ("candidates", [CandidateRecord(name, "weibo", name) for name in WOMEN], {"list_name": "one"}),
    )  # fmt: skip
    for kind, records, writer in facts:
        state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind, {}, Provenance("test", "consent", NOW)), now=NOW)
        PageWriter(store, state.import_id, now=NOW, indexer=None, **writer).write(records, position=1)  # type: ignore[arg-type]
        finish_import(store, state.import_id, now=NOW)
    store.close()
    lines = [
        f"weibo,{name}{number},{'女' if number < women else '男'},{'湖南' if name == 'd' or number % 2 else '湖北'}"
        for name, women in WOMEN.items()
        for number in range(40)
    ]
    (folder / "g.csv").write_text("\n".join(["platform,account_id,gender,region", *lines]) + "\n", "utf-8")
    origin = ("--source", "test", "--basis", "consent", "--obtained", f"{NOW:%Y-%m-%d}")
    assert call_in(folder)("import", "attributes", str(folder / "g.csv"), "--yes", *origin).exit_code == 0
    for name in ("one", "two"):
        done = call_in(folder)("shortlist", "--persona", str(folder / f"{name}.yaml"), "--sample", "all", "--top", "2")
        assert done.exit_code == 0, done.stderr
    return folder


def call_in(folder: Path) -> Call:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(folder), *arguments])

    return invoke


@pytest.fixture
def call(folder: Path) -> Call:
    return call_in(folder)


def told(call: Call, *arguments: str) -> dict[str, dict[str, dict[str, object]]]:
    """By account its ceilings: `own` in the order that was asked, `cost` by cost alone."""
    document = json.loads(call("ceiling", "--run", "1", "--json", *arguments).stdout)
    found = {}
    for row in document["accounts"]:
        each = row["ceilings"]
        found[row["account"]["native_id"]] = {"own": each[0], "cost": each[-1]}
    return found


def price(found: dict[str, object]) -> float | None:
    value = found["price"]
    assert value is None or isinstance(value, dict)
    return None if value is None else value["value"]


def test_by_cost_the_ceilings_are_those_of_known_shares(call: Call) -> None:
    # everybody is seen and declared: 32, 24, 16, 8 women at 8000, 3000, 4000 and no price; a woman costs 250, 125, 250
    found = told(call)
    assert price(found["b"]["cost"]) == pytest.approx(600_000, rel=0.01), "as dear as the second of the others, 250"
    assert price(found["c"]["cost"]) == pytest.approx(400_000, rel=0.01)
    assert price(found["d"]["cost"]) == pytest.approx(200_000, rel=0.01), "8 women at 250"
    assert found["d"]["cost"]["chosen"] is None
    assert [found[name]["cost"]["others"] for name in "abcd"] == [2, 2, 2, 3]


def test_where_precision_decides_the_price_does_not(call: Call) -> None:
    found = told(call)
    assert [found[name]["own"]["state"] for name in "abcd"] == ["any", "any", "none", "none"]


def test_other_places_another_first_key_and_a_budget_are_worked_out_from_the_kept_input(call: Call) -> None:
    assert [told(call, "--top", "3")[name]["own"]["state"] for name in "abcd"] == ["any", "any", "any", "none"]
    # b, then a, then c by precision; 9000 yuan: a takes 8000, b and c cost more than is left
    found = told(call, "--budget", "9000", "--top", "3")
    assert [price(found[name]["own"]) for name in "abc"] == [900_000, 100_000, 100_000]
    assert [found[name]["own"]["chosen"] for name in "abcd"] == [True, False, False, None]
    assert found["a"]["own"]["budget"] == 900_000
    assert found["a"]["own"]["top"] == 3


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("值多少钱", "任何价格", "免费也不入选")), ("en", ("worth", "at any price", "at no price"))]
)
def test_the_table_and_one_account_speak_the_language(call: Call, lang: str, words: tuple[str, ...]) -> None:
    shown = call("ceiling", "--run", "1", "--lang", lang).stdout
    for word in words:
        assert word in shown
    one = call("ceiling", "账号d", "--run", "1", "--lang", lang).stdout.splitlines()
    assert one[0].endswith({"zh": "暂无有效报价。", "en": "It has no valid price."}[lang])
    assert one[0] in call("explain", "d", "--run", "1", "--lang", lang).stdout


def test_at_a_price_per_thousand_an_account_is_worth_its_fitting_followers(call: Call) -> None:
    document = json.loads(call("ceiling", "--run", "1", "--per-thousand", "CNY 1000", "--json").stdout)
    assert document["per_thousand"] == 100_000
    found = {row["account"]["native_id"]: row for row in document["accounts"]}
    assert found["a"]["value"] == pytest.approx(3_200, rel=0.01)  # 32 women at 1 yuan each, in fen
    assert found["a"]["grade"] == "A"
    assert "CN¥32" in call("ceiling", "--run", "1", "--per-thousand", "1000", "--lang", "en").stdout


def test_each_clause_is_left_out_in_turn(call: Call) -> None:
    document = json.loads(call("clauses", "2", "--json").stdout)
    assert document["single"] is False
    assert [effect["key"] for effect in document["effects"]] == ["attribute:gender=female", "attribute:region=湖南"]
    women, hunan = ({shift["account"]["native_id"]: shift for shift in effect["shifts"]} for effect in document["effects"])
    assert women["d"]["place_without"] == 1, "all of its followers are from Hunan"
    assert hunan["d"]["place_without"] == 4, "few of its followers are women"
    assert hunan["a"]["share_without"]["value"] == pytest.approx(0.8, abs=0.02)
    assert document["strongest"] == "attribute:gender=female"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_would_change_the_ranking_is_said_and_stands_in_the_report(call: Call, folder: Path, lang: str) -> None:
    shown = call("clauses", "2", "--lang", lang, "--all").stdout
    lead = shown.splitlines()[0]
    assert lead.startswith(
        {"zh": "影响最大的条件:必须: 性别为女", "en": "The clause that matters most: must: are of gender female"}[lang]
    )
    out = folder / f"out-{lang}"
    assert call("report", "2", "--clauses", "--lang", lang, "--format", "html,xlsx", "-o", str(out)).exit_code == 0
    assert lead in next(out.glob("*.html")).read_text("utf-8")
    assert {"zh": "条件影响", "en": "Clauses"}[lang] in load_workbook(next(out.glob("*.xlsx"))).sheetnames


def test_a_persona_of_one_clause_has_none_to_leave_out(call: Call) -> None:
    assert call("clauses", "1", "--lang", "zh").stdout == "目标人群只有一个条件,没有可以去掉的。\n"
    assert json.loads(call("clauses", "1", "--json").stdout)["single"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ceiling", "--run", "1", "--budget", "USD 500"), "give the budget in CNY"),
        (("ceiling", "--run", "1", "--budget", "soon"), "expected"),
        (("ceiling", "--run", "1", "--rank-by", "luck"), "expected one of precision, cost, fitting"),
        (("ceiling", "nobody", "--run", "1"), 'run 1 has 0 ranked accounts "nobody"'),
        (("ceiling", "--run", "99"), "99"),
        (("clauses", "99"), "99"),
        (("clauses", "1", "--client", "acme"), ""),
    ],
)
def test_what_cannot_be_answered_is_refused(call: Call, arguments: tuple[str, ...], said: str) -> None:
    done = call(*arguments)
    if said:
        assert done.exit_code not in {0, 1}
        assert said in done.stderr
    else:
        assert done.exit_code == 0, "a run of nobody's is everybody's"


def test_when_the_input_is_gone_what_the_run_keeps_still_stands(folder: Path, call: Call) -> None:
    from shutil import move

    kept = folder / "runs" / "1"
    move(kept, folder / "away")
    try:
        assert told(call)["d"]["cost"]["state"] == "up_to"
        assert call("ceiling", "--run", "1", "--top", "3").exit_code not in {0, 1}
        assert call("clauses", "1").exit_code not in {0, 1}
        assert call("report", "1", "--clauses", "-o", str(folder / "none")).exit_code not in {0, 1}
    finally:
        move(folder / "away", kept)
