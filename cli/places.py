"""What the places where data lies are called in front of a reader: words for the tables and folders that storage counts by."""

from collections.abc import Mapping

from cli.wiring import Lang

PLACES: dict[str, tuple[str, str]] = {
    "attribute": ("declared attributes", "声明属性"),
    "audience_share": ("audience shares", "受众占比"),
    "candidate": ("candidate rows", "候选行"),
    "count_series": ("follower counts", "粉丝数记录"),
    "delivery": ("messages not delivered yet", "未送达的消息"),
    "engagement": ("reactions to posts", "帖子互动"),
    "exports": ("exported files", "导出文件"),
    "follow_event": ("follow events", "关注事件"),
    "follow": ("follows", "关注关系"),
    "mention_check": ("judged mentions", "已判断的提及"),
    "label": ("labels", "标注"),
    "named_account": ("named accounts", "具名账号"),
    "persona_version": ("persona versions", "目标人群版本"),
    "post": ("posts", "帖子"),
    "post_seen": ("sightings of posts", "帖子出现记录"),
    "performance": ("figures of posts", "内容表现"),
    "price": ("quotes", "报价"),
    "profile_feature": ("profile features", "资料特征"),
    "profile_seen": ("sightings of profiles", "资料出现记录"),
    "profile_snapshot": ("profile versions", "资料版本"),
    "pull": ("follower lists", "粉丝名单"),
    "places in lists": ("places in lists", "名单中的位置"),
    "pull_member": ("pages of lists", "名单分页"),
    "raw_post": ("texts of posts", "帖子原文"),
    "raw_profile": ("profiles", "个人资料"),
    "raw_word": ("spellings of words", "词的写法"),
    "rejects": ("lists of refused rows", "被拒绝行的清单"),
    "reports": ("report files", "报告文件"),
    "score_run": ("score runs", "评分运行"),
    "stream_position": ("reading positions", "读取位置"),
    "text_week": ("word counts", "词频"),
    "unfinished runs": ("unfinished run inputs", "未完成的运行输入"),
    "vault": ("ids in the vault", "保管库中的ID"),
    "watched": ("watched accounts", "观察的账号"),
    "word": ("words", "词"),
    "quote": ("quotes with fees and rebates", "详细报价"),
    "placement": ("placements", "投放记录"),
    "list_change": ("changes of lists", "名单改动"),
}


def in_words(counts: Mapping[str, int], lang: Lang) -> dict[str, int]:
    """The same counts by what a reader calls the place."""
    return {PLACES[name][lang == "zh"]: count for name, count in counts.items()}
