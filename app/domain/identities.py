"""Logins by a provider (统一身份认证): why one is not taken."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Trouble(StrEnum):
    """Why a login by a provider opened nothing."""

    DENIED = "denied"
    STATE = "state"
    LATE = "late"
    REPLAYED = "replayed"
    FAILED = "failed"
    UNTRUSTED = "untrusted"
    DOWN = "down"
    UNKNOWN = "unknown"
    TAKEN = "taken"
    INACTIVE = "inactive"


TROUBLE_LABELS: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.DENIED: "本人没有同意",
        Trouble.STATE: "不是从本系统的登录页开始的",
        Trouble.LATE: "用时过长",
        Trouble.REPLAYED: "认证结果重复使用",
        Trouble.FAILED: "统一身份认证没有完成",
        Trouble.UNTRUSTED: "身份凭证没有通过核对",
        Trouble.DOWN: "统一身份认证没有回应",
        Trouble.UNKNOWN: "没有关联的账号",
        Trouble.TAKEN: "账号已关联另一个身份",
        Trouble.INACTIVE: "账号或单位已停用",
    }
)
