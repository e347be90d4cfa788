"""Why a file is refused whole for what stands in it, in the reader's language: its columns, its first rows, its times."""

from collections import Counter
from collections.abc import Sequence

from collectors.errors import FileRefused
from collectors.exports.columns import WIDE_ATTRIBUTES, Column, Kind
from collectors.exports.mapping import ColumnMapping, example, quoted
from collectors.exports.pages import Reject
from collectors.exports.wording import Lang, places, told

TEXT = {
    "columns": (
        """{file} is not understood as {kind}: no column for {missing}. Its headers are: {headers}.
Expected, for example:
{table}
Rename the headers, or say which is which in a file for --mapping:
{mapping}""",
        """{file} 无法按 {kind} 读取: 缺少 {missing} 列。文件的表头为: {headers}。
应为, 例如:
{table}
请修改表头, 或在 --mapping 文件中说明各列:
{mapping}""",
    ),
    "or": (" or ", " 或 "),
    "and": (", ", "、"),
    "attributes": ("name and value (or columns headed {names})", "属性(name) 和 属性值(value)(或以 {names} 为表头的列)"),
    "platform": (
        "{file} has no column for the platform. Name it with --platform, as --platform weibo.",
        "{file} 没有平台列。请用 --platform 说明平台, 如 --platform weibo。",
    ),
    "no rows": (
        "{file} has a header but no rows. Expected at least one.",
        "{file} 只有表头, 没有数据。至少应有一行。",
    ),
    "local times": (
        (
            "{file} has local times without a zone (line {lines}). Say whose clock they are: "
            "--timezone Asia/Shanghai for China, or another zone's name."
        ),
        "{file} 中有未说明时区的当地时间(第 {lines} 行)。请说明时区: 中国为 --timezone Asia/Shanghai, 或其他时区名。",
    ),
    "no good row": (
        "None of the first {number} rows of {file} can be imported:\n{reasons}",
        "{file} 的前 {number} 行都无法导入:\n{reasons}",
    ),
}


def said(key: str, lang: Lang, **values: object) -> str:
    """A text of this page in one language."""
    return TEXT[key][lang == "zh"].format(**values)


def missing_columns(kind: Kind, mapping: ColumnMapping, lang: Lang) -> list[str]:
    """The columns that a file of the kind must have and this one has not, as its reader knows them."""
    has = {*mapping.columns, *mapping.constants}
    missing = [_named(column, lang) for column in kind.columns if column.required and column.name not in {*has, "platform"}]
    if kind.any_of and not has.intersection(kind.any_of):
        missing.append(said("or", lang).join(_named(kind.column(name), lang) for name in kind.any_of))
    if kind.name == "attributes" and not mapping.attributes and not {"name", "value"} <= has:
        missing.append(said("attributes", lang, names=", ".join(WIDE_ATTRIBUTES)))
    return missing


def _named(column: Column, lang: Lang) -> str:
    return column.name if lang == "en" else f"{column.zh}({column.name})"


def wrong_columns(file: str, kind: Kind, missing: Sequence[str], header: Sequence[str], lang: Lang) -> FileRefused:
    """The refusal of a file without a column that it must have: what it has, what was expected, an example."""
    parts = {"headers": quoted(header, lang), "table": example_table(kind, lang), "mapping": example(kind)}
    return FileRefused(said("columns", lang, file=file, kind=kind.name, missing=said("and", lang).join(missing), **parts))


def example_table(kind: Kind, lang: Lang) -> str:
    """Two lines of a file of the right shape: header and a row."""
    names = [
        column
        for column in kind.columns
        if column.required or column.name in kind.any_of[:1] or column.name in {"name", "value", "orders"}
    ]
    header = [column.name if lang == "en" else column.zh for column in names]
    return "\n".join(",".join(row) for row in (header, [column.example.replace(",", "") for column in names]))


def no_good_row(file: str, rejects: Sequence[Reject], lang: Lang) -> FileRefused:
    """The refusal of a file of whose first rows none can be read: the most frequent reasons, with lines and what was expected."""
    counted = Counter((reject.column, reject.reason, reject.expected) for reject in rejects)
    lines: list[str] = []
    for (column, reason, expected), number in counted.most_common(5):
        where = [reject.line for reject in rejects if (reject.column, reject.reason) == (column, reason)]
        lines.append("  " + told(column, reason, expected, number, where, lang))
    return FileRefused(said("no good row", lang, file=file, number=len(rejects), reasons="\n".join(lines)))


def local_times(file: str, lines: Sequence[int], lang: Lang) -> FileRefused:
    """The refusal of a file with times of which nobody said where they hold."""
    return FileRefused(said("local times", lang, file=file, lines=places(lines, lang)))
