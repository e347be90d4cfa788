"""Empty files to fill, one per kind: a header that the importer understands without a mapping, id columns as text."""

import csv
import json
from pathlib import Path
from typing import Literal

from collectors.errors import FileRefused
from collectors.exports.columns import Kind
from collectors.exports.sniff import FORMATS


def write_template(kind: Kind, path: Path, *, lang: Literal["zh", "en"]) -> None:
    """Writes a header and no row; JSONL gets one object with empty values, which an import skips.

    Raises:
        FileRefused: the file exists, or its ending is none of the formats.
    """
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        message = f"{path.name} ends in {path.suffix or 'nothing'}. Expected .csv, .tsv, .xlsx, .jsonl or .parquet."
        raise FileRefused(message)
    if path.exists():
        message = f"{path} exists already: a template does not replace it. Name another file."
        raise FileRefused(message)
    header = [column.zh if lang == "zh" else column.name for column in kind.columns]
    if form == "xlsx":
        _workbook(kind, path, header)
    elif form == "parquet":
        _parquet(path, header)
    elif form == "jsonl":
        path.write_text(json.dumps(dict.fromkeys(header, ""), ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:  # with its mark, spreadsheets read Chinese headers right
            csv.writer(stream, delimiter="\t" if form == "tsv" else ",").writerow(header)


def _workbook(kind: Kind, path: Path, header: list[str]) -> None:
    import xlsxwriter  # noqa: PLC0415 - only for workbooks

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(kind.name)
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True})
        for index, (column, name) in enumerate(zip(kind.columns, header, strict=True)):
            sheet.set_column(index, index, 18, text if column.reads in {"id", "handle", "time"} else None)
            sheet.write_string(0, index, name, bold)
        sheet.freeze_panes(1, 0)


def _parquet(path: Path, header: list[str]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - only for Parquet
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    pq.write_table(pa.table({name: pa.array([], pa.string()) for name in header}), path)
