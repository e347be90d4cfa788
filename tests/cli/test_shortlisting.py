"""The ranking commands at the terminal: helpful refusals with their exit codes, tables and JSON."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import AccountRecord, CandidateRecord, FollowRecord, Frame, ListKind, Provenance, PullFacts

NOW = datetime.now(UTC)
PERSONA = "name: campers\nmust:\n  - interest: camping\n"

Run = Callable[..., Result]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fanfit.toml").write_text("", "utf-8")
    (tmp_path / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (tmp_path / "secret.key").chmod(0o600)
    (tmp_path / "p.yaml").write_text(PERSONA, "utf-8")
    create_store(f"sqlite:///{tmp_path / 'fanfit.db'}", key=bytes(range(32)), vault_path=tmp_path / "vault.db").close()
    return tmp_path


@pytest.fixture
def run(workspace: Path) -> Run:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["--workspace", str(workspace), *arguments])

    return invoke


@contextmanager
def opened(workspace: Path) -> Iterator[Store]:
    store = create_store(f"sqlite:///{workspace / 'fanfit.db'}", key=bytes(range(32)), vault_path=workspace / "vault.db")
    yield store
    store.close()


def bring_in(store: Store, kind: str, records: list[Any], **writer: Any) -> None:
    request = ImportRequest(kind, f"{kind}.csv", f"{kind}{writer.get('list_name')}", {}, Provenance("test", "consent", NOW))
    state = begin_import(store, request, now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=None, **writer).write(records, position=1)
    finish_import(store, state.import_id, now=NOW)


def fill(workspace: Path, lists: tuple[str, ...] = ("one",)) -> None:
    follows = [FollowRecord("sim", name, f"{name}{number}") for name in ("a",) for number in range(30)]
    follows += [FollowRecord("sim", "other", each.follower_id) for each in follows]  # so that something is known of them
    with opened(workspace) as store:
        bring_in(store, "accounts", [AccountRecord("sim", name, NOW, name=f"[red]{name}[/red]") for name in ("a", "b")])
        for name in lists:
            bring_in(store, "candidates", [CandidateRecord(each, "sim", each) for each in ("a", "b")], list_name=name)
        bring_in(store, "follows", follows, pull=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW))


LISTS = {"a": range(60), "b": range(40, 90), "c": range(50, 65)}


def fill_overlapping(workspace: Path, frame: Frame, **facts: Any) -> None:
    follows = [FollowRecord("sim", name, f"f{number}") for name, numbers in LISTS.items() for number in numbers]
    with opened(workspace) as store:
        bring_in(store, "candidates", [CandidateRecord(name, "sim", name) for name in LISTS], list_name="one")
        bring_in(store, "follows", follows, pull=PullFacts(ListKind.FOLLOWERS, frame, NOW, **facts))


def fill_graph(workspace: Path) -> None:
    """Four named accounts: a and b share 4 followers, a and c 3, b and c 2, a and d 1, c and d 1, b and d none."""
    followers = {"a": range(10), "b": [0, 1, 2, 3, 20, 21], "c": [2, 3, 4, 30], "d": [9, 30]}
    follows = [FollowRecord("sim", name, f"f{number}") for name, numbers in followers.items() for number in numbers]
    with opened(workspace) as store:
        bring_in(store, "candidates", [CandidateRecord(name, "sim", name) for name in followers], list_name="one")
        bring_in(store, "follows", follows, pull=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW))


def test_no_candidates_yet(run: Run, workspace: Path) -> None:
    result = run("shortlist", "--persona", str(workspace / "p.yaml"))
    assert result.exit_code == 5
    assert "fanfit candidates import" in result.stderr


def test_no_such_persona(run: Run) -> None:
    result = run("shortlist", "--persona", "campers")
    assert result.exit_code == 2
    assert "fanfit persona new" in result.stderr


def test_several_lists(run: Run, workspace: Path) -> None:
    fill(workspace, ("one", "two"))
    result = run("shortlist", "--persona", str(workspace / "p.yaml"))
    assert result.exit_code == 2
    assert "one, two" in result.stderr
    assert "--candidates" in result.stderr


def test_no_run_yet(run: Run) -> None:
    result = run("explain", "a")
    assert result.exit_code == 2
    assert "fanfit shortlist" in result.stderr


def test_nobody_to_draw(run: Run, workspace: Path) -> None:
    result = run("graph", "export", "-o", str(workspace / "g.gexf"))
    assert result.exit_code == 2
    assert "fanfit import follows" in result.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--sample", "0"),
        ("--sample", "some"),
        ("--rank-by", "luck"),
        ("--top", "0"),
        ("--min-sample", "0"),
        ("--sample", "9"),
    ],
)
def test_wrong_options(run: Run, workspace: Path, wrong: tuple[str, str]) -> None:
    assert run("shortlist", "--persona", str(workspace / "p.yaml"), *wrong).exit_code == 2


def test_ranked_and_explained(run: Run, workspace: Path) -> None:
    fill(workspace)
    result = run("shortlist", "--persona", str(workspace / "p.yaml"), "--json", "--sample", "all")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert [card["account"]["native_id"] for card in document["cards"]] == ["a"]
    assert document["not_scored"][0]["reason"] == "no_followers"
    assert document["cards"][0]["frame"]["sampled"] == 30
    table = run("shortlist", "--persona", "campers", "--lang", "en")
    assert "[red]a[/red]" in table.stdout, "a name is text, never markup"
    assert "no follower list" in table.stdout
    assert "explain ACCOUNT --run 2" in table.stderr
    assert "数据来自哪里" in run("explain", "a", "--lang", "zh").stdout
    assert run("explain", "a", "--lang", "en").stdout.startswith("Run 2 · persona ")
    assert run("explain", "a", "--run", "1", "--lang", "zh").stdout.startswith("第 1 次运行 · 目标人群 ")
    assert json.loads(run("explain", "a", "--json").stdout)["run"] == 2
    assert "no follower list" in run("explain", "b", "--lang", "en").stdout
    assert run("graph", "export", "--format", "graphml", "-o", str(workspace / "g.graphml")).exit_code == 0


def test_too_few_followers_are_said_in_the_table_in_json_and_in_explain(run: Run, workspace: Path) -> None:
    fill(workspace)
    asked = ("shortlist", "--persona", str(workspace / "p.yaml"))
    document = json.loads(run(*asked, "--min-sample", "31", "--json").stdout)
    assert (document["cards"], document["parameters"]["min_sample"]) == ([], 31)
    told = {each["account"]["native_id"]: (each["reason"], each["values"]) for each in document["not_scored"]}
    assert told == {"a": ("too_few", {"n": 30, "least": 31}), "b": ("no_followers", {})}
    assert "too few followers to look at (30 of at least 31)" in run("explain", "a", "--lang", "en").stdout
    assert json.loads(run("explain", "a", "--json").stdout)["values"] == {"n": 30, "least": 31}
    (workspace / "fanfit.toml").write_text("min_sample = 40\n", "utf-8")
    assert "(30 位,至少 40 位)" in run(*asked, "--lang", "zh").stdout
    assert "fewer than the 40" in run(*asked, "--sample", "39").stderr


def test_who_is_left_out_is_shown_as_the_list_gave_it(run: Run, workspace: Path) -> None:
    fill(workspace, ())
    with opened(workspace) as store:
        records = [CandidateRecord("sim.example/a", "sim", "a"), CandidateRecord("@bee", "sim", "b")]
        bring_in(store, "candidates", records, list_name="one")
    asked = ("shortlist", "--persona", str(workspace / "p.yaml"), "--lang", "en")
    for option, why in (
        ("--min-followers", "fewer followers than the set minimum"),
        ("--min-sample", "too few followers to look at"),
    ):
        table = run(*asked, option, "31").stdout
        assert all(word in table for word in ("[red]a[/red]", "sim.example/a", "@bee", why))
        assert why in run("explain", "sim.example/a", "--lang", "en").stdout
        document = json.loads(run(*asked, option, "31", "--json").stdout)
        assert sorted(each["given"] for each in document["not_scored"]) == ["@bee", "sim.example/a"]


@pytest.mark.parametrize(("least", "edges"), [(None, 2), (1, 5), (2, 3), (3, 2), (4, 1), (5, 0)])
def test_the_graph_leaves_out_pairs_that_share_fewer(run: Run, workspace: Path, least: int | None, edges: int) -> None:
    fill_graph(workspace)
    asked = () if least is None else ("--min-shared", str(least))
    document = json.loads(run("graph", "export", *asked, "--json").stdout)
    assert (document["accounts"], document["edges"]) == (4, edges)
    assert document["file"] == str(workspace / "exports" / "graph.gexf")


def test_a_pair_shares_at_least_one(run: Run, workspace: Path) -> None:
    fill_graph(workspace)
    assert run("graph", "export", "--min-shared", "0").exit_code == 2


@pytest.mark.parametrize("gone", ["a", "f9", "nobody"], ids=["named account", "follower", "account never held"])
def test_forget_takes_graphs_too(run: Run, workspace: Path, gone: str) -> None:
    """A graph does not say whose lists it counts, so that it goes whoever is erased (docs/privacy.md)."""
    fill_graph(workspace)
    elsewhere = workspace.parent / f"{workspace.name}.gexf"
    for path in ((), ("--format", "graphml"), ("-o", str(elsewhere))):
        assert run("graph", "export", *path).exit_code == 0
    assert {path.name for path in (workspace / "exports").iterdir()} == {"graph.gexf", "graph.graphml"}
    report = json.loads(run("forget", gone, "--platform", "sim", "--yes", "--json").stdout)
    assert report["files"]["exports"] == 2
    assert list((workspace / "exports").iterdir()) == []
    assert elsewhere.exists(), "what was written to a path of one's own is out of reach, and the docs say so"
    again = json.loads(run("graph", "export", "--min-shared", "1", "--json").stdout)
    assert (again["accounts"], again["edges"]) == {"a": (3, 2), "f9": (4, 4), "nobody": (4, 5)}[gone]
    assert ('id="sim:a"' in (workspace / "exports" / "graph.gexf").read_text("utf-8")) == (gone != "a")


def test_overlap_of_accounts_that_somebody_chose(run: Run, workspace: Path) -> None:
    fill_overlapping(workspace, Frame.COMPLETE)
    assert run("shortlist", "--persona", str(workspace / "p.yaml"), "--top", "1").exit_code == 0
    members = {name: set(numbers) for name, numbers in LISTS.items()}
    for chosen in (["a", "c"], ["c", "b", "a"]):
        found = json.loads(run("runs", "overlap", *chosen, "--json").stdout)
        pairs = {(each["a"], each["b"]): (each["shared_low"], each["exact"]) for each in found["overlaps"]}
        assert pairs == {
            (a, b): (len(members[a] & members[b]), True) for place, a in enumerate(chosen) for b in chosen[place + 1 :]
        }
        together = len(set().union(*(members[name] for name in chosen)))
        net = found["net_reach"]
        assert (net["accounts"], net["low"], net["high"]) == (chosen, together, together)
        assert net["gross"] == sum(len(members[name]) for name in chosen)
    assert "counting each person once, 90" in run("runs", "overlap", "a", "b").stdout
    assert "每人只算一次是 90" in run("runs", "overlap", "a", "b", "--lang", "zh").stdout


def test_overlap_of_incomplete_lists_is_bounded(run: Run, workspace: Path) -> None:
    fill_overlapping(workspace, Frame.NEWEST, totals={"a": 100, "b": 50, "c": 15})
    assert run("shortlist", "--persona", str(workspace / "p.yaml")).exit_code == 0
    found = json.loads(run("runs", "overlap", "a", "b", "--json").stdout)
    (pair,), net = found["overlaps"], found["net_reach"]
    # 20 are seen in both; the 40 unseen places of a may be filled from the 30 seen in b only
    assert (pair["shared_low"], pair["shared_high"], pair["exact"]) == (20, 50, False)
    assert (net["low"], net["high"], net["exact"]) == (100, 130, False)
    assert "between 100 and 130" in run("runs", "overlap", "a", "b").stdout


@pytest.mark.parametrize(("chosen", "said"), [(["a"], "at least two"), (["a", "a"], "at least two"), (["a", "zz"], '"zz"')])
def test_an_overlap_of_nobody_is_refused(run: Run, workspace: Path, chosen: list[str], said: str) -> None:
    fill_overlapping(workspace, Frame.COMPLETE)
    assert run("shortlist", "--persona", str(workspace / "p.yaml")).exit_code == 0
    done = run("runs", "overlap", *chosen)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
