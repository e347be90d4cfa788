"""The sensitive list, both sides: what is refused, and what must not be."""

import pytest

from scoring.text.sensitive import find_sensitive

REFUSED = {
    "health": [
        "糖尿病",
        "抑郁症患者",
        "孕妇",
        "备孕",
        "HIV",
        "mental health",
        "depressed people",
        "cancer_survivors",
        "IVF",
        "diabetics",
        "减肥药物依赖",
        "心理咨询",
        "减肥药",
        "health",
        "健康状况",
    ],
    "religion": ["基督徒", "佛教", "穆斯林", "religion", "Muslim", "church-goers", "atheists"],
    "politics": ["政治倾向", "党员", "left wing", "Republicans", "voters", "political_leaning"],
    "sexuality": ["同性恋", "性取向", "LGBTQ", "gay", "sexual orientation", "拉拉"],
    "finances": [
        "月收入",
        "负债人群",
        "征信",
        "in debt",
        "household income",
        "net worth",
        "salary",
        "income",
        "收入",
        "贷款",
        "失业",
    ],
    "whereabouts": ["家庭住址", "实时定位", "gps", "home address", "licence plates", "address", "住在浦东"],
    "minors": ["未成年人", "初中生", "teenagers", "under-18", "10后", "16岁", "十五岁"],
}
ALLOWED = [
    "健身", "健康饮食", "保险", "理财", "股票", "基金", "瑜伽", "减脂", "护肤", "敏感肌", "祛痘", "营养", "母婴", "奶粉", "宝妈", "小学生家长", "parents of teens", "GPS手表", "gps watch",
    "户外GPS", "城市", "region", "gender", "男同学聚会", "技术债务", "technical debt", "Christian Dior", "病毒营销", "同志们好", "教堂建筑摄影", "寺庙旅游", "intelligence", "assassins creed", "gourmet",
    "hearing aids", "therapy dog", "patience", "party", "house party", "housing", "gaylord hotel", "Sussex", "thermos", "craft beer", "non-alcoholic beer", "机票", "储蓄罐", "拉拉队", "拉拉裤", "health food", "healthy", "被动收入", "passive income", "18岁", "00后", "ip address",
]  # fmt: skip


@pytest.mark.parametrize(("category", "text"), [(category, text) for category, texts in REFUSED.items() for text in texts])
def test_refused(category: str, text: str) -> None:
    finding = find_sensitive(text)
    assert finding is not None
    assert finding.category == category


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    assert find_sensitive(text) is None


def test_a_harmless_expression_does_not_cover_another_one() -> None:
    assert find_sensitive("technical debt and credit card debt") is not None
