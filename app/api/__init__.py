"""The JSON face of jixiao, mounted at /api/v1."""

from datetime import UTC, datetime

from fastapi import FastAPI

from app.api import (
    attachments,
    audit_events,
    budgets,
    declarations,
    documents,
    exports,
    filing_requests,
    filing_tasks,
    filling_templates,
    form_rows,
    grants,
    guidance,
    imports,
    last_year,
    messages,
    openapi,
    organisations,
    problems,
    projects,
    regions,
    reminders,
    repulls,
    reviews,
    scored_files,
    scores,
    scorings,
    self_evaluations,
    standards,
    threads,
    transitions,
    users,
    workflow_settings,
)
from app.api.exact_json import ExactRoute
from app.api.score_cache import ScoreCache

NOUNS = (
    scorings, scored_files, standards, regions, organisations, projects, budgets, declarations,
    self_evaluations, form_rows, guidance, last_year, repulls, filling_templates, attachments,
    documents, transitions, reviews, workflow_settings, filing_tasks, filing_requests, reminders,
    scores, audit_events, users, grants, messages, threads, imports, exports,
)  # fmt: skip

TAGS = [
    {"name": "评分", "description": "给一张表评分，不保存；给已保存的表取得分。"},
    {"name": "评分标准", "description": "各地各年度的评分标准，全文公开。"},
    {"name": "基础数据", "description": "地区、单位、项目、预算与执行、绩效目标申报。"},
    {"name": "绩效自评", "description": "填报、提交、撤回绩效自评表。"},
    {"name": "佐证材料", "description": "附在自评表和指标行上的文件：上传、下载、删除。"},
    {
        "name": "审核",
        "description": "受理、核查、同意、退回、公开和重新开放；审核环节和退回原因的设置。",
    },
    {
        "name": "账号与授权",
        "description": "人员账号、岗位授权的读取、申请和撤销；确认只能由人办理。",
    },
    {"name": "消息与沟通", "description": "给人员的消息；单位和审核方在表上的留言。"},
    {
        "name": "填报任务",
        "description": "要求哪些单位在哪一天以前填报；填报进度、逾期填报；延期和免报。",
    },
    {"name": "导入", "description": "用表格批量新增和修改：先预览，确认后一次写入。"},
    {"name": "导出", "description": "成批导出自评表的文档和开放数据：开始、查询进度、下载。"},
    {"name": "审计", "description": "谁在什么时候从哪里做了什么；自评表的历史。"},
]


def create_api() -> FastAPI:
    """The API application; whoever mounts it sets `state.engine` and `state.settings`."""
    api = FastAPI(
        title="绩效（jixiao）接口",
        version="1",
        openapi_url=None,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    api.router.route_class = ExactRoute
    api.state.clock = lambda: datetime.now(UTC)
    api.state.score_cache = ScoreCache()
    for noun in NOUNS:
        api.include_router(noun.router)
    problems.install(api)
    openapi.install(api)
    return api
