"""What a file of each kind may hold: its columns, the headers they are known by, and an example of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Reads = Literal[
    "platform", "id", "handle", "text", "free", "count", "time", "flag", "amount", "currency", "url", "word", "share", "part"
]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of file may have.

    `name` is its name here and in mapping files, `zh` its Chinese header in templates; `known_as` are further headers that are
    understood without a mapping. `required` is met by a column or by a constant of the mapping; `may_come`: a time that may lie ahead.
    """

    name: str
    reads: Reads
    zh: str
    example: str
    known_as: tuple[str, ...] = ()
    required: bool = False
    may_come: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its columns, and the sets of which at least one must be there."""

    name: str
    columns: tuple[Column, ...]
    personal: bool = True
    any_of: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in the order in which templates have them."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there; the platform may come from --platform."""
        return tuple(column.name for column in self.columns if column.required)


PLATFORM = Column(
    "platform",
    "platform",
    "平台",
    "weibo",
    ("site", "network", "source platform", "平台名称", "所属平台", "媒体平台"),
    required=True,
)
OBSERVED = Column(
    "observed_at", "time", "观察时间", "2026-03-05T14:00:00+08:00",
    ("observed", "fetched at", "crawled at", "collected at", "snapshot date", "采集时间", "抓取时间", "更新时间", "数据时间"),
)  # fmt: skip


def _account_id(zh: str, *more: str, required: bool = True) -> Column:
    known = ("account", "user id", "uid", "userid", "id", "mid", "账号id", "帐号id", "用户id", "账号", "达人id", "up主id", *more)
    return Column("account_id", "id", zh, "1234567890", known, required)


