"""Every reason that the code can give for a rejected row has a Chinese text, and no text is left over."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.exports.columns import KINDS
from collectors.exports.pages import WHOLE_ROW
from collectors.exports.wording import CHINESE, HEADERS, column_of, told, worded

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
SENTENCE = re.compile(r"(?<![-\w])[A-Za-z]{2,} [a-z]{2,}")  # "--frame unknown" is none
PASSED_ON = {"reason", "expected"}  # attributes of what another place has made
ARGUMENTS = {
    "BadCell": ("reason", "expected"),
    "Unreadable": ("reason", "expected"),
    "Reject": ("line", "column", "reason", "expected"),
    "worded": ("text", "lang"),
}


@dataclass
class Reasons(ast.NodeVisitor):
    """The literal texts of a module that reach a rejected row; {} for what is filled in."""

    module: ModuleType
    functions: list[ast.AST] = field(default_factory=list)
    cells: list[bool] = field(default_factory=list)
    found: set[str] = field(default_factory=set)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.cells.append(any(ast.unparse(base) == "BadCell" for base in node.bases))
        self.generic_visit(node)
        self.cells.pop()

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func).split(".")[-1]
        name = "BadCell" if name == "__init__" and self.cells and self.cells[-1] else name
        if name in ARGUMENTS:
            given = dict(zip(ARGUMENTS[name], node.args, strict=False)) | {str(word.arg): word.value for word in node.keywords}
            for role in ("reason", "expected", "text"):
                if role in given:
                    self.found |= self.texts(given[role])
            column = given.get("column")
            assert not isinstance(column, (ast.Constant, ast.JoinedStr)), f"line {node.lineno}: a column that no file has"
            if isinstance(column, ast.Name) and column.id == "WHOLE_ROW":
                self.found.add(WHOLE_ROW)
        self.generic_visit(node)

    def texts(self, value: ast.expr) -> set[str]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return {value.value}
        if isinstance(value, ast.JoinedStr):
            return {"".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)}
        if isinstance(value, ast.IfExp):
            return self.texts(value.body) | self.texts(value.orelse)
        if isinstance(value, ast.BinOp):
            return {left + right for left, right in product(self.texts(value.left), self.texts(value.right))}
        return set() if isinstance(value, ast.Attribute) and value.attr in PASSED_ON else self.named(value)

    def named(self, value: ast.expr) -> set[str]:
        local = list(self.assigned(value.id)) if isinstance(value, ast.Name) else []
        return set().union(*map(self.texts, local)) if local else {self.constant(value)}

    def constant(self, value: ast.expr) -> str:
        known: object = self.module
        for part in ast.unparse(value).split("."):
            known = getattr(known, part, None)
        assert isinstance(known, str), f"{self.module.__name__}, line {value.lineno}: a reason that this test cannot read"
        return known

    def assigned(self, name: str) -> Iterator[ast.expr]:
        for node in ast.walk(self.functions[-1]) if self.functions else ():
            if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
                yield node.value


def reasons_of(source: str, module: ModuleType) -> set[str]:
    visitor = Reasons(module)
    visitor.visit(ast.parse(source))
    return visitor.found


def test_every_reason_of_the_code_has_a_chinese_text_and_no_text_is_left_over() -> None:
    found: set[str] = set()
    for room in ("collectors", "jobs", "cli"):
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if path.name not in {"errors.py", "wording.py"} and re.search(r"\b(BadCell|Reject|Unreadable|worded)\(", source):
                name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
                found |= reasons_of(source, importlib.import_module(name))
    assert {text for text in found if text not in CHINESE} == set(), "no Chinese for these"
    assert {text for text in CHINESE if text not in found} == set(), "nothing says these any more"
    assert len(found) > 60


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("raise BadCell('a', expected=EMPTY + ' b')", {"a", "empty b"}),
        ("Reject(1, WHOLE_ROW, f'{n} cells', x if y else 'no')", {WHOLE_ROW, "{} cells", "one", "two", "no"}),
        ("Reject(1, shown, bad.reason, bad.expected)", set()),
        ("cells.refuse(1, 'a', BadCell(ids.LOST, 'b'))", {"an id that a spreadsheet turned into a rounded number: its last digits are lost", "b"}),
    ],
)  # fmt: skip
def test_the_reader_of_the_code_follows_names_and_choices(code: str, expected: set[str]) -> None:
    source = f"def f():\n    x = 'one'\n    x = 'two'\n    {code}\n"
    assert reasons_of(source, importlib.import_module("collectors.exports.parse")) == expected


@pytest.mark.parametrize("code", ["Reject(1, 'account', 'a', 'b')", "BadCell(unheard_of, 'b')", "BadCell(some(), 'b')"])
def test_what_the_reader_of_the_code_cannot_follow_is_no_pass(code: str) -> None:
    with pytest.raises(AssertionError):
        reasons_of(code, importlib.import_module("collectors.exports.parse"))


@pytest.mark.parametrize(("english", "chinese"), CHINESE.items())
def test_the_chinese_texts_are_chinese_and_carry_the_same_parts(english: str, chinese: str) -> None:
    assert HAN.search(chinese)
    assert not SENTENCE.search(chinese)
    assert english.count("{}") == chinese.count("{}")
    assert english.isascii() or HAN.search(english) or "¥" in english
    assert worded(english.replace("{}", "7"), "zh") == chinese.replace("{}", "7")
    assert worded(english, "en") == english


@given(st.text(min_size=1, max_size=30))
def test_what_is_filled_in_comes_over_unchanged(part: str) -> None:
    assert worded(f"a value, as {part}", "zh") == f"填写一个值, 如 {part}"


def test_examples_of_all_columns_come_over() -> None:
    for kind in KINDS.values():
        for column in kind.columns:
            if column.required:
                assert worded(f"a value, as {column.example}", "zh").endswith(column.example)


def test_a_text_without_chinese_is_an_error_not_a_guess() -> None:
    with pytest.raises(LookupError, match="no Chinese"):
        worded("a reason that nobody gives", "zh")


def test_a_users_column_keeps_its_name_even_if_it_is_one_of_our_words() -> None:
    assert [column_of(name, "zh") for name in ("text", "empty", "粉丝", WHOLE_ROW)] == ["text", "empty", "粉丝", "整行"]
    assert column_of(WHOLE_ROW, "en") == WHOLE_ROW
    assert not any(header.isascii() for header in HEADERS["zh"])


def test_a_sentence_counts_rows_and_names_the_first_five_lines() -> None:
    one = told(WHOLE_ROW, "3 cells", "2 cells, as the header has; cells with separators in quotes", 1, [4], "zh")
    assert one == "整行: 有 3 个单元格(共 1 行: 第 4 行)。应为: 与表头相同的 2 个单元格; 含分隔符的单元格加引号。"
    assert "第 1, 2, 3, 4, 5 等 行" in told("a", "empty", "text", 9, [1, 2, 3, 4, 5, 6], "zh")
    many = told("a", "empty", "text", 9, [1, 2, 3, 4, 5, 6], "en")
    assert many == "a: empty (9 rows, line 1, 2, 3, 4, 5 and more). Expected text."
