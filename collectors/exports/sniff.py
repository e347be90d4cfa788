"""What a file is, from one pass over its bytes: digest, format, encoding; what it cannot be is said before anything is read."""

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path

from collectors.errors import FileRefused

FORMATS = {".csv": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet"}  # fmt: skip
ENDINGS = "CSV, TSV, XLSX, JSONL or Parquet (.csv, .tsv, .xlsx, .jsonl, .parquet)"
TEXT = frozenset({"csv", "tsv", "jsonl"})
CHUNK = 1 << 20
LONGEST_LINE = 16 * CHUNK  # a line beyond it is no row of a table; it would have to be held in memory whole
_MAGIC = {
    b"PK\x03\x04": "xlsx",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls), or one locked by a password: save it as .xlsx, without a password",
    b"\x1f\x8b": "compressed (gzip): unpack it first",
    b"Rar!": "an archive (RAR): unpack it first",
    b"7z\xbc\xaf": "an archive (7z): unpack it first",
    b"%PDF": "a PDF: export the table itself",
    b"\x89PNG": "a picture",
    b"SQLi": "an SQLite database: export its table as CSV",
}
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
KNOWN_ENCODINGS = ("utf-8", "gb18030", "utf-16")


@dataclass(frozen=True, slots=True)
class Probe:
    """What one pass over a file found; `encoding` is empty for workbooks and Parquet."""

    format: str
    encoding: str
    digest: str
    size: int


def probe(path: Path, *, encoding: str | None = None) -> Probe:
    """Digest, format and encoding of a file.

    Raises:
        FileRefused: missing, a folder, empty, of an unknown or another format than its ending says, in no known encoding.
    """
    form = _by_name(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise FileRefused(message) from error
    if not head.strip(b"\xef\xbb\xbf \r\n\t"):
        message = f"{path.name} is empty. Expected a header and at least one row; `--template` writes a file to fill."
        raise FileRefused(message)
    _check_content(path, form, head)
    if form not in TEXT:
        return Probe(form, "", _digest(path), path.stat().st_size)
    digest, found = _read_text(path, head, encoding)
    return Probe(form, found, digest, path.stat().st_size)


def _by_name(path: Path) -> str:
    if path.is_dir():
        message = f"{path} is a folder. Expected a file: {ENDINGS}."
        raise FileRefused(message)
    if not path.exists():
        message = f"There is no file {path}. Expected {ENDINGS}."
        raise FileRefused(message)
    if not path.is_file():
        message = f"{path} is no ordinary file. Expected {ENDINGS}."
        raise FileRefused(message)
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        message = f"{path.name} ends in {path.suffix or 'nothing'}. Expected {ENDINGS}: convert the file, or correct its name."
        raise FileRefused(message)
    return form


def _check_content(path: Path, form: str, head: bytes) -> None:
    found = next((what for magic, what in _MAGIC.items() if head.startswith(magic)), None)
    if found == form:
        return
    if found is not None:
        what = f"a file of the format {found}: correct its ending" if found in {"xlsx", "parquet"} else found
        message = f"{path.name} ends in {path.suffix} but is {what}. Expected {form.upper()}."
        raise FileRefused(message)
    if form in {"xlsx", "parquet"}:
        message = f"{path.name} ends in {path.suffix} but is no such file. Expected {form.upper()}; if it is text, name it .csv."
        raise FileRefused(message)
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if form == "jsonl" and not start.startswith((b"{", b"\xff\xfe", b"\xfe\xff")):
        what = "a JSON array: write one object per line" if start.startswith(b"[") else "not one JSON object per line"
        message = f'{path.name} is {what}. Example of a line: {{"platform": "weibo", "native_id": "1234567890"}}'
        raise FileRefused(message)
    if form != "jsonl" and start.startswith((b'{"', b"[{", b"<")):
        message = f"{path.name} ends in {path.suffix} but holds JSON or HTML. Expected {form.upper()} with a header; name JSON lines .jsonl."
        raise FileRefused(message)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _read_text(path: Path, head: bytes, wanted: str | None) -> tuple[str, str]:
    """Digest and encoding; decodes everything once, so that no page meets a byte it cannot read."""
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    if wanted is not None and wanted.lower() not in {*KNOWN_ENCODINGS, "utf-8-sig", "gbk", "gb2312"}:
        message = f"--encoding {wanted!r} is not known. Expected one of {', '.join(KNOWN_ENCODINGS)}."
        raise FileRefused(message)
    if marked is None and b"\0" in head.split(b"\n", 1)[0]:
        message = f"{path.name} is binary, or UTF-16 without its mark. Expected {ENDINGS}; save text as UTF-8."
        raise FileRefused(message)
    chosen = marked or {"gbk": "gb18030", "gb2312": "gb18030"}.get((wanted or "").lower(), wanted) or "utf-8"
    scan = _scan(path, chosen)
    if scan.fault is None:
        return scan.digest, chosen
    if marked is None and wanted is None and scan.chinese < 5 and _scan(path, "gb18030").fault is None:
        return scan.digest, "gb18030"
    message = (
        f"{path.name} is not readable as {chosen.upper().replace('-SIG', '')}: line {scan.fault} holds bytes that are no text in it. "
        "Expected UTF-8 or GB18030; save the file again as UTF-8, or name its encoding with --encoding."
    )
    raise FileRefused(message)


@dataclass(slots=True)
class _Scan:
    digest: str = ""
    fault: int | None = None
    chinese: int = 0  # wide characters read without fault: five are no accident


def _scan(path: Path, encoding: str) -> _Scan:
    digest, scan = hashlib.sha256(), _Scan()
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, unbroken = 1, 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            unbroken = 0 if b"\n" in chunk or b"\r" in chunk else unbroken + len(chunk)
            if unbroken >= LONGEST_LINE:
                message = f"{path.name} has a line of more than 16 MB (line {lines}). Expected rows of a table, one a line."
                raise FileRefused(message)
            if scan.fault is None:
                try:
                    text = decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    whole: bytes = error.object
                    scan.fault = lines + whole[: error.start].count(b"\n")
                    text = whole[: error.start].decode(encoding, "replace") if encoding != "utf-16" else ""
                if not text.isascii() and scan.chinese < 5:
                    scan.chinese += sum("\u3000" <= sign <= "\uffef" and sign != "\ufffd" for sign in text)
            lines += chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        scan.fault = scan.fault or lines
    scan.digest = digest.hexdigest()
    return scan