ACCOUNTS = Kind(
    "accounts",
    (
        PLATFORM,
        Column("native_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "account id", "账号id", "帐号id", "达人id", "up主id", "mid"), required=True),
        OBSERVED,
        Column("handle", "handle", "账号名", "xiaoming", ("username", "screen name", "user name", "login", "acct", "用户名", "微博名", "账户名")),
        Column("name", "text", "昵称", "小明", ("nickname", "display name", "nick", "full name", "名称", "名字", "达人昵称", "用户昵称")),
        Column("bio", "free", "简介", "爱跑步", ("description", "about", "signature", "个人简介", "签名", "个性签名", "介绍")),
        Column("url", "url", "主页链接", "https://weibo.com/u/1234567890", ("link", "profile url", "homepage", "profile", "主页", "链接", "主页地址")),
        Column("category", "text", "分类", "运动", ("vertical", "topic", "类目", "领域", "垂类", "类别", "行业")),
        Column("verified", "flag", "认证", "是", ("is verified", "verification", "是否认证", "加v")),
        Column("followers", "count", "粉丝数", "1.2万", ("followers count", "follower count", "fans", "粉丝", "粉丝量", "粉丝总数")),
        Column("following", "count", "关注数", "320", ("followees", "followees count", "friends count", "following count", "follows count", "关注", "关注量")),
        Column("posts", "count", "发帖数", "87", ("posts count", "post count", "statuses count", "微博数", "作品数", "投稿数", "帖子数", "内容数")),
        Column("created_at", "time", "注册时间", "2019-01-02T00:00:00+08:00", ("joined", "joined at", "registered at", "account created at", "创建时间", "加入时间")),
        Column("has_avatar", "flag", "有头像", "是", ("avatar", "has picture", "是否有头像")),
    ),
)  # fmt: skip
FOLLOWS = Kind(
    "follows",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("account", "followee", "followee id", "target", "target id", "followed id", "creator id", "账号id", "帐号id", "达人id", "被关注者id", "被关注id", "up主id", "博主id"), required=True),
        Column("follower_id", "id", "粉丝ID", "9876543210", ("follower", "fan id", "fan", "source id", "follower user id", "粉丝用户id", "粉丝uid", "关注者id"), required=True),
        Column("total", "count", "粉丝总数", "512345", ("followers", "followers count", "total followers", "list total", "粉丝数", "列表总数")),
    ),
)  # fmt: skip
POSTS = Kind(
    "posts",
    (
        PLATFORM,
        Column("native_id", "id", "内容ID", "4900000000000001", ("id", "post id", "status id", "tweet id", "mid", "bvid", "aid", "uri", "微博id", "帖子id", "作品id", "视频id"), required=True),
        Column("author_id", "id", "用户ID", "9876543210", ("author", "user id", "uid", "userid", "account id", "作者id", "发布者id", "账号id"), required=True),
        Column("created_at", "time", "发布时间", "2026-03-05T14:00:00+08:00", ("created", "posted at", "published at", "publish time", "date", "time", "timestamp", "创建时间", "发表时间", "时间"), required=True),
        Column("text", "free", "正文", "今天跑了十公里", ("content", "body", "caption", "message", "post", "内容", "文本", "文案", "微博正文", "微博内容"), required=True),
        Column("is_repost", "flag", "是否转发", "否", ("repost", "retweet", "is retweet", "reblog", "转发")),
    ),
)  # fmt: skip
PRICES = Kind(
    "prices",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "账号id", "帐号id", "达人id", "up主id")),
        Column("account", "text", "账号", "@xiaoming", ("handle", "profile url", "url", "link", "screen name", "主页链接", "链接", "账号名", "达人", "主页")),
        Column("amount", "amount", "报价", "12,000", ("price", "quote", "cost", "fee", "rate", "价格", "刊例价", "费用", "金额", "含税报价"), required=True),
        Column("currency", "currency", "币种", "CNY", ("currency code", "货币", "货币单位")),
        Column("format", "word", "形式", "post", ("type", "placement", "format name", "product", "合作形式", "内容形式", "发布形式", "类型")),
        Column("observed_at", "time", "报价时间", "2026-03-05T14:00:00+08:00", ("quoted at", "date", "observed", "日期", "报价日期", "更新时间")),
        Column("valid_until", "time", "有效期至", "2026-06-30T00:00:00+08:00", ("valid to", "expires", "expires at", "有效期", "截止日期"), may_come=True),
    ),
    personal=False,
    any_of=("account_id", "account"),
)  # fmt: skip
ATTRIBUTES = Kind(
    "attributes",
    (
        PLATFORM,
        _account_id("用户ID", "native id", "粉丝id"),
        Column("name", "word", "属性", "gender", ("attribute", "field", "key", "attribute name", "属性名", "字段")),
        Column("value", "text", "属性值", "女", ("attribute value", "取值", "值")),
        OBSERVED,
    ),
)  # fmt: skip
LABELS = Kind(
    "labels",
    (
        PLATFORM,
        _account_id("用户ID", "native id", "follower id", "粉丝id"),
        Column("label", "text", "标签", "city-runners", ("persona", "label set", "label name", "人群", "目标人群", "标签名"), required=True),
        Column("value", "flag", "是否符合", "是", ("fits", "fit", "judgement", "is fit", "结果", "判断", "符合"), required=True),
        OBSERVED,
    ),
)  # fmt: skip
ENGAGEMENTS = Kind(
    "engagements",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("account", "author", "author id", "creator id", "post author", "uid", "账号id", "帐号id", "达人id", "作者id", "发布者id", "博主id", "up主id"), required=True),
        Column("post_id", "id", "内容ID", "4900000000000001", ("post", "status id", "tweet id", "mid", "bvid", "note id", "video id", "uri", "帖子id", "微博id", "作品id", "视频id", "笔记id"), required=True),
        Column("engager_id", "id", "互动者ID", "9876543210", ("engager", "user id", "userid", "commenter id", "liker id", "fan id", "互动用户id", "评论者id", "评论用户id", "点赞用户id", "转发用户id", "粉丝id"), required=True),
        Column("kind", "word", "互动类型", "评论", ("action", "type", "engagement", "engagement type", "interaction", "互动方式", "行为", "类型"), required=True),
        Column("at", "time", "互动时间", "2026-03-05T14:00:00+08:00", ("time", "date", "created at", "engaged at", "评论时间", "点赞时间", "转发时间", "时间")),
    ),
)  # fmt: skip
AUDIENCE = Kind(
    "audience",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "账号id", "帐号id", "达人id", "up主id")),
        Column("account", "text", "账号", "@xiaoming", ("handle", "profile url", "url", "link", "screen name", "主页链接", "链接", "账号名", "达人", "主页")),
        Column("base", "word", "口径", "粉丝", ("audience", "audience type", "population", "人群", "受众", "受众类型", "人群口径"), required=True),
        Column("dimension", "word", "维度", "性别", ("attribute", "breakdown", "category", "属性", "指标", "画像维度"), required=True),
        Column("bucket", "text", "选项", "女", ("value", "segment", "label", "取值", "分段", "标签", "区间"), required=True),
        Column("share", "share", "占比", "62%", ("percent", "percentage", "proportion", "ratio", "比例", "百分比"), required=True),
        Column("n", "count", "样本量", "12000", ("sample", "sample size", "base n", "样本", "样本数", "人数")),
        OBSERVED,
    ),
    personal=False,
    any_of=("account_id", "account"),
)  # fmt: skip
PERFORMANCE = Kind(
    "performance",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "账号id", "帐号id", "达人id", "up主id")),
        Column("account", "text", "账号", "@xiaoming", ("handle", "profile url", "url", "link", "screen name", "主页链接", "链接", "账号名", "达人", "主页")),
        Column("post_id", "id", "内容ID", "4900000000000001", ("post", "status id", "mid", "bvid", "note id", "video id", "帖子id", "微博id", "作品id", "视频id", "笔记id")),
        Column("metric", "word", "指标", "播放", ("measure", "figure", "kpi", "指标名", "数据指标"), required=True),
        Column("value", "count", "中位数", "12万", ("median", "amount", "数值", "值", "中位", "数据"), required=True),
        Column("q1", "count", "下四分位", "8万", ("lower quartile", "p25", "25%", "25分位")),
        Column("q3", "count", "上四分位", "20万", ("upper quartile", "p75", "75%", "75分位")),
        Column("n", "count", "内容数", "30", ("posts", "number of posts", "作品数", "条数", "样本量")),
        Column("days", "count", "统计天数", "90", ("window", "window days", "period days", "周期天数", "统计周期")),
        Column("paid", "flag", "是否商单", "否", ("sponsored", "commercial", "is paid", "商单", "是否报备", "是否付费", "是否广告")),
        OBSERVED,
    ),
    personal=False,
    any_of=("account_id", "account"),
)  # fmt: skip
QUOTES = Kind(
    "quotes",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "账号id", "帐号id", "达人id", "up主id")),
        Column("account", "text", "账号", "@xiaoming", ("handle", "profile url", "url", "link", "screen name", "主页链接", "链接", "账号名", "达人", "主页")),
        Column("format", "word", "形式", "图文", ("type", "placement", "format name", "product", "合作形式", "内容形式", "发布形式", "类型", "报价形式"), required=True),
        Column("declared", "word", "是否报备", "是", ("报备", "via platform", "is declared")),
        Column("price", "amount", "报价", "12000元", ("amount", "quote", "fee", "价格", "刊例价", "裸价", "金额"), required=True),
        Column("currency", "currency", "币种", "CNY", ("currency code", "货币", "货币单位")),
        Column("platform_fee", "part", "平台服务费", "5%", ("service fee", "platform fee rate", "service fee rate", "服务费", "平台费", "平台服务费率", "平台服务费比例", "服务费率", "服务费比例")),
        Column("tax", "part", "税费", "6%", ("vat", "tax rate", "vat rate", "税", "税金", "税点", "税率")),
        Column("rebate", "part", "返点", "30%", ("discount", "rebate rate", "rebate ratio", "返点比例", "返点率", "返点金额", "返佣", "返佣比例", "折扣返点")),
        Column("rights", "amount", "授权费", "2000元", ("rights fee", "usage rights", "授权", "版权费", "肖像授权费", "授权费用")),
        Column("exclusivity", "amount", "排竞费", "1000元", ("exclusivity fee", "排他费", "排竞", "竞品排他费")),
        Column("boost", "amount", "投流费", "3000元", ("boost fee", "boosting", "加热费", "推广费", "投流", "加热")),
        Column("commission", "part", "佣金比例", "20%", ("commission rate", "commission ratio", "佣金", "佣金率", "带货佣金")),
        Column("valid_until", "time", "有效期至", "2026-06-30", ("valid to", "expires", "expires at", "有效期", "截止日期"), may_come=True),
        Column("observed_at", "time", "报价日期", "2026-03-05", ("quoted at", "date", "observed", "quote date", "日期", "报价时间", "更新时间")),
        Column("source", "text", "来源", "", ("quoted by", "from", "mcn", "报价方", "报价来源", "所属mcn", "mcn机构")),
        Column("client", "text", "客户", "", ("brand", "advertiser", "client name", "客户名称", "品牌")),
    ),
    personal=False,
    any_of=("account_id", "account"),
)  # fmt: skip
PLACEMENTS = Kind(
    "placements",
    (
        PLATFORM,
        Column("account_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "账号id", "帐号id", "达人id", "up主id")),
        Column("account", "text", "账号", "@xiaoming", ("handle", "profile url", "screen name", "主页链接", "账号名", "达人", "主页", "博主", "kol")),
        Column("post", "text", "内容链接或ID", "BV1xx411c7mD", ("post id", "post url", "post link", "link", "url", "content link", "链接", "内容id", "内容链接", "帖子链接", "发布链接", "作品链接", "视频链接", "笔记链接", "作品id", "视频id", "笔记id")),
        Column("placed_at", "time", "发布日期", "2026-03-05", ("date", "placed", "posted at", "published at", "publish date", "publish time", "发布时间", "投放日期", "投放时间", "日期", "上线日期"), required=True),
        Column("format", "word", "形式", "图文", ("type", "placement", "format name", "product", "合作形式", "内容形式", "发布形式", "类型")),
        Column("cost", "amount", "费用", "12,000", ("price", "spend", "spent", "fee", "amount paid", "花费", "成本", "实际费用", "投放费用", "消耗", "金额")),
        Column("currency", "currency", "币种", "CNY", ("currency code", "货币", "货币单位")),
        Column("impressions", "count", "曝光", "12万", ("views", "exposure", "exposures", "曝光量", "曝光数", "展现", "展现量", "展示量")),
        Column("clicks", "count", "点击", "3,500", ("click", "link clicks", "点击量", "点击数", "点击次数")),
        Column("orders", "count", "订单", "120", ("order", "sales count", "conversions", "purchases", "订单数", "订单量", "成交单数", "成交订单数", "下单量")),
        Column("revenue", "amount", "成交额", "36,000", ("sales", "gmv", "turnover", "order value", "销售额", "成交金额", "订单金额", "收入")),
        Column("client", "text", "客户", "", ("brand", "advertiser", "client name", "客户名称", "品牌")),
        Column("campaign", "text", "活动", "", ("campaign name", "list", "list name", "project", "项目", "活动名称", "项目名称", "名单", "名单名称")),
        Column("source", "text", "来源", "", ("from", "data source", "数据来源")),
    ),
    personal=False,
    any_of=("account_id", "account"),
)  # fmt: skip
BASE = Kind(
    "base",
    (
        PLATFORM,
        Column("native_id", "id", "用户ID", "9876543210", ("id", "uid", "user id", "userid", "account id", "member id", "账号id"), required=True),
    ),
)  # fmt: skip
CANDIDATES = Kind(
    "candidates",
    (
        Column("platform", "platform", "平台", "weibo", PLATFORM.known_as),
        Column("given", "text", "账号", "https://weibo.com/u/1234567890", ("account", "candidate", "url", "link", "profile", "profile url", "homepage", "主页链接", "链接", "主页", "达人", "达人链接", "候选账号", "账号链接")),
        Column("native_id", "id", "用户ID", "1234567890", ("id", "uid", "user id", "userid", "account id", "账号id", "帐号id", "达人id", "up主id")),
        Column("handle", "handle", "账号名", "xiaoming", ("username", "screen name", "user name", "用户名", "微博名")),
        Column("name", "text", "昵称", "小明", ("nickname", "display name", "名称", "达人昵称", "达人名称")),
        Column("note", "free", "备注", "", ("notes", "comment", "remark", "说明")),
    ),
    personal=False,
    any_of=("given", "native_id", "handle"),
)  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ACCOUNTS,
            FOLLOWS,
            ENGAGEMENTS,
            POSTS,
            PRICES,
            AUDIENCE,
            PERFORMANCE,
            ATTRIBUTES,
            LABELS,
            BASE,
            CANDIDATES,
            QUOTES,
            PLACEMENTS,
        )
    }
)

