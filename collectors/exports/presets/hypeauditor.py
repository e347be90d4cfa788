"""HypeAuditor: the JSON report of its API on an Instagram account (`auditor.report`)."""

from types import MappingProxyType

from collectors.exports.presets.spec import ReportPreset, ShareList, Source

_API = Source(
    "HypeAuditor API reference: Instagram report, sample response",
    "https://hypeauditor.readme.io/reference/report_instagram",
    "2026-11-23",
    {
        "en": "sample response as a public program that names this page quotes it; the live page was not opened",
        "zh": "示例响应取自注明该页面的公开程序;未打开在线页面",
    },
)
_HELP = "Demography data, http://help.hypeauditor.com/en/articles/2771120-demography-data"


def _places(name: str, dimension: str) -> ShareList:
    return ShareList(f"audience_geography.{name}", dimension, "name", "value", "percent", _API)


HYPEAUDITOR = ReportPreset(
    name="hypeauditor",
    vendor={"en": "HypeAuditor", "zh": "HypeAuditor"},
    report={
        "en": "JSON report of the API on an Instagram account, saved as a file",
        "zh": "API 的 Instagram 账号 JSON 报告,存为文件",
    },
    root="result.user",
    account_id="",
    account="username",
    base=None,
    base_told={
        "en": f'the vendor writes "active and engaged audiences" ({_HELP}), neither followers nor engagers: say --of followers or --of engagers',
        "zh": f"供应商写作“active and engaged audiences”({_HELP}),未说明是粉丝还是互动者:请用 --of followers 或 --of engagers 说明",
    },
    lists=(
        ShareList("demography_by_age", "gender", "gender", "value", "percent", _API),
        ShareList("demography_by_age", "age_band", "group", "value", "percent", _API, within="by_age_group", cut="age"),
        _places("countries", "country"),
        _places("states", "region"),
        _places("cities", "city"),
    ),
    account_source=_API,
    not_told={
        "en": "how many people were looked at (n); the day of the figures; the platform: say --platform instagram. Places are the most frequent only",
        "zh": "看了多少人(n);数据日期;平台:请用 --platform instagram 说明。地区只列最多的几个",
    },
    left_out=MappingProxyType(
        {
            "audience_ethnicity, audience_income, audience_marital_status, audience_education": {
                "en": "of a sensitive kind, or not documented in their parts: never taken",
                "zh": "敏感信息,或未说明其组成:从不读取",
            },
            "audience_type": {
                "en": "real, mass followers, suspicious: the vendor's own judgement, no dimension of people",
                "zh": "真人、大量关注者、可疑:供应商自己的判断,不是人群维度",
            },
            "avg_likes, avg_comments": {"en": "averages; performance holds medians", "zh": "为平均数;表现数据只收中位数"},
        }
    ),
)
