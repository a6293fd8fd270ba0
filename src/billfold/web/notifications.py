"""/webhook_callbacks: what PSPs report. Verified, stored once, answered with 200; taken in by the worker."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from billfold.domain.caller import Caller
from billfold.domain.errors import BillfoldError
from billfold.usecases.payments.notifications import receive
from billfold.usecases.work import Tools, Work

log = structlog.get_logger("billfold.notifications")

ID_LENGTH = 10  # the organization's id leads the key


def routes(tools: Tools) -> list[Route]:
    async def endpoint(request: Request) -> Response:
        return await _receive(tools, request)

    return [Route("/webhook_callbacks/{gateway_type}/{key}", endpoint, methods=["POST"])]


async def _receive(tools: Tools, request: Request) -> Response:
    gateway_type, key = request.path_params["gateway_type"], request.path_params["key"]
    work = Work(tools, Caller(key[:ID_LENGTH], "", "", "integration"))
    known = gateway_type in tools.registry and tools.registry[gateway_type].table == "payment_gateways"
    gateway = await work.read(gateway_type, key, by="notification_key") if known else None
    if gateway is None:
        return JSONResponse({"error": "There is no such gateway."}, 404)
    try:
        await receive(work, gateway, dict(request.headers), await request.body())
    except BillfoldError as refusal:
        log.warning("a report was refused", gateway=gateway.id, reason=refusal.message)
        return JSONResponse({"error": refusal.message}, 400)
    return JSONResponse({"received": True})