# In a wide attributes file each of these headers is an attribute of its own.
WIDE_ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "gender": ("gender", "sex", "性别"),
        "age_band": ("age_band", "age band", "age", "age group", "年龄", "年龄段"),
        "region": ("region", "location", "province", "地区", "地域", "省份", "所在地"),
        "city": ("city", "城市"),
        "language": ("language", "lang", "语言"),
    }
)

# What people do with a post, as exports name it.
ENGAGEMENT_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "like": "like", "likes": "like", "liked": "like", "favourite": "like", "favorite": "like", "点赞": "like", "赞": "like",
        "repost": "repost", "retweet": "repost", "reblog": "repost", "boost": "repost", "share": "repost", "转发": "repost", "分享": "repost",
        "quote": "quote", "引用": "quote", "带评转发": "quote",
        "reply": "reply", "comment": "reply", "comments": "reply", "commented": "reply", "评论": "reply", "回复": "reply", "弹幕": "reply",
    }
)  # fmt: skip

# Whose shares they are, and of what, as exports name it.
AUDIENCE_BASES: Mapping[str, str] = MappingProxyType(
    {
        "followers": "followers", "follower": "followers", "fans": "followers", "粉丝": "followers", "粉丝画像": "followers",
        "viewers": "viewers", "viewer": "viewers", "readers": "viewers", "观众": "viewers", "观众画像": "viewers", "阅读者": "viewers", "读者": "viewers",
        "engagers": "engagers", "engager": "engagers", "互动者": "engagers", "互动用户": "engagers", "互动": "engagers",
    }
)  # fmt: skip
DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {
        "gender": "gender", "sex": "gender", "性别": "gender",
        "age": "age_band", "age_band": "age_band", "age band": "age_band", "age group": "age_band", "年龄": "age_band", "年龄段": "age_band", "年龄分布": "age_band",
        "region": "region", "province": "region", "省份": "region", "地域": "region", "地区": "region", "省级分布": "region",
        "city": "city", "城市": "city", "城市分布": "city",
        "city tier": "city_tier", "city_tier": "city_tier", "城市等级": "city_tier", "城市级别": "city_tier", "城市线级": "city_tier",
        "interest": "interest", "interests": "interest", "兴趣": "interest", "兴趣分布": "interest",
        "device": "device", "phone": "device", "设备": "device", "手机品牌": "device", "设备品牌": "device",
    }
)  # fmt: skip

