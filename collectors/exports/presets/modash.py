"""Modash: the JSON report of its Discovery API (`GET /v1/{platform}/profile/{userId}/report`)."""

from types import MappingProxyType

from collectors.exports.presets.spec import ReportPreset, ShareList, Source

_API = Source(
    "Modash API documentation: Discovery API, influencer report",
    "https://docs.modash.io/",
    "2026-11-23",
    {
        "en": "field names as several public programs that read this report write them; the live page was not opened",
        "zh": "字段名取自多个读取该报告的公开程序;未打开在线页面",
    },
)
_POINTS = Source(
    "Modash help: Modash API Data Points Descriptions",
    "https://help.modash.io/en/articles/6959997-modash-api-data-points-descriptions",
    "2026-11-23",
    {"en": "stored copy of the page", "zh": "该页面的存档"},
)
_AUDIENCE = "audience"


def _weights(name: str, dimension: str, bucket: str) -> ShareList:
    return ShareList(f"{_AUDIENCE}.{name}", dimension, bucket, "weight", "fraction", _API)


MODASH = ReportPreset(
    name="modash",
    vendor={"en": "Modash", "zh": "Modash"},
    report={"en": "JSON report of the Discovery API, saved as a file", "zh": "Discovery API 的 JSON 报告,存为文件"},
    root="profile",
    account_id="userId",
    account="profile.username",
    base="followers",
    base_told={
        "en": "`audience` is of followers; likers stand in a part of their own, which is not read",
        "zh": "`audience` 为粉丝;点赞者另有一部分,不读取",
    },
    lists=(
        _weights("genders", "gender", "code"),
        _weights("ages", "age_band", "code"),
        _weights("geoCountries", "country", "name"),
        _weights("geoStates", "region", "name"),
        _weights("geoCities", "city", "name"),
        _weights("languages", "language", "name"),
        _weights("interests", "interest", "name"),
    ),
    account_source=_API,
    not_told={
        "en": "how many followers were looked at (n); the day of the figures (analysed data are renewed about once a month, "
        f"{_POINTS.title}, {_POINTS.address}); the platform: say --platform. Places are the most frequent only",
        "zh": f"看了多少粉丝(n);数据日期(约每月更新一次,{_POINTS.title}, {_POINTS.address});平台:请用 --platform 说明。地区只列最多的几个",
    },
    left_out=MappingProxyType(
        {
            "audience.ethnicities": {"en": "of a sensitive kind: never taken", "zh": "敏感信息:从不读取"},
            "audience.gendersPerAge": {"en": "two dimensions at once: no column for it", "zh": "两个维度交叉:没有对应的列"},
            "profile.averageViews, profile.avgLikes": {
                "en": "averages; performance holds medians",
                "zh": "为平均数;表现数据只收中位数",
            },
        }
    ),
)
