"""What a service may refuse: one class a kind, each with its status and a sentence for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.findings import Finding


@dataclass(frozen=True, slots=True)
class Problem:
    """One field that needs mending: `pointer` is its JSON pointer in what was sent."""

    pointer: str
    message: str
    given: str = ""


class AppError(Exception):
    """A refusal that a person can act on; `message` says in Chinese what to do next."""

    status = 500
    code = "internal"
    default = "这次操作没有完成，请稍后再试一次。"

    def __init__(self, message: str = "", errors: Iterable[Problem] = ()) -> None:
        self.message = message or self.default
        self.errors = tuple(errors)
        super().__init__(self.message)


class Unauthenticated(AppError):
    """Nobody is known to be asking."""

    status = 401
    code = "unauthenticated"
    default = "请先登录，再继续操作。"


class Forbidden(AppError):
    """The actor is known and may not do this."""

    status = 403
    code = "forbidden"
    default = "您的岗位不能做这项操作，需要时请联系本单位负责人。"


class NotFound(AppError):
    """No such row, or none within the actor's organisations: the two look alike on purpose."""

    status = 404
    code = "not_found"
    default = "没有这条记录，或者它不在您的管理范围内。"


class Conflict(AppError):
    """The row is in a state that does not allow this."""

    status = 409
    code = "conflict"
    default = "当前状态下不能这样操作，请刷新后核对。"


class NotReady(AppError):
    """A form that still has findings which block its submission."""

    status = 409
    code = "not_ready"
    default = "还有需要改正或说明的地方，处理后再提交。"

    def __init__(self, findings: Iterable[Finding], message: str = "") -> None:
        self.findings = tuple(findings)
        super().__init__(message)


class VersionConflict(AppError):
    """Somebody saved first: `current` is the version that is now stored."""

    status = 412
    code = "version_conflict"
    default = "内容已由他人更新，请查看最新内容后再保存。"

    def __init__(self, current: int, message: str = "") -> None:
        self.current = current
        super().__init__(message)


class InFlight(AppError):
    """The same request is being worked on; asked again a little later it has its answer."""

    status = 409
    code = "in_flight"
    default = "同一个请求正在办理，请稍候用同一个 Idempotency-Key 重发，即可得到它的答复。"


class KeyReused(AppError):
    """An idempotency key that stands for another request already."""

    status = 422
    code = "idempotency_key_reused"
    default = "这个 Idempotency-Key 已经用于另一个请求，请为这个请求换一个新的。"


class Unacceptable(AppError):
    """Fields that need mending, all of them at once."""

    status = 422
    code = "unacceptable"
    default = "有填写内容需要改正，请按提示修改。"

    def __init__(self, errors: Iterable[Problem], message: str = "") -> None:
        super().__init__(message, errors)


class WhyUnreadable(StrEnum):
    """Why a file from outside could not be read."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    WRONG_KIND = "wrong_kind"
    ACTIVE = "active"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    EMPTY = "empty"


class UnreadableFile(AppError):
    """A file from outside that cannot be read: `reason` for programs, the message for people."""

    status = 422
    code = "unreadable_file"
    default = "这个文件已损坏，或不是它的扩展名所说的格式。请用原来的软件打开，另存一次后再上传。"

    def __init__(self, reason: WhyUnreadable, message: str = "") -> None:
        self.reason = reason
        super().__init__(message)


class PreconditionRequired(AppError):
    """A write that does not say which version it was made from."""

    status = 428
    code = "precondition_required"
    default = "请写明修改所依据的版本（If-Match），以免覆盖他人的修改。"


class Busy(AppError):
    """The one writer of the database did not come free in time; trying again is safe."""

    status = 503
    code = "busy"
    default = "正在保存的人较多，请稍候再保存一次。"


class AuditUnavailable(AppError):
    """The audit trail could not be written, so nothing else was: no change without its record."""

    status = 503
    code = "audit_unavailable"
    default = "审计记录暂时无法写入，这次操作没有保存。请稍后再试；仍不成功时请联系系统管理员。"


class ScannerUnavailable(AppError):
    """The antivirus scanner gave no answer, so the file was not taken."""

    status = 503
    code = "scanner_unavailable"
    default = "病毒扫描暂时不可用，文件没有保存。请稍后再上传；仍不成功时请联系系统管理员。"


class Damaged(AppError):
    """A stored file is gone or is not what was stored."""

    status = 500
    code = "damaged"
    default = "这份佐证材料已丢失，或与上传时不一致，不能下载。请联系系统管理员从备份中恢复。"