METRICS: Mapping[str, str] = MappingProxyType(
    {
        "plays": "plays", "play": "plays", "views": "plays", "播放": "plays", "播放量": "plays", "观看": "plays", "观看量": "plays",
        "reads": "reads", "read": "reads", "阅读": "reads", "阅读量": "reads", "impressions": "impressions", "曝光": "impressions", "曝光量": "impressions",
        "interactions": "interactions", "engagements": "interactions", "互动": "interactions", "互动量": "interactions",
        "likes": "likes", "点赞": "likes", "点赞量": "likes", "comments": "comments", "评论": "comments", "评论量": "comments",
        "shares": "shares", "转发": "shares", "转发量": "shares", "分享": "shares", "saves": "saves", "收藏": "saves", "收藏量": "saves",
    }
)  # fmt: skip

PLATFORM_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "微博": "weibo", "新浪微博": "weibo", "sina weibo": "weibo", "b站": "bilibili", "哔哩哔哩": "bilibili", "bili": "bilibili",
        "抖音": "douyin", "小红书": "xiaohongshu", "xhs": "xiaohongshu", "rednote": "xiaohongshu", "red": "xiaohongshu",
        "快手": "kuaishou", "知乎": "zhihu", "微信": "wechat", "公众号": "wechat", "微信公众号": "wechat", "twitter": "x", "推特": "x",
        "油管": "youtube", "yt": "youtube", "ig": "instagram", "bsky": "bluesky", "长毛象": "mastodon",
    }
)  # fmt: skip
