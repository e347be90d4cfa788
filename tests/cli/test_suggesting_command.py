"""`candidates suggest` at the terminal: why each, where it comes from, which options cannot be, what is added."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.records import (
    AccountRecord,
    AttributeRecord,
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
PERSONA = "name: women\ntitle: {zh: 女性, en: Women}\nmust:\n  - attribute: gender\n    in: [female]\n"
Run = Callable[..., Result]


def bring_in(store: Store, kind: str, records: list[Any], **writer: Any) -> None:
    request = ImportRequest(kind, f"{kind}.csv", kind, {}, Provenance("test", "consent", NOW))
    state = begin_import(store, request, now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=None, **writer).write(records, position=1)
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One candidate of 120 followers, every second a woman; 50 women and 5 men follow 山行, everybody follows 日常."""
    folder = tmp_path_factory.mktemp("suggest")
    (folder / "fanfit.toml").write_text("", "utf-8")
    (folder / "secret.key").write_text(bytes(range(32)).hex() + "\n", "ascii")
    (folder / "secret.key").chmod(0o600)
    (folder / "p.yaml").write_text(PERSONA, "utf-8")
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    fans = [f"fan{number}" for number in range(120)]
    named = [("own", 9000), ("山行", 60_000), ("日常", 60_000)]
    bring_in(
        store,
        "accounts",
        [AccountRecord("sim", name, NOW, handle=name, name=name, followers=Count(size)) for name, size in named],
    )
    bring_in(store, "candidates", [CandidateRecord("own", "sim", "own")], list_name="list")
    follows = {"own": fans, "山行": [*fans[1:101:2], *fans[0:10:2]], "日常": fans}
    facts = PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW)
    bring_in(store, "follows", [FollowRecord("sim", name, fan) for name, every in follows.items() for fan in every], pull=facts)
    genders = [AttributeRecord("sim", fan, "gender", "female" if at % 2 else "male", NOW) for at, fan in enumerate(fans)]
    bring_in(store, "attributes", genders)
    bring_in(store, "prices", [PriceRecord("sim", "山行", 500_000, "CNY", observed_at=NOW)])
    store.close()

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(
            app, ["--workspace", str(folder), "candidates", "suggest", "--persona", str(folder / "p.yaml"), *arguments]
        )

    assert invoke("--json").exit_code == 0
    return invoke


def test_why_each_and_where_it_comes_from_in_both_languages(run: Run) -> None:
    english = " ".join(run("--lang", "en").stdout.split())
    assert "followed by 83 of 100 fitting (72-91), 46 of 100 in the base (120 people); mostly through followers of own" in english
    assert "50 of 60 that fit, 5 of 60 that do not" in english
    assert "Told from 120 of 120 people" in english
    assert "may have been cut off" in english
    assert "person by person (A)" in english
    chinese = "".join(run("--lang", "zh").stdout.split())
    assert "每100个符合目标的粉丝约83个关注(72-91),对照每100人46个(120人);主要来自own的粉丝" in chinese
    assert "日常" not in chinese


def test_as_json_with_the_grade(run: Run) -> None:
    document = json.loads(run("--json").stdout)
    assert document["grade"] == "A"
    assert [row["account"]["native_id"] for row in document["rows"]] == ["山行"]
    assert document["rows"][0]["found"]["q"] < 0.05
    assert (document["tested"], document["told"], document["made"]) == (2, 1, False)


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (("--tier", "waist"), 1),
        (("--tier", "head"), 0),
        (("--max-price", "5000"), 1),
        (("--max-price", "4999.99"), 0),
        (("--max-price", "USD 5000"), 0),
        (("--min-followers", "60000", "--max-followers", "60001"), 1),
    ],
)
def test_size_and_price(run: Run, options: tuple[str, ...], rows: int) -> None:
    assert len(json.loads(run("--json", *options).stdout)["rows"]) == rows


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--tier", "head", "--min-followers", "5"), "--tier"),
        (("--max-price", "面议"), "--max-price"),
        (("--max-price", ""), "--max-price"),
        (("--max-price", "5.001"), "--max-price"),
        (("--tier", "huge"), "--tier"),
    ],
)
def test_options_that_cannot_be_are_refused(run: Run, options: tuple[str, ...], said: str) -> None:
    done = run(*options)
    assert done.exit_code == 2
    assert said in done.stderr


def test_none_is_said_in_words(run: Run) -> None:
    done = run("--tier", "head", "--lang", "en")
    assert done.exit_code == 0
    assert "or none that meets your wishes" in done.stderr


def test_they_are_written_to_a_list(run: Run) -> None:
    done = run("--add-to", "more", "--lang", "en")
    assert "1 accounts added to the list more" in done.stderr
    assert json.loads(run("--candidates", "list", "--not-in", "more", "--json").stdout)["rows"] == []
