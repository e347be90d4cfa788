"""The presets there are, and the vendors for whose exports no public documentation of columns was found."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from collectors.errors import FileRefused
from collectors.exports.presets.hypeauditor import HYPEAUDITOR
from collectors.exports.presets.modash import MODASH
from collectors.exports.presets.spec import ReportPreset, Text, Undocumented

LOOKED_UP = "2026-11-23"
_NOWHERE: Text = {
    "en": "searched public documentation, help pages, tutorials and code for the export's headers: none found",
    "zh": "在公开文档、帮助页、教程和代码中查找导出表头:未找到",
}
PRESETS: Mapping[str, ReportPreset] = MappingProxyType({each.name: each for each in (MODASH, HYPEAUDITOR)})

UNDOCUMENTED: Mapping[str, Undocumented] = MappingProxyType(
    {
        each.name: each
        for each in (
            Undocumented(
                "xingtu", {"en": "Xingtu (巨量星图)", "zh": "巨量星图"}, ("巨量星图", "星图"),
                {
                    "en": "the open platform's pages and its published client document tasks and orders, no creators' audience; other "
                    "people's interfaces to Xingtu show an empty answer; the headers that programs write are their own",
                    "zh": "开放平台文档和官方客户端只涉及任务与订单,不含达人受众;第三方接口的示例响应为空;程序写出的表头是其自定的",
                },
                LOOKED_UP,
            ),
            Undocumented(
                "pugongying", {"en": "Pugongying (蒲公英)", "zh": "蒲公英"}, ("蒲公英", "小红书蒲公英"),
                {
                    "en": "one program in a public index reads an export, but its repository could not be named, so it cannot be cited; no "
                    "help page shows the headers",
                    "zh": "公开索引中有一个程序读取其导出,但无法确定出自哪个仓库,因此不能引用;没有帮助页列出表头",
                },
                LOOKED_UP,
            ),
            Undocumented("newrank", {"en": "Newrank (新榜)", "zh": "新榜"}, ("新榜", "新抖", "新红"), _NOWHERE, LOOKED_UP),
            Undocumented(
                "chanmama", {"en": "Chanmama (蝉妈妈)", "zh": "蝉妈妈"}, ("蝉妈妈",),
                {
                    "en": "public programs read its exports of products, none its exports of creators or audiences; no help page shows the headers",
                    "zh": "公开程序读取的是商品导出,没有达人或受众导出;没有帮助页列出表头",
                },
                LOOKED_UP,
            ),
            Undocumented("qiangua", {"en": "Qiangua (千瓜)", "zh": "千瓜"}, ("千瓜", "千瓜数据"), _NOWHERE, LOOKED_UP),
            Undocumented(
                "feigua", {"en": "Feigua (飞瓜)", "zh": "飞瓜"}, ("飞瓜", "飞瓜数据"),
                {
                    "en": "a public program reads its export of comments, none its exports of creators or audiences; no help page shows the headers",
                    "zh": "有公开程序读取其评论导出,没有达人或受众导出;没有帮助页列出表头",
                },
                LOOKED_UP,
            ),
        )
    }
)  # fmt: skip

_REFUSED = {
    "en": "{vendor}: its exported columns are not publicly documented, so there is no preset; map columns with --mapping (docs/importing.md "
    "shows how). Tried on {date}: {tried}.",
    "zh": "{vendor}:导出的列没有公开文档,因此没有预设;请用 --mapping 说明各列(见 docs/importing.md)。{date} 查过:{tried}。",
}


def undocumented(name: str) -> Undocumented | None:
    """The vendor of that name, Chinese or Latin, if nothing is shipped for it because nothing is documented."""
    plain = name.strip().lower()
    return next((each for each in UNDOCUMENTED.values() if plain in {each.name, *each.also}), None)


def refusal(vendor: Undocumented, lang: Literal["zh", "en"] = "en") -> str:
    """Why there is no preset of that vendor, and what to do."""
    return _REFUSED[lang].format(vendor=vendor.vendor[lang], date=vendor.looked_up, tried=vendor.tried[lang])


def vendor_preset(name: str) -> ReportPreset | None:
    """The preset of that name; None where it is no vendor's.

    Raises:
        FileRefused: a vendor whose exports are not publicly documented.
    """
    if (vendor := undocumented(name)) is not None:
        raise FileRefused(refusal(vendor))
    return PRESETS.get(name.strip().lower())
