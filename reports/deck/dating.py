"""Office files whose bytes depend on what they hold alone: every time inside is that of the run."""

import re
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIRST = (1980, 1, 1, 0, 0, 0)  # the first moment a ZIP archive can hold


def dated(package: bytes, created: datetime) -> bytes:
    """The package of parts, and the workbooks of charts in it, with `created` (UTC) for the time they were written at.

    Workbooks name it in their core part (ECMA-376 part 2, section 8.3, dcterms:created and dcterms:modified).
    """
    out = BytesIO()
    with ZipFile(BytesIO(package)) as read, ZipFile(out, "w", ZIP_DEFLATED) as written:
        for part in read.infolist():
            content = read.read(part)
            if part.filename.endswith(".xlsx"):
                content = dated(content, created)
            elif part.filename == _CORE:
                content = _TIMES.sub(rb"\g<1>" + f"{created:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<3>", content)
            kept = ZipInfo(part.filename, _FIRST)
            kept.compress_type = ZIP_DEFLATED
            written.writestr(kept, content)
    return out.getvalue()
