"""The shipped example of a filled workbook: every account and figure in it is simulated, and its texts say so."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from collectors.exports.wording import Lang
from collectors.planner.blank import Rows

# Invented accounts: platform's link, names in both languages, share of women, of 25-34, shares' people, median reads or plays, asked, rebate.
_ACCOUNTS = (
    ("https://weibo.com/u/9000000001", "模拟·山野晨光", "Simulated: Morning Ridge", 0.71, 0.46, 4200, 58_000, 12_000, "10%"),
    ("https://weibo.com/u/9000000002", "模拟·周末去扎营", "Simulated: Weekend Camp", 0.66, 0.52, 3900, 96_000, 26_000, "15%"),
    ("https://weibo.com/u/9000000003", "模拟·城市慢跑", "Simulated: City Jog", 0.48, 0.44, 5100, 121_000, 30_000, "10%"),
    ("https://weibo.com/u/9000000004", "模拟·阿禾的厨房", "Simulated: Ahe's Kitchen", 0.83, 0.31, 6100, 210_000, 45_000, "20%"),
    ("https://weibo.com/u/9000000005", "模拟·装备研究所", "Simulated: Gear Lab", 0.22, 0.49, 2800, 74_000, 18_000, "10%"),
    ("https://weibo.com/u/9000000006", "模拟·小鹿穿搭", "Simulated: Deer Outfits", 0.90, 0.40, 7300, 330_000, 80_000, "25%"),
    ("https://space.bilibili.com/9000007", "模拟·露营老张", "Simulated: Camper Zhang", 0.35, 0.55, 3300, 410_000, 52_000, "10%"),
    ("https://space.bilibili.com/9000008", "模拟·她在路上", "Simulated: She Travels", 0.74, 0.58, 4700, 265_000, 38_000, "12%"),
    ("https://space.bilibili.com/9000009", "模拟·帐篷物理学", "Simulated: Tent Physics", 0.29, 0.41, 2100, 150_000, 21_000, "10%"),
)  # fmt: skip
_WORDS: Mapping[Lang, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "client": "模拟品牌(示例)", "campaign": "camp-spring", "product": "帐篷(模拟)", "goal": "让更多 25-34 岁女性了解", "budget": "30万",
            "gender": "女", "ages": "25-34", "remarks": "本工作簿为示例,账号和数字全部是模拟的", "female": "女", "male": "男", "followers": "粉丝",
            "gender is": "性别", "age is": "年龄段", "reads": "阅读", "plays": "播放", "image": "图文", "video": "视频60秒以上", "yes": "是", "no": "否",
            "note": "模拟:去年合作过,配合度高", "bad": "面议", "short": "模拟·只有短链接",
        },
        "en": {
            "client": "Simulated brand (example)", "campaign": "camp-spring", "product": "Tents (simulated)", "goal": "More women of 25-34 know it", "budget": "300,000",
            "gender": "female", "ages": "25-34", "remarks": "This workbook is an example; every account and figure is simulated", "female": "female",
            "male": "male", "followers": "followers", "gender is": "gender", "age is": "age band", "reads": "reads", "plays": "plays", "image": "image text",
            "video": "video 60 s+", "yes": "yes", "no": "no", "note": "Simulated: worked with last year, easy to deal with", "bad": "negotiable",
            "short": "Simulated: short link only",
        },
    }
)  # fmt: skip
AGES = (("18-24", 0.45), ("35-44", 0.35), ("45+", 0.2))  # what is not 25-34, in these parts


def example(lang: Lang, today: date) -> tuple[dict[str, str], Rows]:
    """Answers of the brief and rows of every sheet, dated before `today`; two cells are wrong on purpose: a price in words, a short link."""
    words = _WORDS[lang]
    seen, until = f"{today - timedelta(days=20):%Y-%m-%d}", f"{today + timedelta(days=60):%Y-%m-%d}"
    rows: dict[str, list[dict[str, object]]] = {"candidates": [], "quotes": [], "audience": [], "performance": []}
    for at, (link, zh, en, women, band, people, median, asked, rebate) in enumerate(_ACCOUNTS):
        name, video = (zh if lang == "zh" else en), "bilibili" in link
        rows["candidates"].append({"given": link, "name": name, "note": words["note"] if at == 1 else ""})
        rows["quotes"].append({
            "account": name, "format": words["image"], "declared": words["yes"], "price": asked, "currency": "CNY", "platform_fee": "5%", "rebate": rebate,
            "valid_until": until, "observed_at": seen,
        })  # fmt: skip
        shares = (
            (words["gender is"], words["female"], women),
            (words["gender is"], words["male"], 1 - women),
            (words["age is"], "25-34", band),
            *((words["age is"], bucket, (1 - band) * part) for bucket, part in AGES),
        )
        rows["audience"] += [
            {
                "account": name,
                "base": words["followers"],
                "dimension": what,
                "bucket": bucket,
                "share": round(share, 4),
                "n": people,
                "observed_at": seen,
            }
            for what, bucket, share in shares
        ]
        rows["performance"].append({
            "account": name, "metric": words["plays" if video else "reads"], "value": median, "q1": round(median * 0.6), "q3": round(median * 1.7), "n": 24,
            "days": 90, "paid": words["no"], "observed_at": seen,
        })  # fmt: skip
    rows["candidates"].append({"given": "https://t.cn/A6simul8", "name": words["short"]})
    rows["quotes"].append(
        {
            "account": rows["candidates"][0]["name"],
            "format": words["video"],
            "price": words["bad"],
            "currency": "CNY",
            "observed_at": seen,
        }
    )
    brief = {key: words[key] for key in ("client", "campaign", "product", "goal", "budget", "gender", "ages", "remarks")}
    return brief, rows
