"""From what was found to the pages: the templates filled, everything escaped."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from jobs.planning import WorkbookRead
from reports.build import build_report
from reports.desk import D
from reports.numbers import Lang, headed
from reports.sentence import Sentence
from reports.text import T
from scoring.results import from_json
from storage.runs import RunSummary, load_run
from web.gate import Keys
from web.place import Place
from web.words import W

if TYPE_CHECKING:
    from storage.engine import Store

SHOWN_RUNS = 20
MESSAGES = {
    "used": Sentence(
        "链接只能用一次。请重新运行 `fanfit open` 获取新链接。", "The link works once. Start `fanfit open` again for a new one."
    ),
    "foreign": Sentence("这个表单不是从本页面发出的,没有处理。", "This form did not come from this page; nothing was done."),
    "gone": W.gone,
}


class Pages:
    """The pages of one workspace."""

    def __init__(self, place: Place, keys: Keys) -> None:
        self.place = place
        self.keys = keys

    def start(self, runs: Sequence[RunSummary], lists: Sequence[str], personas: Sequence[str], lang: Lang) -> str:
        """Upload, choice, results so far."""
        return self._page("start", lang, runs=runs[:SHOWN_RUNS], lists=lists, personas=personas, chosen="", picked="")

    def read(self, found: WorkbookRead, personas: Sequence[str], lang: Lang) -> str:
        """What came of a workbook: sheets, cells that were not understood, remarks; and the choice with its list and persona set."""
        problems = [each for sheet in found.sheets for each in sheet.problems] + list(found.problems)
        unmatched = sum(
            each.match.status != "matched"
            for sheet in found.sheets
            if sheet.outcome is not None
            for each in sheet.outcome.matches
        )
        return self._page(
            "read", lang, found=found, problems=problems, unmatched=unmatched, lists=[found.list_name], personas=personas,
            zone=self.place.timezone, chosen=found.list_name, picked=found.persona.name if found.persona else "",
        )  # fmt: skip

    def run(self, store: "Store", run: int, lang: Lang) -> str:
        """The ranked list of a run and its files."""
        kept = load_run(store, run)
        report = build_report(from_json(kept.result), run_id=run, created=kept.summary.created, lang=lang, top=0)
        folder = self.place.workspace / "reports" / f"run-{run}"
        files = sorted(path.name for path in folder.glob(f"run-{run}-{lang}*") if path.is_file())
        return self._page("run", lang, r=report, run=run, files=files, list_name=kept.summary.list_name)

    def message(self, key: str, lang: Lang) -> str:
        """One sentence and the way back."""
        return self._page("message", lang, text=MESSAGES[key](lang))

    def refusal(self, text: str, lang: Lang) -> str:
        """Why something was not done, as the program says it."""
        return self._page("message", lang, text=text)

    def _page(self, name: str, lang: Lang, **values: object) -> str:
        template = environment().get_template(f"{name}.html.j2")
        return template.render(w=W, t=T, d=D, lang=lang, form=self.keys.form, version=self.place.version, **values)


@cache
def environment() -> Environment:
    """The page's templates; whatever is filled in is escaped."""
    made = Environment(
        loader=PackageLoader("web", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["headed"] = headed
    return made
