"""The simulated platform's contents: topics, words, phrases, named accounts. Invented, every one; no real account is meant."""

from dataclasses import dataclass

PLATFORM = "simulated"


@dataclass(frozen=True, slots=True)
class Topic:
    """What some people on the platform like: how many, how many of them women, and the words they use."""

    key: str
    title: str
    share: float
    women: float
    words: tuple[str, ...]
    accounts: tuple[str, ...]


def _topic(key: str, title: str, share: float, women: float, words: str, accounts: str) -> Topic:
    return Topic(key, title, share, women, tuple(words.split()), tuple(accounts.split()))


# The words are the simulation's own: some stand in the shipped lexicons too, most do not.
TOPICS = (
    _topic(
        "camping",
        "露营",
        0.08,
        0.50,
        "露营 帐篷 天幕 睡袋 营地 篝火 炊具 露营灯 搭帐篷 折叠椅 防潮垫 卡式炉 山野 溪边 星空 过夜 徒步 户外 蛋卷桌 地钉 野炊",
        "山野露营志 帐篷观察室 周末去野 溪边营地 星空营火",
    ),
    _topic(
        "beauty",
        "美妆",
        0.11,
        0.90,
        "口红 粉底 眼影 腮红 卸妆 面膜 精华 防晒 妆容 遮瑕 睫毛膏 护肤 试色 素颜 化妆 水乳 唇釉 空瓶 底妆",
        "口红实验室 素颜研究所 妆容手记 护肤成分站",
    ),
    _topic(
        "fashion",
        "穿搭",
        0.09,
        0.82,
        "穿搭 连衣裙 外套 毛衣 显瘦 配色 衣橱 新款 牛仔裤 高跟鞋 包包 叠穿 版型 通勤装 衬衫 半身裙 耳环",
        "通勤衣橱 显瘦研究会 配色笔记 小个子穿搭记",
    ),
    _topic(
        "phones",
        "手机数码",
        0.10,
        0.18,
        "手机 芯片 跑分 续航 快充 屏幕 刷机 系统 摄像头 处理器 折叠屏 充电器 耳机 固件 数码 评测 内存 散热 发热",
        "芯片夜话 快充实验室 手机拆解台 刷机笔记",
    ),
    _topic(
        "games",
        "游戏",
        0.11,
        0.30,
        "游戏 开黑 排位 皮肤 副本 通关 主机 手柄 段位 队友 抽卡 赛季 攻略 联机 存档 打野 氪金",
        "开黑小队 副本攻略组 主机漫谈 段位冲刺",
    ),
    _topic(
        "food",
        "美食",
        0.11,
        0.60,
        "火锅 烘焙 甜品 探店 家常菜 面包 烤肉 奶茶 食谱 厨房 红烧 蛋糕 小吃 早餐 炖汤 麻辣 咖啡",
        "深夜厨房 探店地图 面包研究员 家常菜谱",
    ),
    _topic(
        "fitness",
        "健身",
        0.07,
        0.48,
        "健身 深蹲 跑步 配速 减脂 增肌 瑜伽 拉伸 核心 马拉松 打卡 哑铃 有氧 体脂 热身 卧推",
        "深蹲日记 配速研究 瑜伽清晨 减脂食堂",
    ),
    _topic(
        "baby",
        "母婴",
        0.07,
        0.88,
        "宝宝 辅食 奶粉 纸尿裤 早教 绘本 哄睡 疫苗 幼儿园 推车 胎教 月子 断奶 玩具 亲子",
        "辅食日历 绘本妈妈 哄睡指南 亲子手工",
    ),
    _topic(
        "cars",
        "汽车",
        0.07,
        0.14,
        "试驾 油耗 底盘 发动机 变速箱 新能源 轮胎 保养 方向盘 车友 自驾 改装 车机 刹车 充电桩 提车",
        "试驾日志 底盘课堂 车友会馆 改装车间",
    ),
    _topic(
        "travel",
        "旅行",
        0.09,
        0.58,
        "旅行 机票 酒店 古镇 海边 签证 行李 民宿 攻略 自由行 日落 登山 导游 景点 高铁 打卡地 海岛",
        "海岛护照 古镇慢游 民宿收藏家 行李清单",
    ),
    _topic(
        "pets",
        "宠物",
        0.08,
        0.62,
        "猫咪 狗狗 猫粮 铲屎 疫苗 遛狗 猫砂 布偶 柯基 绝育 罐头 撸猫 毛孩子 宠物 冻干",
        "铲屎官日常 柯基星球 猫粮测评 流浪猫之家",
    ),
    _topic(
        "sports",
        "体育",
        0.07,
        0.17,
        "足球 篮球 进球 联赛 球队 教练 季后赛 扣篮 三分 转会 点球 球迷 比分 世界杯 裁判",
        "联赛前线 三分线外 球迷看台 转会消息站",
    ),
    _topic(
        "home",
        "家居",
        0.05,
        0.68,
        "装修 沙发 收纳 窗帘 软装 地板 绿植 改造 厨卫 书架 灯光 床品 瓷砖 户型",
        "收纳课 软装灵感 旧房改造 绿植阳台",
    ),
)

# Lottery hunters and paid followers are kinds of people, not topics.
LOTTERY = "转发 抽奖 中奖 福利 免费 参与 活动 红包 开奖 许愿 锦鲤 幸运 关注 好礼 截止 礼品 试用 白拿"
LOTTERY_WORDS = tuple(LOTTERY.split())

PHRASES = (
    "今天终于{a}了,{b}真的不错",
    "周末和朋友一起{a},{b}和{c}都带上了",
    "有没有人推荐一下{a}?最近在看{b}",
    "分享一下我的{a}心得,重点是{b}",
    "{a}{b}两不误,开心",
    "第一次试{a},没想到{b}这么重要",
    "收藏了好多{a}的内容,准备换个{b}",
    "下班路上还在想{a},晚上研究{b}",
    "这个{a}配{b}刚刚好,{c}可以再等等",
    "说说{a}的优缺点:{b}满分,{c}一般",
)
WOMEN_PHRASES = ("姐妹们快看", "老公说好看", "和闺蜜一起", "姐妹们冲呀", "小仙女日常", "今天也是精致的一天")
MEN_PHRASES = ("兄弟们看看", "老婆同意了", "和哥们一起", "兄弟们冲", "直男审美勿喷", "宿舍老铁都在")
CHATTER = (
    "今天好累,早点睡",
    "下雨了没带伞,等了半小时公交",
    "又是周一,加油",
    "晚安,明天见",
    "地铁好挤,差点迟到",
    "天气真好,心情也好",
    "好久不见的朋友来看我了",
    "今天降温了,多穿点",
    "追完一部剧,空虚",
    "加班到现在,有人一起吗",
)
ZOMBIE_POSTS = ("赞", "好", "支持一下", "不错不错", "路过", "顶")
LOTTERY_PHRASES = (
    "{a}{b},求中!",
    "{a}参与{b},希望是{c}",
    "已{a},坐等{b}",
    "又一个{a},{b}来一个",
)
BIOS = ("{a}爱好者", "喜欢{a}和{b}", "{a} | {b}", "记录{a}的日子")
REGIONS = ("上海", "北京", "深圳", "广州", "杭州", "成都", "武汉", "西安", "长沙", "郑州", "临沂", "赣州", "南充", "保定")
SURNAMES = "林陈黄周吴徐孙胡朱高何郭马罗梁宋郑谢韩唐"
GIVEN = "安宁晓晨雨欣子涵文博思远嘉禾一诺可心明轩若溪"
