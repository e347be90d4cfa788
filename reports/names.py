"""What people, platforms, attributes and their values are called in both languages."""

from reports.numbers import Lang
from reports.sentence import Sentence

PEOPLE: dict[str, Sentence] = {
    "followers": Sentence("粉丝", "followers"),
    "viewers": Sentence("观众", "viewers"),
    "engagers": Sentence("互动者", "engagers"),
}

PLATFORMS: dict[str, Sentence] = {
    "weibo": Sentence("微博", "Weibo"),
    "bilibili": Sentence("哔哩哔哩", "Bilibili"),
    "douyin": Sentence("抖音", "Douyin"),
    "xiaohongshu": Sentence("小红书", "Xiaohongshu"),
    "kuaishou": Sentence("快手", "Kuaishou"),
    "wechat": Sentence("微信", "WeChat"),
    "bluesky": Sentence("Bluesky", "Bluesky"),
    "mastodon": Sentence("Mastodon", "Mastodon"),
    "x": Sentence("X", "X"),
    "youtube": Sentence("YouTube", "YouTube"),
    "instagram": Sentence("Instagram", "Instagram"),
    "tiktok": Sentence("TikTok", "TikTok"),
    "demo": Sentence("模拟平台", "Simulated platform"),
    "simulated": Sentence("模拟平台", "Simulated platform"),
}

ATTRIBUTES: dict[str, Sentence] = {
    "gender": Sentence("性别", "Gender"),
    "age_band": Sentence("年龄", "Age"),
    "region": Sentence("地区", "Region"),
    "language": Sentence("语言", "Language"),
    "city": Sentence("城市", "City"),
    "city_tier": Sentence("城市等级", "City tier"),
    "interest": Sentence("兴趣", "Interest"),
    "device": Sentence("设备", "Device"),
}

VALUES: dict[str, Sentence] = {
    "female": Sentence("女", "female"),
    "f": Sentence("女", "female"),
    "male": Sentence("男", "male"),
    "m": Sentence("男", "male"),
    "zh": Sentence("中文", "Chinese"),
    "en": Sentence("英文", "English"),
}


def platform_name(platform: str, lang: Lang) -> str:
    """The platform as readers call it; one that we do not know keeps its own word."""
    known = PLATFORMS.get(platform)
    return known(lang) if known else platform
