"""The audit trail (审计记录): what an event says; `audit_chain` makes it tamper-evident."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from app.domain.numbers import plain

LONGEST_ADDRESS = 64


class AuditAction(StrEnum):
    """What was done; the acts on a form are named as in `workflow.Action`."""

    LOG_IN = "log_in"
    LOG_OUT = "log_out"
    LOCK = "lock"
    VERIFY = "verify"
    END_SESSION = "end_session"
    PASSWORD = "password"  # noqa: S105 - the name of an act
    SECOND_FACTOR = "second_factor"
    LINK = "link"
    CALL = "call"
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"
    OPEN = "open"
    EDIT = "edit"
    ANSWER = "answer"
    ATTACH = "attach"
    DETACH = "detach"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"
    SETTLE = "settle"
    UNAPPROVE = "unapprove"
    REOPEN = "reopen"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"
    REQUEST = "request"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    REVOKE = "revoke"
    SWITCH = "switch"
    DELEGATE = "delegate"
    TAKE_ON = "take_on"
    DECLINE = "decline"
    END_DELEGATION = "end_delegation"
    ISSUE = "issue"
    END = "end"
    RESUME = "resume"
    SCHEDULE = "schedule"
    ASK = "ask"
    ALLOW = "allow"
    DENY = "deny"
    DISALLOW = "disallow"
    REMIND = "remind"
    EXPORT = "export"
    DOWNLOAD = "download"
    CONFIGURE = "configure"
    LOAD = "load"
    READ = "read"
    SAY = "say"
    RESEND = "resend"
    IMPORT = "import"
    REPULL = "repull"


AUDIT_LABELS: Mapping[AuditAction, str] = MappingProxyType(
    {
        AuditAction.LOG_IN: "登录",
        AuditAction.LOG_OUT: "退出",
        AuditAction.LOCK: "锁定",
        AuditAction.VERIFY: "二次验证",
        AuditAction.END_SESSION: "结束登录",
        AuditAction.PASSWORD: "更改密码",
        AuditAction.SECOND_FACTOR: "更改二次验证",
        AuditAction.LINK: "关联统一身份认证",
        AuditAction.CALL: "访问",
        AuditAction.CREATE: "新建",
        AuditAction.CHANGE: "修改",
        AuditAction.DELETE: "删除",
        AuditAction.OPEN: "建立",
        AuditAction.EDIT: "填写",
        AuditAction.ANSWER: "说明预警",
        AuditAction.ATTACH: "上传佐证材料",
        AuditAction.DETACH: "删除佐证材料",
        AuditAction.SUBMIT: "提交",
        AuditAction.WITHDRAW: "撤回",
        AuditAction.ACCEPT: "受理",
        AuditAction.REVIEW: "审核",
        AuditAction.APPROVE: "同意",
        AuditAction.RETURN: "退回",
        AuditAction.SETTLE: "处理批注",
        AuditAction.UNAPPROVE: "取消审核",
        AuditAction.REOPEN: "重新开放",
        AuditAction.PUBLISH: "公开",
        AuditAction.UNPUBLISH: "撤销公开",
        AuditAction.REQUEST: "申请授权",
        AuditAction.CONFIRM: "确认授权",
        AuditAction.REFUSE: "不同意授权",
        AuditAction.REVOKE: "撤销授权",
        AuditAction.SWITCH: "切换岗位",
        AuditAction.DELEGATE: "委托",
        AuditAction.TAKE_ON: "接受委托",
        AuditAction.DECLINE: "不接受委托",
        AuditAction.END_DELEGATION: "结束委托",
        AuditAction.ISSUE: "下达",
        AuditAction.END: "结束",
        AuditAction.RESUME: "恢复",
        AuditAction.SCHEDULE: "调整截止日期",
        AuditAction.ASK: "申请",
        AuditAction.ALLOW: "准予",
        AuditAction.DENY: "不予准许",
        AuditAction.DISALLOW: "撤销准予",
        AuditAction.REMIND: "催报",
        AuditAction.EXPORT: "导出",
        AuditAction.DOWNLOAD: "下载",
        AuditAction.CONFIGURE: "更改设置",
        AuditAction.LOAD: "载入数据",
        AuditAction.READ: "查阅",
        AuditAction.SAY: "留言",
        AuditAction.RESEND: "重新发送",
        AuditAction.IMPORT: "导入",
        AuditAction.REPULL: "重新取数",
    }
)


class ObjectKind(StrEnum):
    """What it was done to; REQUEST is an address that was refused."""

    REGION = "region"
    ORGANISATION = "organisation"
    PROJECT = "project"
    BUDGET = "budget"
    DECLARATION = "declaration"
    SELF_EVALUATION = "self_evaluation"
    FILING_TASK = "filing_task"
    FILING_REQUEST = "filing_request"
    REMINDER = "reminder"
    REMINDER_TEMPLATE = "reminder_template"
    USER = "user"
    GRANT = "grant"
    DELEGATION = "delegation"
    API_KEY = "api_key"
    WORKFLOW_SETTING = "workflow_setting"
    RETURN_REASON = "return_reason"
    IMPORT = "import"
    EXPORT = "export"
    AUDIT = "audit"
    DATABASE = "database"
    MESSAGE = "message"
    MAIL = "mail"
    REQUEST = "request"


OBJECT_LABELS: Mapping[ObjectKind, str] = MappingProxyType(
    {
        ObjectKind.REGION: "地区",
        ObjectKind.ORGANISATION: "单位",
        ObjectKind.PROJECT: "项目",
        ObjectKind.BUDGET: "预算",
        ObjectKind.DECLARATION: "绩效目标",
        ObjectKind.SELF_EVALUATION: "自评表",
        ObjectKind.FILING_TASK: "填报任务",
        ObjectKind.FILING_REQUEST: "延期免报",
        ObjectKind.REMINDER: "催报",
        ObjectKind.REMINDER_TEMPLATE: "催报模板",
        ObjectKind.USER: "账号",
        ObjectKind.GRANT: "授权",
        ObjectKind.DELEGATION: "委托",
        ObjectKind.API_KEY: "接口密钥",
        ObjectKind.WORKFLOW_SETTING: "审核环节",
        ObjectKind.RETURN_REASON: "退回原因",
        ObjectKind.IMPORT: "导入",
        ObjectKind.EXPORT: "导出",
        ObjectKind.AUDIT: "审计记录",
        ObjectKind.DATABASE: "数据库",
        ObjectKind.MESSAGE: "消息",
        ObjectKind.MAIL: "邮件",
        ObjectKind.REQUEST: "地址",
    }
)


class Result(StrEnum):
    """Whether it was done."""

    DONE = "done"
    REFUSED = "refused"


RESULT_LABELS: Mapping[Result, str] = MappingProxyType(
    {Result.DONE: "成功", Result.REFUSED: "已拒绝"}
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Who acts without an account: somebody at an address, or the machine's own console."""

    address: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts as the holder of an account and in no post: at the door, with their password."""

    id: int
    name: str
    role: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One cell before and after; None is an empty cell. `field` is its JSON pointer."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One row of the trail: who, when, from where, what, with what result, from what to what."""

    number: int
    at: datetime
    actor_id: int | None
    actor_name: str
    actor_role: str
    address: str
    action: str
    object_kind: str
    object_id: str
    organisation_id: int | None
    region_code: str | None
    fiscal_year: int | None
    result: str
    changes: tuple[Change, ...]


def text_of(value: object) -> str | None:
    """A stored value as the trail keeps it: figures in full, days in ISO, None for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def differences(
    before: Mapping[str, object], after: Mapping[str, object], at: str = ""
) -> tuple[Change, ...]:
    """The fields whose values differ, their names as pointers below `at`."""
    pairs = (
        Change(f"{at}/{name}", text_of(before.get(name)), text_of(after.get(name)))
        for name in {**before, **after}
    )
    return tuple(change for change in pairs if change.before != change.after)


def written(changes: Iterable[Change]) -> str:
    """The changes as they are stored: JSON, each `[field, before, after]`."""
    rows = [[change.field, change.before, change.after] for change in changes]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> tuple[Change, ...]:
    """The changes of a stored text; one that `written` did not make is a change like no other."""
    try:
        changes = tuple(Change(*row) for row in json.loads(text))
        sound = written(changes) == text
    except (ValueError, TypeError):
        sound = False
    return changes if sound else (Change("", None, text),)


def shown_address(text: str) -> str:
    """An address fit to be stored: printable and short, whatever a proxy passed on."""
    return "".join(sign for sign in text if sign.isprintable())[:LONGEST_ADDRESS]
