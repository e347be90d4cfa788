"""`packages put | show | check` at the command line, and a package in what `shortlist` prints."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from cli.main import app

Call = Callable[..., Result]
PROVENANCE = ("--source", "test", "--basis", "consent", "--obtained", "2026-01-05", "--yes")


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    """Five small accounts and a large one, six followers of each, half of them women."""
    where = tmp_path_factory.mktemp("packages-command")

    def invoke(*args: str) -> Result:
        paths = [str(where / each) if each.endswith((".csv", ".yaml")) else each for each in args]
        return CliRunner().invoke(app, ["--workspace", str(where), *paths], env={"LANG": "en"})

    names = [*(f"k{at}" for at in range(5)), "big"]
    (where / "list.csv").write_text("platform,account_id,name\n" + "".join(f"weibo,{each},{each}\n" for each in names), "utf-8")
    counts = "".join(f"weibo,{each},{each},{900_000 if each == 'big' else 800}\n" for each in names)
    (where / "accounts.csv").write_text("platform,account_id,name,followers\n" + counts, "utf-8")
    fans = [(each, f"{each}-{fan}") for each in names for fan in range(30 if each == "big" else 6)]
    (where / "follows.csv").write_text(
        "platform,account_id,follower_id\n" + "".join(f"weibo,{a},{b}\n" for a, b in fans), "utf-8"
    )
    women = "".join(f"weibo,{fan},gender,{'female' if at % 2 else 'male'},2026-01-04\n" for at, (_, fan) in enumerate(fans))
    (where / "attributes.csv").write_text("platform,account_id,name,value,observed_at\n" + women, "utf-8")
    (where / "persona.yaml").write_text("name: women\nmust:\n  - attribute: gender\n    in: [female]\n", "utf-8")
    for args in (
        ("init",), ("candidates", "import", "list.csv", "--name", "spring", "--yes"), ("import", "accounts", "accounts.csv", *PROVENANCE),
        ("import", "follows", "follows.csv", "--list", "followers", "--frame", "complete", "--pulled-at", "2026-01-04T00:00:00Z", *PROVENANCE),
        ("import", "attributes", "attributes.csv", *PROVENANCE),
    ):  # fmt: skip
        done = invoke(*args)
        assert done.exit_code == 0, done.output
    return invoke


def test_from_the_list_to_the_look(call: Call) -> None:
    put = call("packages", "put", "spring", "wave", "--tier", "koc", "--lang", "zh")
    assert put.exit_code == 0, put.output
    assert "5 个账号已放入 wave" in put.stdout
    ranked = call("shortlist", "--persona", "persona.yaml", "--candidates", "spring")
    assert ranked.exit_code == 0, ranked.output
    assert "Packages of small accounts" in ranked.stdout
    assert "belongs to the package" in " ".join(ranked.stdout.split())
    [card] = json.loads(call("packages", "show", "--json").stdout)["packages"]
    assert (card["name"], card["sampled"], card["n"]) == ("wave", 5, 30)
    assert "素人组合" in call("packages", "show", "--lang", "zh").stdout
    drawn = json.loads(call("packages", "check", "spring", "wave", "--bad-share", "0.4", "--sure", "0.9", "--json").stdout)
    assert (drawn["needed"], len(drawn["drawn"]), drawn["open"]) == (3, 3, 3)
    bad = drawn["drawn"][0]["native_id"]
    assert call("list", "set", "spring", bad, "--check", "不合格").exit_code == 0
    told = call("packages", "check", "spring", "wave", "--bad-share", "0.4", "--sure", "0.9")
    assert "Do not buy the package as it is" in " ".join(told.stdout.split())
    assert "Looked at: 0 fine, 1 bad, 2 to go" in told.stdout


def test_a_size_that_is_none_and_a_package_that_is_none_are_refused(call: Call) -> None:
    assert call("packages", "put", "spring", "wave", "--tier", "tiny").exit_code == 2
    assert call("packages", "check", "spring", "nowhere").exit_code == 2
