"""What `placements show` says, in Chinese and English."""

from typing import Any

TEXTS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("account", "platform", "evidence", "predicted rank", "band", "followers", "placed", "placements", "cost", "impressions", "clicks",
                  "orders", "revenue", "cost per order", "cost per click", "cost per 1,000 impressions"),
        "grades": {"A": "A person-level", "B": "B range", "C": "C content only"}, "badge": "{badge}, {base}",
        "bases": {"followers": "followers", "viewers": "viewers", "engagers": "engagers"}, "not in run": "not in the run",
        "measures": {"orders": "orders", "clicks": "clicks", "impressions": "impressions", "revenue": "revenue"},
        "currencies": "several currencies", "comma": ", ",
        "none": "No placements: bring them with `fanfit import placements FILE`.",
        "run": "Predicted by run {id} ({persona} v{version}, list {list}) of {when} UTC.",
        "after": " It was made AFTER the first placement of {n} of {of} accounts: for these it is no prediction.",
        "no run": "Nothing was predicted: no run before the first of these placements says anything of their accounts.",
        "later only": "Nothing was predicted: no run before the first of these placements says anything of their accounts. Run {id} was made "
        "afterwards; --run {id} compares with it and says so.",
        "agreement": "{grade}: the run's order beside what came ({measure}), {n} accounts (1 the same, 0 unrelated, -1 turned around): {run}. "
        "Ordered by followers instead: {followers}.",
        "tau": "{value:.2f} ({low:.2f} to {high:.2f}, {n} accounts)", "no order": "no figure (too few accounts known, or all equal)",
        "one band": " The run held them all in one band: it said that it could not tell them apart.",
        "too few": "{grade}: too few accounts to compare the run's order with what happened ({n}, needs {least}).",
        "concentration": "{top} of {total} {measure} ({percent} %) came through one account: {account}, of {n}. These are counted.",
        "spread": "As concentrated as an even spread over {effective} accounts; {most} of {n} made 80 %.",
        "limits": "With {n} other accounts of the kind the top one would bring {low} to {high} %, as an even spread over {few} to {many} accounts; "
        "{least} to {most} would make 80 % (95 % limits; accounts, not orders, are the unit).",
        "no limits": "Too few accounts (needs {least}) to say what other accounts of the kind would do.",
        "unknown": "{n} accounts have no {measure} known: they are not counted as 0, they are left out.",
        "partly": "{n} accounts have {measure} of some of their placements only: they count with what is known (≥), which is at least that.",
        "unread": "{n} newer runs were written by another version and could not be read.",
        "without": "Nothing was placed with: {names}.",
        "not learned": "Nothing is learned from these outcomes yet: no rank or figure of a run changes by them.",
    },
    "zh": {
        "heads": ("账号", "平台", "依据", "预测名次", "档", "粉丝数", "发布日期", "条数", "费用", "曝光", "点击", "订单", "成交额", "单均成本", "点击成本", "千次曝光成本"),
        "grades": {"A": "A 逐人样本", "B": "B 范围", "C": "C 仅内容"}, "badge": "{badge}({base})",
        "bases": {"followers": "粉丝", "viewers": "观众", "engagers": "互动者"}, "not in run": "不在该次评分中",
        "measures": {"orders": "订单", "clicks": "点击", "impressions": "曝光", "revenue": "成交额"},
        "currencies": "多个币种", "comma": "、",
        "none": "没有投放记录:请用 `fanfit import placements 文件` 导入。",
        "run": "预测来自第 {id} 次评分({persona} v{version},名单 {list},{when} UTC)。",
        "after": " 其中 {of} 个账号里有 {n} 个的首次投放早于这次评分:对它们而言这不是预测,而是事后评分。",
        "no run": "没有预测:首次投放之前,没有任何评分涉及这些账号。",
        "later only": "没有预测:首次投放之前,没有任何评分涉及这些账号。第 {id} 次评分是事后做的;用 --run {id} 可与它对照,并会注明是事后。",
        "agreement": "{grade}:评分顺序与实际{measure}顺序的一致程度,{n} 个账号(1 完全一致,0 无关,-1 完全相反):{run}。若只按粉丝数排序:{followers}。",
        "tau": "{value:.2f}({low:.2f} 至 {high:.2f},{n} 个账号)", "no order": "无法给出(已知账号太少,或全部相同)",
        "one band": " 该次评分把它们放在同一档:当时就说明分不出先后。",
        "too few": "{grade}:账号太少,无法比较评分顺序与实际结果(现有 {n} 个,至少 {least} 个)。",
        "concentration": "{total} {measure}中有 {top}({percent}%)来自一个账号:{account}(共 {n} 个)。这是实际计数。",
        "spread": "集中程度相当于平均分给 {effective} 个账号;{n} 个账号中 {most} 个完成了 80%。",
        "limits": "若换 {n} 个同类账号,最高的一个会占 {low}% 至 {high}%,相当于平均分给 {few} 至 {many} 个账号;{least} 至 {most} 个会完成 80%"
        "(95% 界限;以账号而不是订单为单位)。",
        "no limits": "账号太少(至少 {least} 个),无法推断换成其他同类账号会怎样。",
        "unknown": "{n} 个账号的{measure}未取得:不按 0 计,未计入。",
        "partly": "{n} 个账号只有部分投放取得了{measure}:按已知部分计(≥),实际只多不少。",
        "unread": "有 {n} 次较新的评分由其他版本写成,无法读取。",
        "without": "没有投放:{names}。",
        "not learned": "目前还不从这些结果中学习:任何评分的名次和数字都不会因此改变。",
    },
}  # fmt: skip
# What a narrow terminal goes without, first to last; account, predicted rank, cost, orders and what an order cost stay.
DROPS = {1: 1, 7: 2, 15: 3, 14: 4, 5: 5, 6: 6, 12: 7, 9: 8, 10: 9, 4: 10, 2: 11}
LEFT = frozenset({0, 1, 2, 4, 6})
