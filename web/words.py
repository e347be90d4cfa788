"""Every sentence of the page, in both languages."""

from reports.sentence import Sentence


class W:
    """The page's words."""

    title = Sentence("准粉 · 工作簿", "fanfit · workbook")
    upload = Sentence("1. 放入工作簿", "1. Put your workbook in")
    upload_hint = Sentence(
        "用“空白工作簿”开始;有主页链接和名称就够了。文件只在本机读取,读完即删。",
        "Start from the empty workbook; a profile link and a name are enough. The file is read on this machine and deleted afterwards.",
    )
    choose = Sentence("工作簿(.xlsx)", "Workbook (.xlsx)")
    send = Sentence("读入", "Read it")
    blank = Sentence("空白工作簿", "The empty workbook")
    rank = Sentence("2. 选目标人群,排名", "2. Pick the persona and rank")
    persona = Sentence("目标人群", "Persona")
    candidates = Sentence("名单", "List")
    go = Sentence("排名", "Rank")
    no_persona = Sentence(
        "还没有目标人群:在“需求”里填写条件,或用 `fanfit persona new` 写一个放进 personas 文件夹。",
        "No persona yet: fill in the conditions of the brief, or write one with `fanfit persona new` into the folder personas.",
    )
    no_list = Sentence("还没有名单:先读入一个工作簿。", "No list yet: read a workbook first.")
    runs = Sentence("已有的结果", "Results so far")
    nothing = Sentence("还没有结果。", "None yet.")
    read = Sentence("读到了什么", "What was read")
    sheet = Sentence("表", "Sheet")
    rows = Sentence("行", "Rows")
    taken = Sentence("读入", "Taken")
    repeated = Sentence("重复", "Repeated")
    refused = Sentence("拒绝", "Refused")
    whole = Sentence("整张表未读入", "not read at all")
    before = Sentence("以前读过", "read before")
    problems = Sentence("没有看懂的单元格({n} 处)", "Cells that were not understood ({n})")
    no_problems = Sentence("所有单元格都看懂了。", "Every cell was understood.")
    cell = Sentence("单元格", "Cell")
    column = Sentence("列", "Column")
    wrong = Sentence("问题", "What is wrong")
    expected = Sentence("应为", "What was expected")
    notes = Sentence("请留意", "Please note")
    kept = Sentence(
        "{n} 条备注已写入账号的备注。",
        "{n} remarks were put in the notes of their accounts.",
        "{n} remark was put in the note of its account.",
    )
    loose = Sentence("不属于任何账号的备注", "Remarks that belong to no account")
    unmatched = Sentence(
        "{n} 个候选无法确定是哪个账号,不评分。",
        "{n} candidates name no account that can be told; they are not scored.",
        "{n} candidate names no account that can be told; it is not scored.",
    )
    back = Sentence("返回", "Back")
    result = Sentence("结果 {run}:{list}", "Result {run}: {list}")
    files = Sentence("下载", "Download")
    whole_report = Sentence("打开完整报告", "Open the whole report")
    failed = Sentence("没有完成", "It was not done")
    clock = Sentence(
        "没有时区的日期按 {zone} 读取,没有币种的金额按 CNY 读取。",
        "Dates without a zone were read as {zone}, amounts without a currency as CNY.",
    )
    gone = Sentence("没有这个页面。", "There is no such page.")
    date = Sentence("时间", "Made")
    other_lang = Sentence("English", "中文")
