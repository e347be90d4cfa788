"""The client edition: every output is opened whole, and what an agency keeps to itself is in none of them; grades and dates are in all."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdf
import pytest
from openpyxl import load_workbook
from PIL import Image
from pptx import Presentation

from jobs.listing import set_fields
from jobs.marking import read_marks
from jobs.reporting import write_report
from jobs.scoring import run_shortlist
from reports.brand import CHOOSABLE, OURS, Brand, contrast_on_white, read_brand
from reports.desk import D
from reports.errors import BadBrand, NoPdf
from reports.marks import M
from reports.numbers import headed
from reports.prices import Z
from reports.text import T
from scoring.arrays import Parameters
from scoring.text.indexer import JiebaIndexer
from storage.engine import Store, create_store
from storage.imports import ImportRequest, begin_import, finish_import
from storage.ingest import PageWriter
from storage.net_price import Money, Part, Terms
from storage.records import (
    AccountRecord,
    AttributeRecord,
    AudienceBase,
    AudienceRecord,
    CandidateRecord,
    Count,
    FollowRecord,
    Frame,
    ListKind,
    Provenance,
    PullFacts,
    QuoteRecord,
)

NOW = datetime(2026, 3, 31, tzinfo=UTC)
PERSONA = "name: inner-code\ntitle: {zh: 女性, en: Women}\nmust:\n  - attribute: gender\n    in: [female]\n"
SHOWN = {"a0": "Morning", "a1": "Evening", "b0": "Ranged"}
SECRETS = (
    "Passed Over",
    "Ranged Out",
    "inner-list",
    "inner-code",
    "Lost Soul",
    "zz-note",
    "zz-owner",
    "zz-mcn",
    "zz-reason",
    "rebate",
    "返点",
    "8,421",
    "8421",
    "seed",
)


def bring_in(store: Store, kind: str, records: list[Any], **writer: Any) -> None:
    state = begin_import(store, ImportRequest(kind, f"{kind}.csv", kind, {}, Provenance("test", "consent", NOW)), now=NOW)
    PageWriter(store, state.import_id, now=NOW, indexer=JiebaIndexer(), **writer).write(records, position=len(records))
    finish_import(store, state.import_id, now=NOW)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Path]]:
    """Three accounts with samples, two with shares; one of each was rejected; all have notes, and quotes with a rebate."""
    folder = tmp_path_factory.mktemp("edition")
    store = create_store(f"sqlite:///{folder / 'fanfit.db'}", key=bytes(range(32)), vault_path=folder / "vault.db")
    names = SHOWN | {"a2": "Passed Over", "b1": "Ranged Out"}
    bring_in(
        store,
        "accounts",
        [AccountRecord("weibo", key, NOW, handle=key, name=name, followers=Count(60)) for key, name in names.items()],
    )
    bring_in(
        store,
        "candidates",
        [*(CandidateRecord(key, "weibo", key) for key in names), CandidateRecord("Lost Soul")],
        list_name="inner-list",
    )
    people = [(key, f"{key}-{fan}") for key in ("a0", "a1", "a2") for fan in range(60)] + [
        ("a2", f"a0-{fan}") for fan in range(30)
    ]
    bring_in(
        store,
        "follows",
        [FollowRecord("weibo", *each) for each in people],
        pull=PullFacts(ListKind.FOLLOWERS, Frame.COMPLETE, NOW),
    )
    share = {"a0": 50, "a1": 30, "a2": 55}
    bring_in(store, "attributes", [
        AttributeRecord("weibo", f"{key}-{fan}", "gender", "female" if fan < women else "male", NOW) for key, women in share.items() for fan in range(60)
    ])  # fmt: skip
    bring_in(store, "audience", [
        AudienceRecord("weibo", key, AudienceBase.FOLLOWERS, "gender", bucket, part, observed_at=NOW)
        for key in ("b0", "b1") for bucket, part in (("female", 0.6), ("male", 0.4))
    ])  # fmt: skip
    terms = Terms(Money(900_000, "CNY"), rebate=Part(amount=Money(57_900, "CNY")))
    bring_in(store, "quotes", [QuoteRecord("weibo", key, "post", terms, observed_at=NOW) for key in names])
    values = {
        "note": "zz-note",
        "owner": "zz-owner",
        "mcn": "zz-mcn",
        "order": "1",
        "order_reason": "zz-reason",
        "slot": "December",
    }
    set_fields(store, "inner-list", sorted(SHOWN), values | {"status": "approved"}, now=NOW, by="zz-owner")
    set_fields(store, "inner-list", ["a2", "b1"], {"status": "rejected", "note": "zz-note"}, now=NOW, by="zz-owner")
    run_shortlist(store, folder, PERSONA, "inner-list", Parameters(sample=None, draws=100), now=NOW, code_version="test")
    yield store, folder
    store.close()


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    where = tmp_path_factory.mktemp("brand")
    Image.new("RGB", (300, 90), "#7A1F3D").save(where / "logo.png")
    (where / "acme.yaml").write_text('name: Acme Media\nlogo: logo.png\ncolour: "#7A1F3D"\nfooter: Confidential\n', "utf-8")
    return read_brand(where / "acme.yaml")


def written(world: tuple[Store, Path], where: Path, brand: Brand | None, lang: Any, *formats: str) -> list[Path]:
    return write_report(*world, formats=formats, langs=[lang], folder=where, brand=brand)[1]


def whole(path: Path) -> str:
    """All that a file holds, wherever it hides: of Office files every part of the package, and of packages in it."""
    if path.suffix in {".xlsx", ".pptx"}:
        return _package(path.read_bytes())
    if path.suffix == ".pdf":
        read = pypdf.PdfReader(path)
        return "\n".join((*(page.extract_text() for page in read.pages), str(read.metadata)))
    return path.read_text("utf-8-sig")


def _package(content: bytes) -> str:
    found = []
    with ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            part = package.read(name)
            found.append(
                _package(part)
                if name.endswith(".xlsx")
                else part.decode("utf-8", "replace")
                if name.endswith((".xml", ".rels", ".vml"))
                else ""
            )
    return "\n".join(found)


def visible(text: str) -> str:
    """Text without the names of tags, attributes and styles."""
    return re.sub(r"<style.*?</style>|<[^>]*>", " ", text, flags=re.DOTALL)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", ["html", "xlsx", "csv", "pptx", "pdf"])
def test_nothing_that_an_agency_keeps_to_itself_is_in_an_output(
    world: tuple[Store, Path], brand: Brand, tmp_path: Path, kind: str, lang: Any
) -> None:
    try:
        files = written(world, tmp_path, brand, lang, kind)
    except NoPdf as error:
        pytest.skip(str(error))
    assert all(path.name.startswith("run-1-client-") for path in files)
    told = "\n".join(whole(path) for path in files)
    for secret in SECRETS:
        text = told if secret not in {"seed", "rebate"} else visible(told)
        assert secret not in text, f"{secret} in {kind}"
    for name in SHOWN.values():
        assert name in told
    grades = ("A 级", "B 级") if lang == "zh" else ("Grade A", "Grade B")
    if kind != "pdf":
        assert "2026-03-31" in told
        assert "Acme Media" in told or kind == "csv"
    assert all(grade.replace(" ", "") in told.replace(" ", "").replace("\u00a0", "") for grade in grades)
    ours = "\n".join(whole(path) for path in written(world, tmp_path / "ours", None, lang, kind))
    assert "Passed Over" in ours, "the internal edition does hold what is looked for"


def test_the_internal_edition_holds_what_is_looked_for(world: tuple[Store, Path], tmp_path: Path) -> None:
    told = "\n".join(whole(path) for path in written(world, tmp_path, None, "zh", "xlsx", "html", "csv"))
    for secret in SECRETS:
        if secret not in {"rebate", "返点", "8421"}:
            assert secret in told, secret


def test_net_prices_are_shown_only_where_the_brand_file_says_so(world: tuple[Store, Path], tmp_path: Path) -> None:
    for prices, there in (("net", True), ("list", False), ("none", False)):
        [path] = written(world, tmp_path, Brand(prices=prices), "en", "html")  # type: ignore[arg-type]
        assert ("8,421" in whole(path)) is there


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sheet_of_prices_has_every_part_inside_and_only_what_counted_outside(
    world: tuple[Store, Path], tmp_path: Path, lang: Any
) -> None:
    def lines(brand: Brand | None) -> list[dict[str, Any]]:
        [path] = written(world, tmp_path, brand, lang, "xlsx")
        book = load_workbook(path)
        if Z.sheet(lang) not in book.sheetnames:
            return []
        heads, *rows = book[Z.sheet(lang)].iter_rows(values_only=True)
        return [dict(zip(heads, row, strict=True)) for row in rows if row[1] is not None]

    inside = lines(None)
    assert len(inside) == 5
    for line in inside:
        assert (line[Z.price(lang)], line[Z.rebate(lang)], line[Z.net(lang)], line[Z.used(lang)]) == (
            9000,
            579,
            8421,
            T.yes(lang),
        )
    assert {line[D.col_grade(lang)] for line in inside} == {D.grade_a(lang), D.badge_b(lang)}
    assert lines(Brand()) == lines(Brand(prices="none")) == []
    shown = lines(Brand(prices="net"))
    assert [line[T.col_price(lang)] for line in shown] == [8421] * 3
    assert not {Z.rebate(lang), Z.price(lang) if lang == "en" else Z.rebate(lang)} & set(shown[0])


def test_columns_are_chosen_and_those_that_say_how_sure_stay(world: tuple[Store, Path], tmp_path: Path) -> None:
    heads = {}
    for columns in ((), ("place", "status"), CHOOSABLE):
        [path] = [each for each in written(world, tmp_path, Brand(columns=columns), "en", "csv") if "ranges" not in each.name]
        heads[columns] = next(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    least = heads[()]
    assert {T.col_band("en"), T.col_platform("en"), T.col_account("en"), D.col_grade("en"), T.col_notes("en")} <= set(least)
    assert any(head.endswith(f" {T.low('en')}") for head in least), "a share never stands without its limits"
    assert set(heads["place", "status"]) - set(least) == {headed(T.col_place("en")), M.status("en")}
    assert set(least) < set(heads["place", "status"]) < set(heads[CHOOSABLE])
    assert not {M.note("en"), M.owner("en"), M.mcn("en")} & set(heads[CHOOSABLE])


def test_a_client_s_workbook_comes_back_marked_and_clears_nothing_it_was_not_shown(
    world: tuple[Store, Path], brand: Brand, tmp_path: Path
) -> None:
    [path] = written(world, tmp_path, brand, "zh", "xlsx")
    found = read_marks(world[0], path)
    assert (found.changed, found.conflicts, found.problems) == ((), (), ())
    assert set(found.columns) == {"owner", "mcn", "note", "order", "order_reason"}
    assert found.absent == 2


def test_logo_colour_and_name_are_the_brand_s(world: tuple[Store, Path], brand: Brand, tmp_path: Path) -> None:
    page, book, slides = written(world, tmp_path, brand, "en", "html", "xlsx", "pptx")
    text = page.read_text("utf-8")
    assert brand.logo_address in text
    assert "#7a1f3d" in text.lower()
    assert "#0f6b5c" not in text.lower()
    assert "img-src data:" in text
    opened = load_workbook(book)
    assert opened.properties.creator == "Acme Media"
    assert len(opened.worksheets[0]._images) == 1
    deck = Presentation(str(slides))
    assert deck.core_properties.author == "Acme Media"
    assert any(shape.shape_type == 13 for shape in deck.slides[0].shapes)
    assert all(
        any(shape.has_text_frame and "Confidential" in shape.text_frame.text for shape in slide.shapes) for slide in deck.slides
    )


def test_a_page_without_a_logo_lets_no_picture_in(world: tuple[Store, Path], tmp_path: Path) -> None:
    [page] = written(world, tmp_path, None, "en", "html")
    text = page.read_text("utf-8")
    assert "img-src" not in text
    assert "<img" not in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('colour: "#0F6B5C"\n', "the key name: is missing"), ("name: A\nmargin: 3\n", "there is no key 'margin'"),
        ("name: A\ncolour: green\n", "is no colour"), ('name: A\ncolour: "#FFEE00"\n', "too pale"), ("name: A\ncolumns: note\n", "expected a list"),
        ("name: A\ncolumns: [note]\n", "'note' cannot be chosen"), ("name: A\nprices: all\n", "expected list, net"), ("name: [A]\n", "expected one text"),
        ("name: A\nlogo: nowhere.png\n", "cannot be read"), ("name: A\nlogo: fake.png\n", "no PNG or JPEG"), ("name: A\nlogo: anim.gif\n", "no PNG or JPEG"),
        ("name: A\nlogo: large.png\n", "up to 1,024 KB"), ("name: A\nlogo: wide.png\n", "5000 pixels"), ("name: A\nname: B\n", "name"), ("- a\n", "brand.yaml"),
    ],
)  # fmt: skip
def test_a_brand_file_that_cannot_be_used_says_which_key(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "fake.png").write_text("<svg onload=alert(1)>", "utf-8")
    Image.new("RGB", (4, 4)).save(tmp_path / "anim.gif")
    (tmp_path / "large.png").write_bytes(b"\x89PNG" + bytes(1 << 21))
    Image.new("1", (5000, 2)).save(tmp_path / "wide.png")
    (tmp_path / "brand.yaml").write_text(text, "utf-8")
    with pytest.raises(BadBrand, match=re.escape(why)):
        read_brand(tmp_path / "brand.yaml")


def test_contrast_is_what_wcag_says() -> None:
    assert contrast_on_white("767676") == pytest.approx(4.54, abs=0.01)
    assert contrast_on_white(OURS.colour) >= 4.5


def test_a_logo_is_printed_too(world: tuple[Store, Path], brand: Brand, tmp_path: Path) -> None:
    try:
        [path] = written(world, tmp_path, brand, "en", "pdf")
    except NoPdf as error:
        pytest.skip(str(error))
    assert len(pypdf.PdfReader(path).pages[0].images) == 1
