"""What a reader is told of a rejected row, in English as the code says it or in Chinese."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from collectors.exports.pages import WHOLE_ROW

Lang = Literal["zh", "en"]

HEADERS: Mapping[Lang, tuple[str, str, str, str]] = MappingProxyType(
    {"en": ("line", "column", "reason", "expected"), "zh": ("行号", "列", "原因", "应为")}
)

# English as it stands in the code, {} for a part that differs from row to row and is carried over as it is: numbers, an example,
# a currency's code. A test reads the code: no text of it is missing here, and none is here that the code does not have.
CHINESE: Mapping[str, str] = MappingProxyType(
    {
        WHOLE_ROW: "整行",
        # the row as a whole
        "quotation marks that do not pair": "引号不成对",
        "quotation marks that do not pair (lines {} to {})": "引号不成对(第 {} 至 {} 行)",
        'a quote inside a quoted cell doubled: ""': '单元格内的引号写成两个: ""',
        "{} cells": "有 {} 个单元格",
        "{} cells, as the header has; cells with separators in quotes": "与表头相同的 {} 个单元格; 含分隔符的单元格加引号",
        "not a JSON object": "不是 JSON 对象",
        'one JSON object, as {"platform": "weibo", "native_id": "1234567890"}': (
            '每行一个 JSON 对象, 如 {"platform": "weibo", "native_id": "1234567890"}'
        ),
        "contradicts an earlier row of this file": "与本文件前面的行矛盾",
        "one value for one key; the first was kept": "同一对象只有一个值; 已保留最先出现的",
        "not a report of this vendor": "不是该供应商的报告",
        "a report as the vendor's interface answers it": "供应商接口返回的报告",
        "parts that add up neither to their group nor to 100 %": "各部分之和既不等于所属组, 也不等于 100 %",
        "parts of everyone or of each group": "占全体或占各组的比例",
        "a fraction from 0 to 1": "0 到 1 的小数",
        # any cell
        "empty": "空",
        "a value, as {}": "填写一个值, 如 {}",
        "a nested value": "嵌套的值",
        "one plain value": "一个单独的值",
        "the error value of a formula": "公式的错误值",
        "a value": "一个值",
        "a NUL character": "含有空字符(NUL)",
        "text": "文本",
        "a text of more than 100,000 characters": "文本超过 100,000 字",
        "a shorter one; an unclosed quote above it joins rows into one": "较短的文本; 上文若有未闭合的引号, 会把多行并成一行",
        "neither yes nor no": "既不是“是”也不是“否”",
        "yes or no (是 / 否, true / false, 1 / 0)": "是或否(是 / 否, true / false, 1 / 0)",
        # ids, handles, platforms
        "a truth value": "逻辑值(TRUE 或 FALSE), 不是ID",
        "a handle, not an id": "账号名, 不是ID",
        "an address, not an id": "链接, 不是ID",
        "not an id": "不是ID",
        "a number with a fraction or a sign": "带小数或正负号的数字, 不是ID",
        "the platform's own id, whole, as text": "平台的完整用户ID或内容ID, 文本格式",
        "an id that a spreadsheet turned into a rounded number: its last digits are lost": "ID被表格软件取整, 末尾几位已丢失",
        "the whole id: export again with the id column formatted as text (文本)": "完整的ID: 请把ID列设为“文本”格式后重新导出",
        "not a handle": "不是账号名",
        "a handle or screen name on one line, with or without @": "一行以内的账号名, 可带或不带 @",
        "not a platform's name": "不是平台名",
        "one word in letters, digits, - or _, as weibo, bilibili, x, youtube, bluesky": (
            "一个由字母、数字、- 或 _ 组成的词, 如 weibo, bilibili, x, youtube, bluesky"
        ),
        "not a kind of engagement": "不是互动类型",
        "like, comment, repost or quote (点赞, 评论, 转发, 引用)": "点赞、评论、转发或引用(like, comment, repost, quote)",
        "shares that do not add up to 100 % (the audience in part, buckets that overlap, or an error in the file): {} dimensions": (
            "占比合计不是 100%(只列了部分受众、选项重叠, 或文件有误): {} 个维度"
        ),
        "not a kind of audience": "不是受众口径",
        "followers, viewers or engagers (粉丝, 观众, 互动者)": "粉丝、观众或互动者(followers, viewers, engagers)",
        "a short link: it is not followed; write the profile's own address, its id or its handle": (
            "短链接, 不会打开; 请写主页的完整链接、用户ID或账号名"
        ),
        "not the address of a profile page; write the profile's own address, its id or its handle": (
            "不是主页的链接; 请写主页链接、用户ID或账号名"
        ),
        # the planner's workbook
        "the workbook carries macros: they were not run": "工作簿带有宏, 没有运行",
        "{} cells are computed: the values saved with the workbook are read": "{} 个单元格是公式, 读取的是随文件保存的结果",
        "sheet {} is none of the workbook's, or one that it already has, and was not read: {} rows": (
            "工作表 {} 不是工作簿里应有的表, 或已有同类的表, 没有读取: {} 行"
        ),
        "{} rows are hidden in the workbook (a filter?) and are imported too": "{} 行在工作簿中被隐藏(筛选?), 也已读入",
        "a formula without its result": "公式没有保存结果",
        "a value: open the workbook in a spreadsheet program, save it, and read it again": "一个值: 请用表格软件打开工作簿并保存, 再重新读取",
        "one figure merged over several rows": "一个数字合并在多行上",
        "each row's own figure: undo the merge and write it into every row": "每行各自的数字: 请取消合并, 逐行填写",
        "a name that several candidates have": "多个候选账号同名",
        "the platform beside it, or the link of the one that is meant": "在旁边写明平台, 或写所指账号的链接",
        "not a share": "不是占比",
        "a share as 35%, 35 or 0.35": "占比, 如 35%, 35 或 0.35",
        # counts
        "not a count": "不是数目",
        "not a whole number": "不是整数",
        "too large for a count": "数目过大",
        "a whole number that is not negative, as 12345, 12,345, 1.2万, 3亿 or 1.2k; empty if not known": (
            "非负整数, 如 12345, 12,345, 1.2万, 3亿 或 1.2k; 不知道则留空"
        ),
        # times
        "not a time": "不是时间",
        "a day or an hour that does not exist": "日期或时刻不存在",
        "an offset of a day or more": "时区偏移达一天或以上",
        "a time before 1990 or after 2099": "时间早于 1990 年或晚于 2099 年",
        "a time in the future": "未来的时间",
        "a time as 2026-03-05T14:00:00+08:00, 2026-03-05 14:00, 2026/3/5, 2026年3月5日 14:00, or seconds or milliseconds since 1970": (
            "时间, 如 2026-03-05T14:00:00+08:00, 2026-03-05 14:00, 2026/3/5, 2026年3月5日 14:00, 或自 1970 年起的秒数或毫秒数"
        ),
        "a day number of a spreadsheet": "表格软件的日期序号",
        (
            "the column formatted as a date there; a time as 2026-03-05T14:00:00+08:00, 2026-03-05 14:00, 2026/3/5, 2026年3月5日 14:00, "
            "or seconds or milliseconds since 1970"
        ): "请在表格软件中把该列设为日期格式; 或写成 2026-03-05T14:00:00+08:00, 2026-03-05 14:00, 2026/3/5, 2026年3月5日 14:00, 或自 1970 年起的秒数或毫秒数",
        "a local time without a zone": "当地时间, 未说明时区",
        "a zone in the cell, or --timezone for the whole file (for China: --timezone Asia/Shanghai)": (
            "在单元格中写明时区, 或用 --timezone 说明整个文件的时区(中国: --timezone Asia/Shanghai)"
        ),
        # prices
        "not a single amount": "不是单一金额",
        "not an amount": "不是金额",
        "finer than the currency's smallest unit": "比该币种的最小单位还细",
        "an amount as 1200, 1,200.50, ¥1,200, 1.2万元 or USD 500": "金额, 如 1200, 1,200.50, ¥1,200, 1.2万元 或 USD 500",
        "an amount; leave the row out if there is no price": "金额; 没有报价就不写这一行",
        "not a currency": "不是币种",
        "an ISO code as CNY, USD or EUR": "ISO 币种代码, 如 CNY, USD 或 EUR",
        "two currencies in one row": "同一行有两个币种",
        "the same currency in the amount and in the currency column": "金额与币种列使用同一币种",
        "no currency": "没有币种",
        "a currency beside the amount, in a column, or --currency": "在金额旁、币种列或 --currency 中写明币种",
        "a currency without a rate": "该币种没有汇率",
        "--rates {}=...": "用 --rates {}=... 给出汇率",
        # quotes
        "neither an amount nor a percent": "既不是金额也不是百分比",
        "an amount or a share of the price, as 500元 or 5%": "金额或占报价的比例, 如 500元 或 5%",
        "an amount where a share belongs": "这里应是比例, 不是金额",
        "a share, as 20% or 0.2": "比例, 如 20% 或 0.2",
        "a share that can be read two ways": "比例有两种读法",
        "{}% or {}%, with the sign in the cell": "{}% 或 {}%, 请在单元格里写明百分号",
        "a number that can be an amount or a percent": "可能是金额, 也可能是百分比",
        "{}% or {}元, with the sign in the cell": "{}% 或 {}元, 请在单元格里写明单位",
        "another currency than the price": "币种与报价不同",
        "every amount of a quote in the currency of its price": "同一报价的各项金额使用同一币种",
        "a share above 100 %": "比例超过 100%",
        "a share finer than a ten-thousandth of a percent": "比例精确到万分之一个百分点以下",
        "neither declared nor not": "看不出是否报备",
        "yes or no (报备 / 非报备, 是 / 否); empty if it is not known": "报备或非报备(是 / 否); 不知道则留空",
        "it ends before the day of the quote": "有效期早于报价日期",
        "the day up to which the quote holds": "报价有效的最后一天",
        "a rebate above the price": "返点超过报价",
        "the rebate of this price, up to the whole of it": "不超过报价的返点",
        # placements
        "cost and revenue in two currencies": "费用与成交额币种不同",
        "both in one currency": "两者使用同一币种",
        "nothing is said of what it cost or brought": "既没有费用, 也没有任何结果",
        "at least one of cost, impressions, clicks, orders and revenue": "费用、曝光、点击、订单、成交额中至少一项",
        "another client than the one of --client": "与 --client 所给的客户不同",
        "rows of one client, or no --client": "只含一个客户的行, 或不用 --client",
        # whom a row means
        "no account": "没有写账号",
        "the account's id, handle or profile address": "用户ID、账号名或主页链接",
        "an id, a handle or a profile address": "用户ID、账号名或主页链接",
        "ambiguous: not exactly one account is meant": "对应多个账号, 无法确定是哪一个",
        "unmatched: not exactly one account is meant": "找不到对应的账号",
        "an account that is known: import the candidates or the accounts first, or give its id": (
            "已知的账号: 请先导入候选名单或账号, 或给出用户ID"
        ),
        "the account follows itself": "账号关注了自己",
        "the id of another account": "另一个账号的ID",
        "a second list": "出现了第二份名单",
        "one list a file when --total says its whole count; a column of whole counts (total, 粉丝总数) serves several lists": (
            "用 --total 给出总数时, 一个文件只含一份名单; 多份名单请用总数列(total, 粉丝总数)"
        ),
        "the attribute's name and value, as gender and 女": "属性名和属性值, 如 gender 和 女",
        # of the whole import
        "a list is longer than the whole count that was stated for it: the number of followers read is taken instead": (
            "有名单比所声明的粉丝总数还长: 以实际读到的粉丝数为准"
        ),
        "rows were refused, so a list stated as complete lacks them: correct and import the file again, or say --frame unknown": (
            "有行被拒绝, 声明为完整(complete)的名单因此缺了它们: 请更正后重新导入, 或改用 --frame unknown"
        ),
    }
)


def worded(text: str, lang: Lang) -> str:
    """A reason, what was expected, or a note of an import, in the reader's language.

    Raises:
        LookupError: a text that has no Chinese.
    """
    return text if lang == "en" else _chinese(text)


def told(column: str, reason: str, expected: str, number: int, lines: Sequence[int], lang: Lang) -> str:
    """A sentence on all rows that were refused for one reason: how many, the first of their lines, what was expected.

    >>> told("粉丝", "not a count", "a value", 2, [3, 7], "en"), told("粉丝", "not a count", "a value", 2, [3, 7], "zh")
    ('粉丝: not a count (2 rows, line 3, 7). Expected a value.', '粉丝: 不是数目(共 2 行: 第 3, 7 行)。应为: 一个值。')
    """
    if lang == "zh":
        return f"{column_of(column, lang)}: {_chinese(reason)}(共 {number} 行: 第 {places(lines, lang)} 行)。应为: {_chinese(expected)}。"
    return f"{column}: {reason} ({number} row{'' if number == 1 else 's'}, line {places(lines, lang)}). Expected {expected}."


def column_of(name: str, lang: Lang) -> str:
    """A column's header stays as the file has it; only the words for the row as a whole are ours."""
    return _chinese(name) if name == WHOLE_ROW and lang == "zh" else name


def places(lines: Sequence[int], lang: Lang = "en") -> str:
    """Line numbers for a message: the first five."""
    more = "" if len(lines) <= 5 else " and more" if lang == "en" else " 等"
    return ", ".join(map(str, lines[:5])) + more


@lru_cache(maxsize=1024)
def _chinese(text: str) -> str:
    if text in CHINESE:
        return CHINESE[text]
    for shape, chinese in _shapes():
        if found := shape.fullmatch(text):
            pieces = chinese.split("{}")
            return pieces[0] + "".join(part + piece for part, piece in zip(found.groups(), pieces[1:], strict=True))
    message = f"collectors/exports/wording.py has no Chinese for {text!r}. Expected an entry in CHINESE: add one."
    raise LookupError(message)


@lru_cache(maxsize=1)
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The texts with parts: what matches them, and their Chinese."""
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), chinese)
        for english, chinese in CHINESE.items()
        if "{}" in english
    )
