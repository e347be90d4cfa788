"""The page's addresses: a workbook in, its problems cell by cell, a run, the ranked list, the files. No script in it."""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import FastAPI, File, Form, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from collectors.errors import CollectorError
from collectors.planner.blank import write_workbook
from jobs.planning import PlannerJob, read_workbook
from jobs.reporting import FORMATS, write_report
from jobs.scoring import run_shortlist
from reports.errors import ReportError
from reports.numbers import Lang
from scoring.errors import ScoringError
from storage.errors import StorageError
from storage.queries import list_names
from storage.runs import list_personas, list_runs, load_persona
from web.gate import COOKIE, Gate, Keys
from web.pages import Pages
from web.place import Place

if TYPE_CHECKING:
    from storage.engine import Store

MEDIA = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".csv": "text/csv; charset=utf-8", ".html": "text/html; charset=utf-8",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pdf": "application/pdf",
}  # fmt: skip


def make_app(place: Place, keys: Keys, hosts: frozenset[str]) -> FastAPI:
    """The page over one workspace; `hosts` are the names and port under which this machine is asked."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    site = Site(place, keys)
    for path, answer in (
        ("/enter/{link}", site.enter), ("/", site.start), ("/workbook/{name}", site.empty), ("/runs/{run}", site.run), ("/runs/{run}/{name}", site.file),
    ):  # fmt: skip
        app.add_api_route(path, answer, methods=["GET"], response_model=None)
    for path, taken in (("/read", site.read), ("/rank", site.rank)):
        app.add_api_route(path, taken, methods=["POST"], response_model=None)
    for kind in (StorageError, CollectorError, ScoringError, ReportError):
        app.add_exception_handler(kind, site.refused)
    app.add_middleware(Gate, keys=keys, hosts=hosts)
    return app


class Site:
    """What each address answers; every request opens the store for itself."""

    def __init__(self, place: Place, keys: Keys) -> None:
        self.place = place
        self.keys = keys
        self.pages = Pages(place, keys)

    def enter(self, link: str) -> Response:
        """The printed link: works once and gives the browser its key."""
        if not self.keys.enter(link):
            return HTMLResponse(self.pages.message("used", self.place.lang), 403)
        answer = RedirectResponse(f"/?lang={self.place.lang}", 303)
        answer.set_cookie(COOKIE, self.keys.browser, httponly=True, samesite="strict")
        return answer

    def start(self, lang: str = "") -> Response:
        """Upload, choice, results so far."""
        with self.place.store("open") as store:
            runs, lists = list_runs(store), list_names(store)
            personas = _personas(self.place.workspace, store)
        return HTMLResponse(self.pages.start(runs, lists, personas, self._lang(lang)))

    def empty(self, name: Literal["zh", "en"]) -> Response:
        """The workbook to fill in."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "planner.xlsx"
            write_workbook(path, name)
            headers = {"content-disposition": f"attachment; filename={path.name}"}
            return Response(path.read_bytes(), media_type=MEDIA[".xlsx"], headers=headers)

    def read(
        self, book: Annotated[UploadFile, File()], form: Annotated[str, Form()], lang: Annotated[str, Form()] = ""
    ) -> Response:
        """Reads an uploaded workbook, which lies in a folder of its own meanwhile."""
        spoken = self._lang(lang)
        if not self.keys.sent_by_us(form):
            return HTMLResponse(self.pages.message("foreign", spoken), 403)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / (Path(book.filename or "").name or "workbook.xlsx")
            with path.open("wb") as stream:
                shutil.copyfileobj(book.file, stream)
            job = PlannerJob(path, self.place.workspace, timezone=self.place.timezone, lang=spoken)
            with self.place.store("open") as store:
                found = read_workbook(store, job, now=self.place.now())
                personas = _personas(self.place.workspace, store)
        return HTMLResponse(self.pages.read(found, personas, spoken))

    def rank(
        self, persona: Annotated[str, Form()], candidates: Annotated[str, Form()], form: Annotated[str, Form()], lang: Annotated[str, Form()] = ""
    ) -> Response:  # fmt: skip
        """Makes a run and its report, then shows it under its own address."""
        place, spoken = self.place, self._lang(lang)
        if not self.keys.sent_by_us(form):
            return HTMLResponse(self.pages.message("foreign", spoken), 403)
        with place.store("open") as store:
            run, _ = run_shortlist(
                store, place.workspace, _persona_text(place.workspace, store, persona), candidates, place.parameters, now=place.now(),
                code_version=place.code_version, where=persona, processes=place.processes,
            )  # fmt: skip
            write_report(store, place.workspace, run, formats=[kind for kind in FORMATS if kind != "pdf"], langs=(spoken,))
        return RedirectResponse(f"/runs/{run}?lang={spoken}", 303)

    def run(self, run: int, lang: str = "") -> Response:
        """The ranked list of a run."""
        with self.place.store("open") as store:
            return HTMLResponse(self.pages.run(store, run, self._lang(lang)))

    def file(self, run: int, name: str) -> Response:
        """One file of a run's report; nothing else of the workspace has an address."""
        folder = self.place.workspace / "reports" / f"run-{run}"
        if name not in {path.name for path in folder.glob("*") if path.is_file()}:
            return HTMLResponse(self.pages.message("gone", self.place.lang), 404)
        kind = Path(name).suffix
        disposition: Literal["inline", "attachment"] = "inline" if kind == ".html" else "attachment"
        return FileResponse(folder / name, media_type=MEDIA.get(kind), filename=name, content_disposition_type=disposition)

    async def refused(self, _: Request, error: Exception) -> Response:
        """Whatever the program refuses, in its own words."""
        return HTMLResponse(self.pages.refusal(str(error), self.place.lang), 422)

    def _lang(self, asked: str) -> Lang:
        return cast("Lang", asked) if asked in {"zh", "en"} else self.place.lang


def _personas(workspace: Path, store: "Store") -> list[str]:
    """Persona files of the workspace, and the names of those that were scored before."""
    files = sorted(path.name for path in (workspace / "personas").glob("*.yaml"))
    return files + sorted({each.name for each in list_personas(store)} - {name.removesuffix(".yaml") for name in files})


def _persona_text(workspace: Path, store: "Store", name: str) -> str:
    files = {path.name: path for path in (workspace / "personas").glob("*.yaml")}
    return files[name].read_text("utf-8-sig") if name in files else load_persona(store, name).text
