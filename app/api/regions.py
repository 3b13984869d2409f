"""Administrative divisions (行政区划): read by everyone with a key."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from app.api.dependencies import Reads, allows
from app.api.etags import represented
from app.api.exact_json import ExactRoute
from app.api.filters import WhichPage
from app.api.paging import paged
from app.db.regions import Region
from app.domain.policies import READS
from app.schemas.cells import RegionCode
from app.schemas.pages import PageOut
from app.schemas.regions import RegionOut
from app.services import regions

router = APIRouter(route_class=ExactRoute, tags=["基础数据"])


@router.get(
    "/regions",
    dependencies=[allows(READS)],
    summary="列出地区",
    description="全部行政区划，按代码排列。",
    response_model=PageOut[RegionOut],
)
def list_regions(call: Reads, asked: WhichPage) -> Response:
    """A page of regions."""
    page = regions.list_regions(call.session, asked.after, asked.limit)
    return paged(call.request, "region", page, RegionOut.model_validate, _seen)


@router.get(
    "/regions/{region_code}",
    dependencies=[allows(READS)],
    summary="读取一个地区",
    description="填报期限按地区的时区计算。",
    response_model=RegionOut,
)
def get_region(
    call: Reads, region_code: Annotated[RegionCode, Path(description="行政区划代码")]
) -> Response:
    """One region."""
    region = regions.get(call.session, region_code)
    tag = f'"region.{region.code}.{region.version}"'
    return represented(call.request, tag, RegionOut.model_validate(region))


def _seen(region: Region) -> tuple[object, ...]:
    return (region.code, region.version)
