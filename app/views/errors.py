"""Refusals as pages: a whole page for a browser, a notice for htmx, both in Chinese."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.errors import AppError, Forbidden, NotFound, Unauthenticated
from app.services.duties import Duty
from app.views import carried_forms, refusals
from app.views.dependencies import DutyFirst
from app.views.page import Block, go_to, go_to_path, page, wants_blocks
from app.views.places import asked_for
from app.views.security import REFUSED, add_headers

ERROR = "errors/error.html"
NOTICE = (Block(ERROR, "notice"),)

# Where what has to be done first is done.
DUTY_ROUTES = {
    Duty.FACTOR: "show_verify",
    Duty.PASSWORD: "show_password",
    Duty.ENROL: "show_second_factor",
    Duty.POST: "show_posts",
}

TITLES = {
    400: "请求不完整",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不能这样打开",
    409: "当前状态下不能这样操作",
    412: "内容已由他人更新",
    422: "有填写内容需要改正",
    413: "内容过大",
    421: "地址不对",
    428: "缺少版本",
    429: "操作过于频繁",
    503: "暂时不能保存",
}
FALLBACK = "系统没有完成这次操作"
MESSAGES = {
    400: "页面发来的内容不完整，请返回上一页重新填写。",
    404: "没有这个页面。地址可能已经变动，请从任务列表重新打开。",
    405: "这个地址只接收表单。请从任务列表重新打开。",
    413: "提交的内容过大，请分批提交。",
    500: "原因已记录，您填写并已保存的内容不受影响。请稍后再试；仍不成功时请联系本单位系统管理员。",
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened in a few words, what to do next, and whether signing in would help."""

    status: int
    title: str
    message: str
    details: tuple[str, ...]
    sign_in: bool


def install(app: FastAPI) -> None:
    """Answer every refusal of the HTML application with a page or a notice."""
    app.add_exception_handler(AppError, refused)
    app.add_exception_handler(RequestValidationError, unknown_address)
    app.add_exception_handler(HTTPException, unserved)
    app.add_exception_handler(Exception, failed)


async def refused(request: Request, error: Exception) -> Response:
    """A service's refusal; whoever opens a page without a session is sent to sign in first."""
    if not isinstance(error, AppError):
        return await failed(request, error)
    if isinstance(error, DutyFirst):
        return go_to(request, DUTY_ROUTES[error.duty])
    lost = isinstance(error, Unauthenticated)
    if lost and request.method == "GET" and not wants_blocks(request):
        wanted = quote(asked_for(request))
        return go_to_path(request, f"/login?to={wanted}" if wanted != "/" else "/login")
    await refusals.audit(request, error)
    carrying = await carried_forms.offered(request) if lost and not wants_blocks(request) else None
    if carrying is not None:
        return carrying
    message = "登录已过期。" if lost else error.message
    details = tuple(problem.message for problem in error.errors)
    return _answer(request, error.status, message, details, sign_in=lost)


async def unknown_address(request: Request, _: Exception) -> Response:
    """A path or query that no page has (a word where an id belongs)."""
    return _answer(request, NotFound.status, MESSAGES[404])


async def unserved(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method, an unreadable form."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _answer(request, status, MESSAGES.get(status, MESSAGES[500]))


async def failed(request: Request, _: Exception) -> Response:
    """A fault of the program: its details go to the log, never to the page."""
    response = _answer(request, 500, MESSAGES[500])
    add_headers(response.headers)  # this one leaves outside the layer that adds them
    return response


async def foreign(request: Request) -> Response:
    """A form that was not sent from a page of this system."""
    await refusals.audit(request, Forbidden(REFUSED))
    return _answer(request, 403, REFUSED)


def told(request: Request, status: int, message: str) -> Response:
    """A refusal from outside the pages, with the headers of a page."""
    response = _answer(request, status, message)
    add_headers(response.headers)
    return response


def _answer(
    request: Request,
    status: int,
    message: str,
    details: tuple[str, ...] = (),
    sign_in: bool = False,
) -> Response:
    context = ErrorPage(status, TITLES.get(status, FALLBACK), message, details, sign_in)
    return page(request, ERROR, context, blocks=NOTICE, status=status)
