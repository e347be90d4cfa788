"""The fixed sentences of a report, in Chinese and English, by typed key: `T.tie(lang)`."""

from reports.sentence import Sentence


class T:
    """Fixed places of the report and of what the command line says about runs."""

    # cover
    title = Sentence("{persona}:先谈哪些账号", "{persona}: whom to book first")
    persona = Sentence("目标人群", "Persona")
    persona_value = Sentence("{name} 第 {version} 版", "{name}, version {version}")
    candidate_list = Sentence("候选名单", "Candidate list")
    list_value = Sentence("{name}({scored} 个已评分,{missed} 个未评分)", "{name} ({scored} scored, {missed} not)")
    data_date = Sentence("数据日期", "Data as of")
    created = Sentence("生成时间", "Computed")
    run = Sentence("运行编号", "Run")
    # conclusion
    conclusion = Sentence("结论", "Conclusion")
    lead = Sentence("先谈 {name}:{verdict}。", "Start with {name}: {verdict}.")
    lead_relative = Sentence(
        "先谈 {name}:{lift}。概率还没有用真人标注校准,所以这份名单只看排序和倍数;请先为入围账号标注 20 位粉丝。",
        "Start with {name}: {lift}. The probabilities have not been checked against labelled followers, so read order and "
        "multiples only; label 20 followers of each finalist next.",
    )
    first_in_order = Sentence("排在最前", "it is first in order")
    lead_tied = Sentence(
        "{names} 并列:现有数据分不出先后;组内按{within}排列。",
        "{names}: too close to call; inside the band they are ordered by {within}.",
    )
    lead_ahead = Sentence("它与后面的账号拉开了距离,单独成一档。", "It stands apart from the rest, in a band of its own.")
    lead_big = Sentence(
        "粉丝最多的 {name}({followers})排在第 {place},{band} 档:{verdict}。",
        "{name} has the most followers ({followers}) and is in place {place}, band {band}: {verdict}.",
    )
    lead_big_same = Sentence("它也是粉丝最多的账号。", "It is also the account with the most followers.")
    and_others = Sentence("{names} 等 {n} 个账号", "{names} and others ({n} accounts)")
    within_cost = Sentence("千人成本(每千名符合目标的粉丝)", "cost per thousand fitting followers")
    within_fitting = Sentence("符合目标的粉丝数", "fitting followers")
    kpi_first = Sentence("第一名的{precision}", "{precision} of the first")
    kpi_multiple = Sentence("第一名的{multiple}", "multiple of the first ({multiple})")
    kpi_fitting = Sentence("第一名的{fitting}", "{fitting} of the first")
    kpi_cost = Sentence("{cost}(全名单最低)", "Lowest {cost}")
    kpi_reach = Sentence("前 {n} 个账号去重粉丝", "Followers of the first {n}, each person once")
    kpi_reach_note = Sentence("相加为 {gross};{how}", "{gross} when simply added; {how}")
    exact = Sentence("完整名单,精确", "complete lists, exact")
    bounds = Sentence("名单不完整,只给上下限", "lists incomplete, bounds only")
    # words for the three bases and their figures
    precision = Sentence("TA浓度", "on-target share")
    precision_unassessed = Sentence("TA浓度(未剔除僵尸粉)", "on-target share (fit, authenticity not assessed)")
    precision_uncalibrated = Sentence("TA浓度(未校准)", "on-target share (not calibrated)")
    not_assessed = Sentence("未剔除僵尸粉", "fit, authenticity not assessed")
    fitting_followers = Sentence("符合目标的粉丝数", "fitting followers")
    fitting_viewers = Sentence("符合目标的观众数", "fitting viewers")
    fitting_engagers = Sentence("符合目标的互动者数", "fitting engagers")
    cost = Sentence("每千名符合目标粉丝的成本", "cost per thousand fitting followers")
    verdict_real = Sentence(
        "每 {of} 个{base}约 {value} 个是真人且符合目标({low}-{high}),看了 {n} 位",
        "about {value} in {of} are real and match ({low}-{high}), from {n} {base}",
        "about {value} in {of} are real and match ({low}-{high}), from {n} of the {base}",
    )
    verdict_fit = Sentence(
        "每 {of} 个{base}约 {value} 个符合目标({low}-{high},未剔除僵尸粉),看了 {n} 位",
        "about {value} in {of} match ({low}-{high}; authenticity not assessed), from {n} {base}",
        "about {value} in {of} match ({low}-{high}; authenticity not assessed), from {n} of the {base}",
    )
    lift_base = Sentence("是大盘的 {x} 倍 (TGI {tgi})", "{x}x average (TGI {tgi})")
    lift_pool = Sentence("是候选池平均的 {x} 倍 (TGI {tgi})", "{x}x the candidate pool's average (TGI {tgi})")
    lift_between = Sentence("{lift},{low}-{high} 倍之间", "{lift}, between {low}x and {high}x")
    lift_least = Sentence("{lift},至少 {low} 倍,上限说不出", "{lift}, at least {low}x, without an upper limit")
    lift_alone = Sentence("只有一个账号有结果,没有候选池可比", "only one account was scored: there is no pool to compare it with")
    no_lift = Sentence("没有可比的大盘", "no base to compare with")
    base_base = Sentence("大盘", "average")
    base_pool = Sentence("候选池平均", "against the candidate pool")
    tie = Sentence("并列:现有数据分不出先后", "too close to call")
    tie_short = Sentence("并列", "tied")
    tie_foot = Sentence("“并列”即现有数据分不出先后。", "“Tied” means too close to call.")
    sure = Sentence("进前 {top} 的把握 {p}", "{p} sure to be in the top {top}")
    unknown = Sentence("看不出(无公开信息)", "can't tell")
    not_obtained = Sentence("未取得", "not obtained")
    not_available = Sentence("平台不开放", "not available")
    content_only = Sentence("仅内容", "content only")
    frame_title = Sentence("数据来自哪里", "where this comes from")
    few = Sentence("样本不足", "small sample")
    newest_badge = Sentence("只看到最新 {n} 位", "newest {n} only")
    rest_alike = Sentence("假设其余粉丝与所见相同", "if the rest are alike")
    # list chart and decision table
    chart = Sentence("名单:{precision}", "The list: {precision}")
    chart_hint = Sentence(
        "圆点是估计值,横线是 95% 区间;同一字母下的账号在同一档,分不出先后。",
        "Dots are estimates, lines their 95 % intervals; accounts under one letter share a band: too close to call.",
    )
    chart_base = Sentence("竖线是{base}:{share}", "The upright line is the base ({base}): {share}")
    chart_more = Sentence(
        "另有 {n} 个账号在决策表里。",
        "{n} more accounts stand in the decision table.",
        "{n} more account stands in the decision table.",
    )
    chart_twin = Sentence("图中的数字", "The numbers in this chart")
    axis = Sentence("{precision},每 100 个", "{precision}, in 100")
    table = Sentence("决策表", "Decision table")
    order_precision = Sentence(
        "按{precision}从高到低分档;同一档内现有数据分不出先后,按{within}排列。",
        "Bands by {precision}, highest first; inside a band the data cannot decide, so it is ordered by {within}.",
    )
    order_wishes = Sentence(
        "{within}相同(三位有效数字)的账号,更符合加分项的在前。",
        "Accounts with the same {within} to three digits are ordered by the wishes their fitting followers have.",
    )
    order_cost = Sentence(
        "按每千名符合目标粉丝的成本从低到高分档。", "Bands by cost per thousand fitting followers, lowest first."
    )
    order_fitting = Sentence("按符合目标的粉丝数从高到低分档。", "Bands by fitting followers, highest first.")
    col_band = Sentence("档", "Band")
    col_account = Sentence("账号", "Account")
    col_platform = Sentence("平台", "Platform")
    col_handle = Sentence("账号名", "Handle")
    col_url = Sentence("主页", "URL")
    col_place = Sentence("名次", "Place")
    col_places = Sentence("名次范围", "Places")
    col_followers = Sentence("粉丝数", "Followers")
    col_n = Sentence("看了", "Seen")
    col_unknown = Sentence("看不出", "Can't tell")
    col_lift = Sentence("倍数", "Multiple")
    col_lift_base = Sentence("大盘倍数", "times the average")
    col_lift_pool = Sentence("候选池倍数", "times the pool")
    col_sure = Sentence("进前 {top} 的把握", "Sure of top {top}")
    col_price = Sentence("报价", "Price")
    col_currency = Sentence("货币", "Currency")
    col_price_format = Sentence("报价内容", "Price for")
    col_price_until = Sentence("报价有效至", "Price valid until")
    col_price_basis = Sentence("报价说明", "Price is")
    col_cost = Sentence("千人成本", "Cost per thousand fitting")
    col_rank_followers = Sentence("粉丝数排名", "Rank by followers")
    col_rank_topic = Sentence("内容排名", "Rank by own topic")
    col_notes = Sentence("备注", "Notes")
    low = Sentence("下限", "low")
    high = Sentence("上限", "high")
    place_of = Sentence("第 {place} 名", "place {place}")
    people = Sentence("{n} 位", "n = {n}")
    can_tell_not = Sentence("看不出 {n}", "can't tell {n}")
    table_foot = Sentence(
        "“–”表示未取得,不是 0。▲ 表示样本不足 {few} 位。下限为 0 时,成本没有上限,写作“–”。",
        "“–” means not obtained, never 0. ▲ marks samples below {few}. A share that may be 0 gives a cost without upper limit: “–”.",
    )
    # account sections
    accounts = Sentence("逐个账号", "Account by account")
    accounts_more = Sentence(
        "另有 {n} 个账号只列在决策表里。",
        "{n} more accounts stand in the decision table only.",
        "{n} more account stands in the decision table only.",
    )
    over = Sentence("比{base}多", "More than the base ({base})")
    under = Sentence("比{base}少", "Less than the base ({base})")
    other = Sentence("与{base}差不多", "About as the base ({base})")
    more_traits = Sentence(
        "另有 {n} 项未列出,`fanfit explain 账号 --json` 中全部都有。",
        "{n} more are left out here; `fanfit explain ACCOUNT --json` has them all.",
        "{n} more is left out here; `fanfit explain ACCOUNT --json` has them all.",
    )
    traits_hint = Sentence(
        "横条是看过的{people}里的占比,竖线是{base};数字依次是倍数、占比和 95% 区间。",
        "Bars are shares of the {people} seen, upright lines the base ({base}); figures are multiple, share and 95 % interval.",
    )
    traits_twin = Sentence("这些横条的数字", "The numbers in these bars")
    no_traits = Sentence("没有足够的公开信息来描述受众。", "Too little public information to describe this audience.")
    suppressed = Sentence("不足 {k} 位,不显示", "fewer than {k} people, not shown")
    protects_others = Sentence("不显示,以免推算出别处的小格子", "not shown, or a smaller group elsewhere could be worked out")
    small_cells = Sentence(
        "“–”:不足 {k} 位的格子不显示,能推算出它们的格子也不显示,以免认出个人。",
        "“–”: breakdowns of fewer than {k} people are not shown, nor those they would follow from, so that nobody can be recognised.",
    )
    declared = Sentence("自填 {share}", "declared by {share}")
    declared_line = Sentence(
        "属性的占比只算自己填写了的粉丝:看过的 {n} 位里,{shares}。",
        "Shares of an attribute are of those who state it; of the {n} seen: {shares}.",
    )
    col_trait = Sentence("特征", "Trait")
    col_kind = Sentence("类别", "Kind")
    col_share = Sentence("占比", "Share")
    col_base = Sentence("大盘或候选池", "Base")
    col_base_n = Sentence("大盘或候选池 n", "Base n")
    share_of = Sentence("{share}({n} 位)", "{share} (n = {n})")
    col_declared = Sentence("自填比例", "Declared share")
    interest = Sentence("兴趣", "interest")
    attribute = Sentence("属性", "attribute")
    strong_words = Sentence("符合目标的粉丝更常用的词", "Words that fitting followers use more")
    strong_followees = Sentence("他们更常关注的账号", "Accounts that they follow more")
    terms_of = Sentence(
        "占比按每位粉丝符合目标的可能性加权,约相当于 {n} 位;括号里是 95% 区间。",
        "Shares are weighted by each follower's chance to fit, worth n = {n}; the range is a 95 % interval.",
    )
    terms_twin = Sentence("这些词和账号的数字", "The numbers of these words and accounts")
    term_used = Sentence("{n} 人用过", "used by {n}")
    term_followed = Sentence("{n} 人关注", "followed by {n}")
    term_n = Sentence("按符合目标的可能性加权,n 为约数", "weighted by the chance to fit; n is about")
    col_used_by = Sentence("使用人数", "Used by")
    col_followed_by = Sentence("关注人数", "Followed by")
    col_word = Sentence("词", "Word")
    col_followee = Sentence("关注的账号", "Followed account")
    col_share_fitting = Sentence("占符合目标的粉丝", "Share of fitting")
    col_n_fitting = Sentence("约相当于", "worth n")
    frame_part = Sentence("看到的部分", "Part seen")
    frame_complete = Sentence("完整名单", "the complete list")
    frame_newest = Sentence("最新的一段", "the newest part")
    frame_random = Sentence("随机抽取", "a random draw")
    frame_unknown = Sentence("未说明,按最新的一段处理", "not stated; treated as the newest part")
    frame_order = Sentence("名单顺序", "Order of the list")
    order_newest_first = Sentence("新的在前", "newest first")
    order_oldest_first = Sentence("旧的在前", "oldest first")
    order_random = Sentence("随机", "random")
    order_unknown = Sentence("未说明", "not stated")
    frame_seen = Sentence("读到", "Read")
    frame_seen_value = Sentence("{total} 位里的 {seen} 位", "{seen} of {total}")
    frame_scored = Sentence("抽取", "Taken for the sample")
    frame_all = Sentence("{n} 位(读到的全部,不含未成年人与已删除者)", "{n} (all that were read but minors and erased people)")
    frame_strata = Sentence("{n} 位(沿名单均匀抽取)", "{n} (drawn evenly along the list)")
    frame_drawn = Sentence("{n} 位(随机抽取)", "{n} (drawn at random)")
    frame_pulled = Sentence("读取日期", "Read on")
    frame_minors = Sentence("自称未成年", "Declared minors")
    frame_minors_value = Sentence(
        "{n} 位:计入分母,不保存,不算符合", "{n}: in the denominator, not kept, never counted as fitting"
    )
    frame_source = Sentence("来源", "Source")
    frame_basis = Sentence("依据", "Lawful basis")
    frame_obtained = Sentence("取得日期", "Obtained on")
    bounds_title = Sentence("解读时请注意", "Bear in mind")
    bound_unknown = Sentence(
        "看不出的 {n} 位如果全都不符合,是 {low};如果全都符合,是 {high}。",
        "If all {n} that we can't tell about miss, it is {low}; if all of them fit, {high}.",
        "If the {n} that we can't tell about misses, it is {low}; if it fits, {high}.",
    )
    bound_everyone = Sentence(
        "名单没有读完:放到全部{followers}位粉丝上,只能说在 {low} 到 {high} 之间。",
        "The list was not read to its end: over all {followers} followers it is only known to lie between {low} and {high}.",
    )
    marginals = Sentence(
        "如果把各项比例相乘,会以为是 {claim};落在同一个人身上的是 {share}({interval},{n} 位)。",
        "Multiplying the separate shares would have claimed {claim}; on the same person it is {share} ({interval}, n = {n}).",
    )
    wishes = Sentence("符合目标的粉丝满足加分项的程度", "Wishes met by fitting followers")
    wishes_note = Sentence("按权重;约相当于 {n} 位;只在其他都相同时影响先后", "by weight; worth n = {n}; they only order equals")
    authenticity = Sentence("真人比例", "Share that is real")
    price_until = Sentence("报价有效至 {date}", "price valid until {date}")
    # further blocks
    overlap = Sentence("受众重合", "Shared followers")
    overlap_hint = Sentence(
        "重合占比:两个名单里较小的一个有多少在另一个里。名单不完整时只给上下限。",
        "Overlap coefficient: how much of the smaller list is in the other. Where a list is incomplete, only bounds are given.",
    )
    col_pair = Sentence("两个账号", "Two accounts")
    col_shared = Sentence("共同粉丝", "Shared")
    col_jaccard = Sentence("占两者合计 (jaccard)", "Of both together (jaccard)")
    col_coefficient = Sentence("占较小者 (overlap_coefficient)", "Of the smaller (overlap_coefficient)")
    col_share_of_a = Sentence("占前者 (share_of_a)", "Of the first (share_of_a)")
    col_share_of_b = Sentence("占后者 (share_of_b)", "Of the second (share_of_b)")
    col_exact = Sentence("精确", "Exact")
    yes = Sentence("是", "yes")
    untied = Sentence("否", "no")
    no = Sentence("否,上下限", "no, bounds")
    overlap_more = Sentence(
        "只列重合最多的 {n} 对;全部在 XLSX 里。",
        "Only the {n} largest overlaps; all of them are in the XLSX file.",
        "Only the largest overlap of several ({n}); all of them are in the XLSX file.",
    )
    overlap_untold = Sentence(
        "另有 {n} 对:名单太不完整,从几乎没有到大半重合都有可能,只列在 XLSX 里。",
        "Of {n} more pairs too little was seen: anything from nearly none to most of the smaller list may be shared; they are in the XLSX file.",
        "Of {n} more pair too little was seen: anything from nearly none to most of the smaller list may be shared; it is in the XLSX file.",
    )
    net_reach_exact = Sentence(
        "前 {n} 个账号的粉丝相加是 {gross};每人只算一次是 {net}。",
        "The first {n} accounts have {gross} followers when added up; counting each person once, {net}.",
    )
    net_reach_bounds = Sentence(
        "前 {n} 个账号的粉丝相加是 {gross};每人只算一次在 {low} 到 {high} 之间(名单不完整)。",
        "The first {n} accounts have {gross} followers when added up; counting each person once, between {low} and {high} "
        "(lists incomplete).",
    )
    not_scored = Sentence("没有评分的候选", "Candidates that were not scored")
    not_scored_hint = Sentence("它们不参与排序;不是 0,是没有数据。", "They take no part in the order: not zero, but no data.")
    col_candidate = Sentence("候选", "Candidate")
    col_given = Sentence("名单里的写法", "As given")
    col_why = Sentence("原因", "Why")
    rejected = Sentence("粉丝多,但不推荐", "Large, but not recommended")
    rejected_hint = Sentence(
        "按粉丝数会先买的账号,为什么没有入选。", "Accounts one would have booked by follower count, and why not."
    )
    rejected_why = Sentence(
        "按粉丝数第 {by_followers},{verdict};第一名的下限是 {best}。",
        "No. {by_followers} by followers; {verdict}. The first account's lower limit is {best}.",
    )
    # method and data quality
    method = Sentence("口径与数据质量", "Method and data quality")
    quality = Sentence("这份数据", "This data")
    metadata = Sentence("元数据", "Metadata")
    sheet_conclusion = Sentence("结论", "Conclusion")
    sheet_list = Sentence("名单", "Shortlist")
    sheet_overlap = Sentence("重合度", "Overlap")
    sheet_composition = Sentence("受众构成", "Audience")
    sheet_method = Sentence("方法与口径", "Method")
    sheet_metadata = Sentence("元数据", "Metadata")
    gone = Sentence(
        "这次运行的输入已按期限或应要求删除,不能再重算;这里的汇总数字仍是当时的结果。",
        "The input of this run is gone, by expiry or on request: it is no longer recomputable; its aggregates stand as computed.",
    )
