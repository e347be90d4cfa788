"""The local page: one link, one browser, a workbook in, its cells named, a list ranked, files out; hostile names, hosts and forms."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx2
import openpyxl
import pytest
from starlette.testclient import TestClient

from collectors.planner.blank import write_workbook
from scoring.arrays import Parameters
from storage.engine import Store, create_store, open_store
from web.app import make_app
from web.gate import COOKIE, LARGEST_BODY, Keys
from web.place import Place

KEY = bytes(range(32))
HOST = "127.0.0.1:8000"
HOSTILE = '<script>alert(1)</script>"&\u202e'
ROWS: dict[str, list[dict[str, object]]] = {
    "candidates": [{"given": f"https://weibo.com/u/{1000 + at}", "name": HOSTILE if at == 1 else f"账号{at}"} for at in range(3)],
    "quotes": [{"account": "账号0", "price": "面议", "format": HOSTILE}],
    "audience": [
        {"account": f"https://weibo.com/u/{1000 + at}", "base": "粉丝", "dimension": "性别", "bucket": bucket, "share": share}
        for at, women in enumerate((0.9, 0.6))
        for bucket, share in (("女", women), ("男", round(1 - women, 2)))
    ],
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    url, vault = f"sqlite:///{tmp_path}/fanfit.db", tmp_path / "vault.db"
    create_store(url, key=KEY, vault_path=vault).close()

    def opened(_: str) -> AbstractContextManager[Store]:
        @contextmanager
        def store() -> Iterator[Store]:
            made = open_store(url, key=KEY, vault_path=vault)
            try:
                yield made
            finally:
                made.close()

        return store()

    return Place(tmp_path, opened, Parameters(), lambda: datetime(2026, 11, 2, tzinfo=UTC), "test", "zh")


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def stranger(place: Place, keys: Keys) -> TestClient:
    return TestClient(make_app(place, keys, frozenset({HOST})), base_url=f"http://{HOST}", follow_redirects=False)


@pytest.fixture
def browser(stranger: TestClient, keys: Keys) -> TestClient:
    assert stranger.get(f"/enter/{keys.link}").status_code == 303
    return stranger


def workbook(folder: Path) -> bytes:
    path = folder / "desk.xlsx"
    path.unlink(missing_ok=True)
    write_workbook(path, "zh", brief={"campaign": "spring", "gender": "女"}, rows=ROWS)
    return path.read_bytes()


def sent(browser: TestClient, keys: Keys, content: bytes, name: str = "desk.xlsx", lang: str = "zh") -> httpx2.Response:
    return browser.post("/read", data={"form": keys.form, "lang": lang}, files={"book": (name, content)})


def ranked(browser: TestClient, keys: Keys, tmp_path: Path, lang: str = "zh") -> str:
    assert sent(browser, keys, workbook(tmp_path)).status_code == 200
    done = browser.post("/rank", data={"form": keys.form, "lang": lang, "persona": "spring.yaml", "candidates": "spring"})
    assert done.status_code == 303, done.text
    return done.headers["location"]


def test_the_link_works_once_and_only_its_browser_comes_in(stranger: TestClient, keys: Keys) -> None:
    for path in ("/", "/runs/1", "/workbook/zh", "/docs", "/openapi.json"):
        assert stranger.get(path).status_code == 403
    assert stranger.get("/enter/wrong").status_code == 403
    first = stranger.get(f"/enter/{keys.link}")
    assert first.status_code == 303
    assert "HttpOnly" in first.headers["set-cookie"]
    assert "samesite=strict" in first.headers["set-cookie"].lower()
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(f"/enter/{keys.link}").status_code == 403
    stranger.cookies.set(COOKIE, "guessed")
    assert stranger.get("/").status_code == 403


def test_another_name_for_this_machine_is_refused_even_with_the_cookie(browser: TestClient) -> None:
    assert browser.get("/", headers={"host": "evil.test:8000"}).status_code == 421
    assert browser.get("/", headers={"host": "127.0.0.1:9"}).status_code == 421


def test_a_form_from_elsewhere_does_nothing(browser: TestClient, keys: Keys, tmp_path: Path) -> None:
    done = browser.post("/read", data={"form": "guessed", "lang": "zh"}, files={"book": ("desk.xlsx", workbook(tmp_path))})
    assert done.status_code == 403
    assert browser.post("/rank", data={"form": "x", "persona": "spring.yaml", "candidates": "spring"}).status_code == 403
    assert "spring" not in browser.get("/").text
    del keys


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_plain_html_of_its_language_without_a_script_or_an_outside_address(
    browser: TestClient, keys: Keys, tmp_path: Path, lang: str
) -> None:
    where = ranked(browser, keys, tmp_path, lang)
    for page in (
        browser.get(f"/?lang={lang}"),
        sent(browser, keys, workbook(tmp_path), lang=lang),
        browser.get(where),
        browser.get("/runs/99"),
    ):
        assert "script" not in page.headers["content-security-policy"].replace("default-src 'none'", "")
        assert page.text.count("<h1>") == 1
        assert "<script" not in page.text
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page.text)
    assert f'lang="{"zh-Hans" if lang == "zh" else "en"}"' in browser.get(f"/?lang={lang}").text


def test_a_workbook_is_read_its_bad_cells_named_and_its_persona_offered(browser: TestClient, keys: Keys, tmp_path: Path) -> None:
    book = workbook(tmp_path)
    page = sent(browser, keys, book)
    assert page.status_code == 200
    text = unescape(page.text)
    assert "没有看懂的单元格(1 处)" in text
    assert "<td>E2</td>" in page.text
    assert "<option selected>spring.yaml</option>" in page.text
    assert "<option selected>spring</option>" in page.text
    assert HOSTILE not in page.text
    assert "以前读过" in sent(browser, keys, book).text
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["desk.xlsx"], "what was uploaded is gone"


def test_the_ranked_list_stands_with_its_grade_and_its_files_open(browser: TestClient, keys: Keys, tmp_path: Path) -> None:
    where = ranked(browser, keys, tmp_path)
    page = browser.get(where)
    assert "B 级:范围" in page.text
    assert HOSTILE not in page.text
    assert "90%" in page.text
    links = re.findall(r'href="(/runs/1/[^"]+)"', page.text)
    assert {Path(link).suffix for link in links} >= {".html", ".xlsx", ".csv"}
    for link in links:
        got = browser.get(link)
        assert got.status_code == 200
        assert ("attachment" in got.headers["content-disposition"]) == (Path(link).suffix != ".html")
    book = tmp_path / "got.xlsx"
    book.write_bytes(browser.get(next(link for link in links if link.endswith(".xlsx"))).content)
    assert openpyxl.load_workbook(book).sheetnames
    assert '<a href="/runs/1?lang=zh">1</a>' in browser.get("/").text


@pytest.mark.parametrize(
    "path", ["/runs/1/../../fanfit.db", "/runs/1/%2e%2e%2ffanfit.db", "/runs/1/secret.key", "/runs/99/x.html"]
)
def test_nothing_else_of_the_workspace_has_an_address(browser: TestClient, keys: Keys, tmp_path: Path, path: str) -> None:
    ranked(browser, keys, tmp_path)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "desk.xlsx", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "desk.xlsx", "password"),
        (b"a,b\n", "a.csv", "no workbook"),
        (b"x", "../../x.xlsx", "no such file"),
    ],
)
def test_what_is_no_workbook_is_refused_on_a_page(browser: TestClient, keys: Keys, content: bytes, name: str, says: str) -> None:
    done = sent(browser, keys, content, name)
    assert (done.status_code, says in unescape(done.text)) == (422, True), done.text


def test_a_body_that_is_too_large_is_not_read(browser: TestClient, keys: Keys) -> None:
    assert sent(browser, keys, b"x" * (LARGEST_BODY + 1)).status_code == 413


def test_a_list_or_persona_that_is_not_there_is_named(browser: TestClient, keys: Keys, tmp_path: Path) -> None:
    sent(browser, keys, workbook(tmp_path))
    for persona, candidates in (("nobody.yaml", "spring"), ("spring.yaml", "nowhere"), ("../fanfit.toml", "spring")):
        done = browser.post("/rank", data={"form": keys.form, "persona": persona, "candidates": candidates})
        assert done.status_code == 422


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_empty_workbook_can_be_had(browser: TestClient, tmp_path: Path, lang: str) -> None:
    got = browser.get(f"/workbook/{lang}")
    (tmp_path / "new.xlsx").write_bytes(got.content)
    assert len(openpyxl.load_workbook(tmp_path / "new.xlsx").sheetnames) == 6
