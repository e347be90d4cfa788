"""What each figure means, as the report's last pages explain it to its reader."""

from reports.sentence import Sentence

METHODS: tuple[tuple[Sentence, Sentence], ...] = (
    (
        Sentence("TA浓度", "On-target share"),
        Sentence(
            "看到的名单里,既是真人、又符合目标人群每一项条件的粉丝所占的比例。条件必须落在同一个人身上,不是各项比例相乘。",
            "Of the follower list that could be seen, the share of people who are real and meet every condition of the persona: "
            "all conditions on the same person, not separate shares multiplied.",
        ),
    ),
    (
        Sentence("区间", "Intervals"),
        Sentence(
            "括号里是 95% 区间:只看了一部分粉丝,而且判断一个人有时会错,真实值大概在这个范围里。看得越多,范围越窄。",
            "The range in brackets is a 95 % interval: only some followers were seen, and judging a person can be wrong. "
            "The more that were seen, the narrower it is.",
        ),
    ),
    (
        Sentence("档与并列", "Bands and ties"),
        Sentence(
            "两个账号谁更好,如果把握不到 90%,就放在同一档。档内的先后不代表质量。“进前几的把握”是各种可能情形里它排进前列的比例。",
            "If we are less than 90 % sure which of two accounts is better, they share a band; order inside a band says nothing about quality. "
            "“Sure to be in the top” is how often the account ends there across everything the data allows.",
        ),
    ),
    (
        Sentence("倍数与 TGI", "Multiple and TGI"),
        Sentence(
            "账号的 TA浓度除以对照的 TA浓度;TGI 是它的 100 倍。对照是导入的大盘样本;没有大盘时用候选池平均,并写明。",
            "The account's on-target share over the base's; TGI is that times 100. The base is an imported sample of the platform; "
            "without one it is the average of the candidate pool, and is named so.",
        ),
    ),
    (
        Sentence("看不出", "Can't tell"),
        Sentence(
            "没有公开信息的粉丝既不算符合,也不算不符合,单独成一组,有自己的比例和很宽的区间。",
            "Followers without readable public information are neither a fit nor a miss; they form a group of their own with a wide interval.",
        ),
    ),
    (
        Sentence("符合目标的粉丝数与成本", "Fitting followers and cost"),
        Sentence(
            "粉丝总数乘 TA浓度,不等于一条内容能触达的人数。成本是报价除以符合目标的粉丝数再乘 1000。名单没有读完时,假设其余粉丝与所见相同。",
            "Follower count times on-target share: not the number of people a post will reach. Cost is the price over fitting followers, times 1,000. "
            "Where the list was not read to its end, the rest are assumed to be alike.",
        ),
    ),
    (
        Sentence("真人比例", "Share that is real"),
        Sentence(
            "按一条写明的规则,从公开资料(关注与粉丝之比、头像、简介、发帖数、注册时间等)估计。适合排先后,绝对值没有对平台校准。资料不足时不评估,并写明。",
            "Estimated by a written rule from the public profile: following against followers, avatar, bio, posts, age of the account. It orders "
            "well; its level is not calibrated to a platform. Where fields are missing nothing is claimed, and that is said.",
        ),
    ),
    (
        Sentence("更常用的词、更常关注的账号", "Words and accounts that stand out"),
        Sentence(
            "占比是符合目标的粉丝里用这个词(或关注这个账号)的比例,按每位粉丝符合目标的可能性加权。人数是看过的粉丝里所有用过(关注)的人,不论是否符合目标。"
            "只列整个区间都高于对照的。",
            "The share is of the fitting followers, each follower weighted by the chance to fit; “used by” counts all of those seen, fitting or not. "
            "Only what lies above the base with its whole interval is listed.",
        ),
    ),
    (
        Sentence("用来对照的排名", "Ranks to compare with"),
        Sentence(
            "粉丝数排名只看粉丝数;内容排名看账号自己写什么、关注什么有多符合目标人群。两个排名只供对照;账号的内容只在已知粉丝证实的范围内影响 TA浓度。",
            "Rank by followers looks at follower count only; rank by own topic at how well what the account itself writes and follows fits the persona. "
            "Both ranks are there to compare with; what an account is about enters its on-target share only as far as known followers bear it out.",
        ),
    ),
    (
        Sentence("数据来自哪里", "Where this comes from"),
        Sentence(
            "每个账号都写明看到了名单的哪一段、按什么顺序、读到多少位里的多少位、何时读取、凭什么依据。最新的一段不一定像全部粉丝。",
            "Each account says which part of its list was seen, in which order, how many of how many, when, and on what basis. "
            "The newest part need not look like all followers.",
        ),
    ),
    (
        Sentence("保护个人", "Protecting people"),
        Sentence(
            "报告里没有任何个人;人数太少的格子不显示;只面向成年人;不推断敏感特征。",
            "There is no individual in this report; small cells are not shown; personas address adults; no sensitive trait is inferred.",
        ),
    ),
)
