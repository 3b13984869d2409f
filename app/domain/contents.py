"""What a file is by its content, and what is wrong with it (文件内容): the words for both."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

# What the content of a file may be found to be; the first few are kinds that a policy may take.
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "pdf": " PDF",
        "ofd": " OFD",
        "docx": " Word 文档",
        "xlsx": " Excel 表格",
        "pptx": "演示文稿",
        "jpeg": " JPG 图片",
        "png": " PNG 图片",
        "executable": "可执行程序",
        "script": "脚本程序",
        "web": "网页",
        "vector": " SVG 图形",
        "old_office": "旧版 Office 文件",
        "archive": "压缩包",
        "media": "音频或视频",
        "image": "其他格式的图片",
        "text": "纯文本",
        "unknown": "无法识别的数据",
    }
)


class Fault(StrEnum):
    """What makes a file unfit, whatever its name."""

    BARRED = "barred"
    MACROS = "macros"
    SCRIPT = "script"
    ACTIVE = "active"
    EXTERNAL = "external"
    ENTITIES = "entities"
    POLYGLOT = "polyglot"
    BOMB = "bomb"
    PIXELS = "pixels"
    NESTED = "nested"
    ENCRYPTED = "encrypted"
    OPAQUE = "opaque"
    BROKEN = "broken"


# Each follows a file's name, and says how to mend it; the worst stands first and is told alone.
SENTENCES: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.BARRED: "里面夹带了可执行程序，请删去后另存再上传",
        Fault.MACROS: "含有宏，请删去宏并另存为不含宏的格式后再上传",
        Fault.SCRIPT: "含有脚本或自动执行的动作，请打印为 PDF 后再上传",
        Fault.ACTIVE: "嵌有控件或其他程序的对象，请改为图片或文字后再上传",
        Fault.EXTERNAL: "链接了外部模板、对象或动态数据，请断开链接后另存再上传",
        Fault.ENTITIES: "含有不应有的外部定义，请用 WPS 或 Office 另存后再上传",
        Fault.POLYGLOT: "里面混有另一种格式的内容，请用原来的软件另存后再上传",
        Fault.BOMB: "展开后过大，请删去多余的内容后另存再上传",
        Fault.PIXELS: "的像素过多，请缩小图片后再上传",
        Fault.NESTED: "里面嵌套了过多层文件，请拆开后分别上传",
        Fault.ENCRYPTED: "设有密码或权限保护，无法检查内容，请取消保护后再上传",
        Fault.OPAQUE: "采用了少见的编码，无法检查内容，请打印为 PDF 后再上传",
        Fault.BROKEN: "已损坏或不完整，请用原来的软件打开并另存后再上传",
    }
)


class Mark(StrEnum):
    """What is kept, and told to whoever opens the file."""

    EMBEDDED = "embedded"


MARK_LABELS: Mapping[str, str] = MappingProxyType(
    {Mark.EMBEDDED: "内含附件，请勿直接打开其中的附件"}
)


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is: a key of LABELS, with its faults and marks."""

    kind: str
    faults: frozenset[Fault] = frozenset()
    marks: frozenset[Mark] = frozenset()
