"""Write a run's report: stored result -> report parts -> files in the workspace."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.ceiling import clauses_of_run
from jobs.listing import marks_of
from jobs.peers import peers_of_run
from jobs.quoting import quotes_listed
from reports.brand import Brand
from reports.build import TOP_SECTIONS, build_report
from reports.ceiling import clause_part
from reports.edition import clauses_for_client, client_report, for_client, marks_for_client, peers_for_client
from reports.numbers import Lang
from reports.persona_reading import read_aloud
from reports.prices import quote_line
from reports.render_csv import write_csv
from reports.render_html import html
from reports.render_pdf import pdf
from reports.render_pptx import pptx
from reports.render_xlsx import xlsx
from scoring.errors import PersonaError
from scoring.persona import parse_persona
from scoring.results import Shortlist, from_json
from scoring.tiers import Tiers
from storage.clients import together
from storage.queries import list_names
from storage.runs import RunRow, load_persona_by_id, load_run

if TYPE_CHECKING:
    from reports.parts import PriceLine, Report
    from storage.engine import Store

USUAL_TIERS = Tiers()
FORMATS = ("html", "xlsx", "csv", "pptx", "pdf")
USUAL = ("html", "xlsx", "csv")


def write_report(
    store: "Store",
    workspace: Path,
    run_id: int | None = None,
    *,
    formats: Sequence[str] = USUAL,
    langs: Sequence[Lang] = ("zh", "en"),
    folder: Path | None = None,
    top: int = TOP_SECTIONS,
    client: str = "",
    tiers: Tiers = USUAL_TIERS,
    clauses: bool = False,
    brand: Brand | None = None,
) -> tuple[int, list[Path]]:
    """Write the files of a run (the newest without `run_id`) to `folder`, by default reports/run-<id>/; its number and the files.

    Each account is held against similar ones of the workspace as they stood when the run was made; `tiers` say what is of one size.
    With `clauses` the run's kept input is scored again without each clause of the persona.
    With a `brand` it is the client edition: what a client may see, in files of their own name.

    Raises:
        NotFound: no such run.
        ClientMismatch: `client` is named, and the run is another's.
        Refused: `clauses` are asked for, and the run's input is gone.
        OSError: the folder cannot be written.
    """
    run = load_run(store, run_id)
    together({"this report": client, f"run {run.id}": run.summary.client})
    shortlist = from_json(run.result)
    target = folder or workspace / "reports" / f"run-{run.id}"
    target.mkdir(parents=True, exist_ok=True)
    persona = load_persona_by_id(store, run.persona_id)
    marks = marks_of(store, shortlist.list_name)
    if brand is not None:
        shortlist = for_client(shortlist, marks or {}, brand)
        marks = None if marks is None else marks_for_client(marks, brand)
    peers = peers_of_run(store, shortlist, tiers, as_of=run.summary.created, client=run.summary.client)
    left_out = clauses_of_run(store, workspace, run.id, client=client)[1:] if clauses else None
    if left_out is not None and brand is not None:
        left_out = left_out[0], clauses_for_client(left_out[1], shortlist)
    name = f"run-{run.id}" if brand is None else f"run-{run.id}-client"
    written = []
    for lang in langs:
        report = build_report(
            shortlist,
            run_id=run.id,
            created=run.summary.created,
            lang=lang,
            top=top,
            code_version=run.summary.code_version,
            why_not=None if run.summary.recomputable else run.summary.why_not or "expired",
            reading=_in_words(persona.text, lang),
            peers=peers if brand is None else peers_for_client(peers, brand),
            marks=marks,
            clauses=None if left_out is None else clause_part(*left_out, lang),
            quotes=() if brand is not None else _quotes(store, shortlist, run, lang),
        )
        if brand is not None:
            report = client_report(report, brand)
        for kind in formats:
            path = target / f"{name}-{lang}.{kind}"
            written += _write(report, kind, path)
    return run.id, written


def _quotes(store: "Store", shortlist: Shortlist, run: RunRow, lang: Lang) -> "list[PriceLine]":
    """The quotes of the list's accounts that were held when the run was made, those of its client and anybody's; none where the list is gone."""
    made, name = run.summary.created, shortlist.list_name
    if name not in list_names(store):
        return []
    found = quotes_listed(store, name, None, now=made, client=run.summary.client).rows
    return [
        quote_line(
            each.account, each.quote.format, each.quote.declared, each.net, each.quote.valid_until, lang, expired=each.expired
        )
        for each in found
        if each.quote.observed_at <= made
    ]


def _in_words(text: str, lang: Lang) -> str:
    """The persona in words; nothing where this version of fanfit refuses what it was then: the run's figures stand all the same."""
    try:
        return read_aloud(parse_persona(text), lang, name_seeds=False)
    except PersonaError:
        return ""


def _write(report: "Report", kind: str, path: Path) -> list[Path]:
    """The files that a format makes of a report."""
    if kind == "csv":
        return write_csv(report, path)
    if kind == "html":
        path.write_text(html(report), encoding="utf-8")
    elif kind == "xlsx":
        xlsx(report, path)
    elif kind == "pptx":
        pptx(report, path)
    elif kind == "pdf":
        pdf(report, path)
    else:
        message = f'there is no report format "{kind}": expected one of {", ".join(FORMATS)}'
        raise ValueError(message)
    return [path]
