"""What the planner's workbook holds: its sheets, the columns of each, the fields of the brief, and what may be chosen in a cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.exports.columns import KINDS, Column, Kind
from collectors.exports.wording import Lang


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet with a row each: a kind of import, its title in both languages, the columns that a new workbook shows.

    `owner` is the column that says whose row it is: a link, an id, or a name that the list of candidates has.
    """

    kind: Kind
    zh: str
    en: str
    shows: tuple[str, ...]
    owner: str

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a new workbook."""
        return tuple(self.kind.column(name) for name in self.shows)

    def title(self, lang: Lang) -> str:
        """The sheet's name."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the brief: its name here, its label in both languages, a hint to whoever fills it in, whether it is a list.

    Entries of a list are separated by commas, semicolons or line breaks, Chinese ones too.
    """

    name: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    many: bool = False

    def label(self, lang: Lang) -> str:
        """The line's label."""
        return self.zh if lang == "zh" else self.en

    def hint(self, lang: Lang) -> str:
        """What to write there."""
        return self.hint_zh if lang == "zh" else self.hint_en


LANGS: tuple[Lang, Lang] = ("zh", "en")
BRIEF: Mapping[Lang, str] = MappingProxyType({"zh": "需求", "en": "Brief"})
BRIEF_HEADS: Mapping[Lang, tuple[str, str, str]] = MappingProxyType(
    {"zh": ("需求项", "填写", "说明"), "en": ("Brief", "Answer", "Hint")}
)
GUIDE: Mapping[Lang, str] = MappingProxyType({"zh": "说明", "en": "Guide"})

TABLES = (
    TableSheet(KINDS["candidates"], "名单", "Candidates", ("given", "name", "platform", "native_id", "note"), "given"),
    TableSheet(
        KINDS["quotes"], "报价", "Quotes",
        ("account", "platform", "format", "declared", "price", "currency", "platform_fee", "tax", "rebate", "rights", "valid_until", "observed_at"),
        "account",
    ),
    TableSheet(
        KINDS["audience"], "画像", "Audience", ("account", "platform", "base", "dimension", "bucket", "share", "n", "observed_at"), "account",
    ),
    TableSheet(
        KINDS["performance"], "表现", "Performance",
        ("account", "platform", "metric", "value", "q1", "q3", "n", "days", "paid", "observed_at"), "account",
    ),
)  # fmt: skip

FIELDS = (
    Field("client", "客户", "Client", "客户名称;只给这个客户用的资料会带上它", "The client's name; what is only for this client carries it"),
    Field("campaign", "项目", "Campaign", "项目名称;也是名单的名字", "The campaign's name; the list is called by it"),
    Field("product", "产品", "Product", "推广什么", "What is promoted"),
    Field("goal", "目标", "Goal", "想达到什么", "What is to be reached"),
    Field("budget", "预算", "Budget", "如 30万 或 CNY 300,000", "As 300,000 or CNY 300,000"),
    Field("dates", "档期", "Dates", "上线时间,照原样保留", "When it runs; kept as written"),
    Field("platforms", "平台", "Platforms", "如 微博, B站", "As weibo, bilibili", many=True),
    Field("brands", "自有品牌", "Own brands", "客户自己的品牌名", "The client's own brands", many=True),
    Field("competitors", "竞品", "Competitors", "竞争品牌名", "Competing brands", many=True),
    Field("gender", "目标人群:性别", "Persona: gender", "女 或 男;不限则留空", "female or male; empty for any"),
    Field("ages", "目标人群:年龄段", "Persona: age bands", "18 岁起,如 18-24, 25-34", "From 18 on, as 18-24, 25-34", many=True),
    Field("regions", "目标人群:地区", "Persona: regions", "如 上海, 浙江", "As Shanghai, Zhejiang", many=True),
    Field("interests", "目标人群:兴趣", "Persona: interests", "如 露营;`fanfit persona interests` 列出全部", "As camping; `fanfit persona interests` lists them", many=True),
    Field("keywords", "目标人群:关键词", "Persona: keywords", "说过其中任何一个词即算", "Whoever has used any of these words", many=True),
    Field("not_keywords", "排除:关键词", "Excluded: keywords", "说过其中任何一个词的人不算", "Whoever has used any of these does not count", many=True),
    Field("remarks", "备注", "Remarks", "照原样保留", "Kept as written"),
)  # fmt: skip
PERSONA_FIELDS = ("gender", "ages", "regions", "interests", "keywords", "not_keywords")

