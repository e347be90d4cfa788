"""Runs a tutorial's page: its commands one by one as they stand there, what its people do in a workbook, and pictures of what came out."""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.comments import Comment

HERE = Path(__file__).resolve().parent
PAGES = {"zh": HERE / "tutorial-planner.zh-CN.md", "en": HERE / "tutorial-planner.md"}
NEEDED = ("soffice", "pdftoppm", "chromium")
_PART = re.compile(
    r"```sh\n(?P<commands>.*?)```|```text\n(?P<said>.*?)```|<!-- (?P<deed>marks|comments): (?P<what>.*?) -->", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the page: a command, a text that the last command must have said, or what somebody did in a workbook."""

    kind: str
    text: str


def steps(page: Path) -> Iterator[Step]:
    """The page's parts in order."""
    for part in _PART.finditer(page.read_text("utf-8")):
        if part["commands"] is not None:
            yield from (Step("command", line) for line in part["commands"].strip().splitlines())
        elif part["said"] is not None:
            yield Step("said", part["said"].strip())
        else:
            yield Step(part["deed"], part["what"])


def play(page: Path, folder: Path, call: Callable[[list[str]], str]) -> None:
    """Runs the page in an empty folder; `call` runs fanfit with these arguments and gives what it printed.

    Raises:
        ValueError: a command did not say what the page shows, or is another program's.
    """
    said = ""
    for step in steps(page):
        if step.kind == "command":
            program, *arguments = shlex.split(step.text)
            if program != "fanfit":
                message = f"{page.name} runs {program}: only fanfit is run"
                raise ValueError(message)
            said = call(arguments)
        elif step.kind == "said":
            if step.text not in said:
                message = f"{page.name} shows {step.text!r}; it was said: {said}"
                raise ValueError(message)
        else:
            _deed(step, folder)


def _deed(step: Step, folder: Path) -> None:
    """What the page says that somebody did in a workbook."""
    file, account, *rest = (part.strip() for part in step.text.split("|"))
    book = load_workbook(folder / file)
    for sheet in book:
        row = next((cell.row for cells in sheet.iter_rows() for cell in cells if cell.value == account), None)
        if row is None or not any(cell.value == "fanfit" for cell in sheet[1]):
            continue
        if step.kind == "marks":
            head, value = rest
            sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == head)).value = value
        else:
            sheet.cell(row, 3).comment = Comment(rest[0], "client")
    book.save(folder / file)


def pictures(lang: str, folder: Path) -> list[Path]:
    """Pictures of the workbook, the page and the slides that the run left in `folder`; the files written to docs/pictures/."""
    reports = folder / "reports" / "run-1"
    example = folder / ("示例.xlsx" if lang == "zh" else "example.xlsx")
    made = [
        (_stacked([_office(example, folder, first=at) for at in (1, 2, 3)], folder), f"tutorial-{lang}-workbook.png"),
        (_page(reports / f"run-1-{lang}.html", folder), f"tutorial-{lang}-page.png"),
        (
            _sheet([_office(reports / f"run-1-client-{lang}.pptx", folder, first=at) for at in (1, 2, 3, 4)], folder),
            f"tutorial-{lang}-slides.png",
        ),
    ]
    target = HERE / "pictures"
    target.mkdir(exist_ok=True)
    return [_small(each, target / name) for each, name in made]


def _office(file: Path, folder: Path, *, first: int) -> Path:
    """One page of an office file, drawn by LibreOffice."""
    pdf = folder / f"{file.stem}.pdf"
    if not pdf.exists():
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)],
            check=True,
            capture_output=True,
            timeout=180,
        )
    stem = folder / f"{file.stem}-{first}"
    subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-f", str(first), "-l", str(first), "-singlefile", str(pdf), str(stem)],
        check=True,
        timeout=60,
    )
    return stem.with_name(f"{stem.name}.png")


def _page(file: Path, folder: Path) -> Path:
    picture = folder / f"{file.stem}-page.png"
    subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", "--window-size=1100,1250", f"--screenshot={picture}", file.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return picture


def _sheet(slides: list[Path], folder: Path) -> Path:
    """Four slides in a square, a thin frame around each."""
    from PIL import Image, ImageOps

    opened = [ImageOps.expand(Image.open(each).convert("RGB"), border=2, fill="#D9D6CE") for each in slides]
    width, height = opened[0].size
    sheet = Image.new("RGB", (2 * width, 2 * height), "white")
    for at, each in enumerate(opened):
        sheet.paste(each, ((at % 2) * width, (at // 2) * height))
    picture = folder / "slides.png"
    sheet.save(picture)
    return picture


def _stacked(pages: list[Path], folder: Path) -> Path:
    """Pages one under the other, without the paper that nothing stands on."""
    from PIL import Image, ImageOps

    opened = [Image.open(each).convert("RGB") for each in pages]
    cut = [
        each.crop((0, 30, each.width, min(each.height, (ImageOps.invert(each).getbbox() or (0, 0, 0, 60))[3] + 20)))
        for each in opened
    ]
    stacked = Image.new("RGB", (cut[0].width, sum(each.height for each in cut)), "white")
    top = 0
    for each in cut:
        stacked.paste(each, (0, top))
        top += each.height
    picture = folder / "stacked.png"
    stacked.save(picture)
    return picture


def _small(picture: Path, target: Path) -> Path:
    """At most 1,400 pixels wide, in 128 colours."""
    from PIL import Image

    opened = Image.open(picture).convert("RGB")
    if opened.width > 1400:
        opened = opened.resize((1400, round(opened.height * 1400 / opened.width)))
    opened.quantize(128).save(target, optimize=True)
    return target


def missing() -> list[str]:
    """Programs that pictures need and this machine has not."""
    return [name for name in NEEDED if shutil.which(name) is None]


def main() -> None:
    """Plays both pages in fresh folders and writes their pictures."""
    if lacking := missing():
        print(f"pictures stay as they are: {', '.join(lacking)} not found")
        return
    for lang, page in PAGES.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)

            def call(arguments: list[str], folder: Path = folder) -> str:
                command = [sys.executable, "-c", "from cli.main import app; app()", *arguments]
                return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, encoding="utf-8").stdout

            play(page, folder, call)
            for picture in pictures(lang, folder):
                print(f"written: {picture}")


if __name__ == "__main__":
    main()
