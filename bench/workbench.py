"""From a planner's filled workbook of 200 accounts to XLSX, PPTX, HTML and CSV in one language: the whole program, beside a bare writer.

    python bench/workbench.py [--accounts 200] [--rounds 3]

SET `workbook`. METHOD `fanfit`: `workbook read`, `shortlist`, `report`, three processes as a planner starts them, on a fresh workspace.
METHOD `bare`: the cells of the workbook and of the XLSX that fanfit wrote, written again with XlsxWriter and nothing else, in one process.
Accounts and figures are simulated. wall_s is the median of the rounds, ratio that of `bare`.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from collectors.planner.blank import write_workbook  # noqa: E402

BARE = """
import sys, openpyxl, xlsxwriter
for number, given in enumerate(sys.argv[2:]):
    cells = openpyxl.load_workbook(given, read_only=True, data_only=True)
    with xlsxwriter.Workbook(f"{sys.argv[1]}/bare-{number}.xlsx") as book:
        for sheet in cells.worksheets:
            made = book.add_worksheet(sheet.title)
            for row, line in enumerate(sheet.iter_rows(values_only=True)):
                for column, value in enumerate(line):
                    if value is not None:
                        made.write(row, column, value)
"""


def example(path: Path, accounts: int) -> None:
    """A simulated workbook: two dimensions, a quote and a median of each account."""
    rng = random.Random(3)  # noqa: S311 - simulated figures
    rows: dict[str, list[dict[str, object]]] = {"candidates": [], "quotes": [], "audience": [], "performance": []}
    for at in range(accounts):
        name, women, reads = f"模拟账号{at:03d}", rng.uniform(0.2, 0.9), rng.randrange(2_000, 300_000)
        cuts = sorted(rng.random() for _ in range(3))
        ages = (cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 1 - cuts[2])
        shares = [
            ("性别", "女", women),
            ("性别", "男", 1 - women),
            *(("年龄段", band, part) for band, part in zip(("18-24", "25-34", "35-44", "45+"), ages, strict=True)),
        ]
        rows["candidates"].append({"given": f"https://weibo.com/u/{5_000_000 + at}", "name": name})
        rows["quotes"].append(
            {"account": name, "format": "图文", "price": rng.randrange(2_000, 90_000, 500), "currency": "CNY", "rebate": "10%"}
        )
        rows["audience"] += [
            {"account": name, "base": "粉丝", "dimension": what, "bucket": bucket, "share": part, "n": 5_000}
            for what, bucket, part in shares
        ]
        rows["performance"].append({"account": name, "metric": "阅读", "value": reads, "n": 30, "days": 90, "paid": "否"})
    write_workbook(path, "zh", brief={"campaign": "spring", "gender": "女", "ages": "18-24, 25-34"}, rows=rows)


def run(*command: str) -> float:
    """Wall seconds of a process that must succeed."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - begun


def one_round(folder: Path, book: Path) -> tuple[float, float]:
    """Seconds of fanfit and of the bare writer, on a workspace of its own."""
    fanfit = (sys.executable, "-c", "from cli.main import app; app()", "--workspace", str(folder / "ws"))
    run(*fanfit, "init", "--controller", "bench", "--purpose", "bench", "--contact", "bench")
    steps = (
        ("workbook", "read", str(book)),
        ("shortlist", "--persona", str(folder / "ws" / "personas" / "spring.yaml"), "--candidates", "spring"),
        ("report", "--format", "xlsx,pptx,html,csv", "--lang", "zh", "-o", str(folder / "out")),
    )
    ours = sum(run(*fanfit, *step) for step in steps)
    return ours, run(sys.executable, "-c", BARE, str(folder), str(book), *map(str, (folder / "out").glob("*.xlsx")))


def main() -> None:
    """Run, print a table, end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    seconds: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as place:
        book = Path(place) / "planner.xlsx"
        example(book, asked.accounts)
        for number in range(asked.rounds):
            folder = Path(place) / str(number)
            folder.mkdir()
            seconds.append(one_round(folder, book))
    ours, bare = (median(column) for column in zip(*seconds, strict=True))
    results = {
        "fanfit": {"wall_s": round(ours, 2), "ratio": round(ours / bare, 2)},
        "bare": {"wall_s": round(bare, 2), "ratio": 1.0},
    }
    for name, figures in results.items():
        print(f"{name:<10}{figures['wall_s']:>8.2f} s{figures['ratio']:>8.1f}")
    print(json.dumps({"bench": "workbench", "results": {"workbook": results}}))


if __name__ == "__main__":
    main()