# What a cell may be chosen from, by the column's name: in Chinese and in English, as imports understand them.
CHOICES: Mapping[str, Mapping[Lang, tuple[str, ...]]] = MappingProxyType(
    {
        "platform": {
            "zh": ("微博", "B站", "抖音", "小红书", "快手", "知乎", "公众号", "X", "YouTube", "Bluesky", "Mastodon"),
            "en": ("weibo", "bilibili", "douyin", "xiaohongshu", "kuaishou", "zhihu", "wechat", "x", "youtube", "bluesky", "mastodon"),
        },
        "base": {"zh": ("粉丝", "观众", "互动者"), "en": ("followers", "viewers", "engagers")},
        "dimension": {
            "zh": ("性别", "年龄段", "省份", "城市", "城市级别", "兴趣", "设备"),
            "en": ("gender", "age band", "province", "city", "city tier", "interest", "device"),
        },
        "metric": {
            "zh": ("播放", "阅读", "曝光", "互动", "点赞", "评论", "转发", "收藏"),
            "en": ("plays", "reads", "impressions", "interactions", "likes", "comments", "shares", "saves"),
        },
        "paid": {"zh": ("是", "否"), "en": ("yes", "no")},
        "declared": {"zh": ("是", "否"), "en": ("yes", "no")},
        "format": {
            "zh": ("图文", "视频1-20秒", "视频21-60秒", "视频60秒以上", "直播", "转发", "直发"),
            "en": ("image text", "video 1-20 s", "video 21-60 s", "video 60 s+", "live", "repost", "short post"),
        },
        "currency": {"zh": ("CNY", "USD", "HKD", "EUR", "JPY"), "en": ("CNY", "USD", "HKD", "EUR", "JPY")},
    }
)  # fmt: skip


_HEADERS: Mapping[str, Mapping[Lang, str]] = MappingProxyType({"given": {"zh": "主页链接", "en": "profile url"}})


def header(column: Column, lang: Lang) -> str:
    """A column's header in a new workbook: one that imports understand."""
    own = _HEADERS.get(column.name)
    if own is not None:
        return own[lang]
    return column.zh if lang == "zh" else column.name.replace("_", " ")


_HINTS: Mapping[Lang, Mapping[str, str]] = MappingProxyType(
    {
        "zh": {
            "example": "例", "must": "必填", "choose": "可从列表选择,也可以写别的", "owner": "主页链接、用户ID,或“名单”里的名称",
            "link": "主页链接(短链接无法识别);没有链接时写平台和用户ID",
        },
        "en": {
            "example": "Example", "must": "required", "choose": "Choose from the list, or write another",
            "owner": "A profile link, an id, or a name of the candidates' sheet",
            "link": "The profile's link (short links cannot be read); without one, platform and user id",
        },
    }
)  # fmt: skip


def hint(of: TableSheet, column: Column, lang: Lang) -> str:
    """What stands as a remark on a column's header in a new workbook."""
    words = _HINTS[lang]
    parts = [words["link"] if column.name == "given" else words["owner"] if column.name == of.owner else ""]
    parts += [
        words["must"] if column.required or column.name == of.owner else "",
        words["choose"] if column.name in CHOICES else "",
    ]
    parts += [f"{words['example']}: {column.example}" if column.example else ""]
    return "\n".join(part for part in parts if part)


OUR_HINTS = frozenset(hint(sheet, column, lang) for sheet in TABLES for column in sheet.columns for lang in LANGS)
