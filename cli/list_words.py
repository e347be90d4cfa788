"""What `list show | set | history | mark | diff` say, in both languages."""

from typing import Annotated, Any

import typer

from cli.wiring import Lang

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; kept with the change.")]

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "show heads": ("place", "band", "evidence", "account", "status", "owner", "slot", "MCN", "own place", "note"),
        "run": "Place and band: run {run}. Evidence A: from a sample; B: a range of a vendor's shares; C: own content only. Grades share no order.",
        "no run": "No run of this list yet: `fanfit shortlist` says where each account stands.",
        "unmatched": "Without a status, because no account was found for them: {names}.",
        "set": "{n} fields set.", "nothing set": "Nothing changed: every field says so already.",
        "nothing asked": "Say what to set: --status, --owner, --note, --mcn, --slot, --order with --order-reason. An empty text clears a field.",
        "history heads": ("when", "account", "field", "was set to", "by", "from"), "no history": "Nothing was ever set on this list.", "cleared": "(cleared)",
        "mark heads": ("account", "field", "went out as", "is here now", "the file says", "cell"),
        "conflict": "{account}, {field}: went out as {base}, here it is now {here}, the file says {file}. Take the file's?",
        "conflicts": "{n} fields were changed both here and in the file, differently:",
        "decide": "Nothing was written. Decide with --take file or --take mine, or run it at a terminal to be asked one by one.",
        "taken": "{changed} fields of {accounts} accounts taken from {file}; list {list}.", "would": "{changed} fields of {accounts} accounts would be taken from {file}; list {list}.",
        "none taken": "Nothing to take: {file} says what the list {list} says already ({rows} rows read).",
        "kept": "{n} fields were changed here only, after the file was written: they stay.",
        "absent": "{n} accounts of the list are not in the file: they stay as they are.",
        "hidden": "{n} hidden or filtered rows were read like all others.", "columns": "The file has no column for: {names}. Those stay as they are.",
        "problems": "{n} cells or rows were not taken:", "empty": "nothing",
        "bad_value": "{detail}", "unknown_key": "its hidden key is none of this list: altered, or of another workspace",
        "no_key": "it has no key: a row that somebody added. Bring new accounts in with `fanfit candidates import`",
        "other_account": "its key is of {detail}, its cells name another account: were columns sorted apart? Put them back together",
        "twice": "the account stands twice and says two things; the other says: {detail}", "two_columns": "a second column {detail!r}: only the first is read",
        "older": "the same account stands again in a row of an earlier file; that of the later one was taken",
        "diff heads": ("account", "on", "A: place", "B: place", "A: price", "B: price", "status"),
        "on": {"both": "both", "a": "A only", "b": "B only"},
        "side": "{letter}: {name}{run}: {accounts} accounts, cost {cost} ({priced} priced), {people} followers known here, each once{fitting}.",
        "side run": " (run {run})", "no cost": "not known",
        "fitting": "; fitting followers of {n} accounts with a sample {value} ({low} to {high}; sums of limits, people of several counted several times)",
        "shared": "{n} people known here follow accounts of both: {share} of the smaller side.", "shared none": "No person known here follows accounts of both.",
        "in both": "{both} accounts on both, {a} only in A, {b} only in B.",
    },
    "zh": {
        "show heads": ("名次", "梯队", "证据", "账号", "状态", "负责人", "档期", "MCN", "人工排序", "备注"),
        "run": "名次与梯队:第 {run} 次运行。证据 A:来自样本;B:第三方占比得出的区间;C:只看自己的内容。不同等级不混排。",
        "no run": "这个名单还没有运行:`fanfit shortlist` 会给出每个账号的位置。",
        "unmatched": "以下未找到账号,没有状态:{names}。",
        "set": "已设置 {n} 项。", "nothing set": "没有变化:各项本来就是如此。",
        "nothing asked": "请说明要设置什么:--status、--owner、--note、--mcn、--slot,或 --order 与 --order-reason。空文本表示清除。",
        "history heads": ("时间", "账号", "项目", "改为", "操作人", "来源"), "no history": "这个名单从未设置过任何内容。", "cleared": "(清除)",
        "mark heads": ("账号", "项目", "发出时", "现在这里", "文件中", "单元格"),
        "conflict": "{account} 的{field}:发出时为{base},现在这里是{here},文件中是{file}。采用文件中的吗?",
        "conflicts": "{n} 项在这里和文件中都改过,且不一致:",
        "decide": "未写入任何内容。请用 --take file 或 --take mine 决定,或在终端运行以逐项询问。",
        "taken": "已从 {file} 采用 {accounts} 个账号的 {changed} 项;名单 {list}。", "would": "将从 {file} 采用 {accounts} 个账号的 {changed} 项;名单 {list}。",
        "none taken": "没有可采用的:{file} 与名单 {list} 一致(共读 {rows} 行)。",
        "kept": "{n} 项只在这里改过(在文件写出之后):保持不变。",
        "absent": "名单中有 {n} 个账号不在文件里:保持不变。",
        "hidden": "{n} 个隐藏或被筛选的行照常读取。", "columns": "文件中没有这些列:{names}。对应内容保持不变。",
        "problems": "{n} 个单元格或行未采用:", "empty": "空",
        "bad_value": "{detail}", "unknown_key": "隐藏列中的标识不属于这个名单:被改动过,或来自别的工作区",
        "no_key": "没有标识:是后来添加的行。新账号请用 `fanfit candidates import` 导入",
        "other_account": "标识属于 {detail},单元格写的却是另一个账号:是否只排序了部分列?请恢复",
        "twice": "同一账号出现两次且内容不同;另一处为:{detail}", "two_columns": "第二个「{detail}」列:只读第一个",
        "older": "同一账号在较早文件的行中再次出现;已采用较新的一行",
        "diff heads": ("账号", "所在", "A 名次", "B 名次", "A 报价", "B 报价", "状态"),
        "on": {"both": "两边", "a": "仅 A", "b": "仅 B"},
        "side": "{letter}:{name}{run}:{accounts} 个账号,费用 {cost}({priced} 个有报价),工作区内已知粉丝 {people} 人(去重){fitting}。",
        "side run": "(第 {run} 次运行)", "no cost": "未知",
        "fitting": ";{n} 个有样本的账号,符合的粉丝 {value}({low} 至 {high};上下限直接相加,关注多个账号的人会重复计算)",
        "shared": "工作区内已知有 {n} 人同时关注两边的账号:占较小一边的 {share}。", "shared none": "工作区内没有已知的人同时关注两边的账号。",
        "in both": "两边都有 {both} 个账号,仅 A {a} 个,仅 B {b} 个。",
    },
}  # fmt: skip


def said_in(field: str, value: str, lang: Lang) -> str:
    """A field's value as one harmless line in that language."""
    from reports.marks import said

    return plain_name(said(field, value, lang)) if value else TEXTS[lang]["empty"]


def field_word(field: str, lang: Lang) -> str:
    """A field as readers call it."""
    from reports.marks import FIELD_WORDS

    return FIELD_WORDS[field](lang)


def plain_name(text: str) -> str:
    """A text as one harmless line."""
    from reports.numbers import name

    return name(text)
