"""The two applications of the centre: the open one and the one for enrolled terminals."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from sandbox.central import (
    attempts,
    case_views,
    certificates_register,
    checks,
    documents,
    enquiries,
    filing,
    incidents,
    orders,
    preparations,
    problems,
    queued,
    receipts,
    sessions,
    sms,
    terminals,
)
from sandbox.central.office import Office
from sandbox.central.problems import Problem


def open_application(office: Office) -> FastAPI:
    """Enrolment and time: what a terminal without a certificate may ask."""
    return _application(office, terminals.open_router, documents.open_router)


def main_application(office: Office) -> FastAPI:
    """Everything else."""
    return _application(
        office,
        terminals.router,
        documents.router,
        sms.router,
        sessions.router,
        enquiries.router,
        queued.router,
        orders.router,
        attempts.router,
        receipts.router,
        incidents.router,
        checks.router,
        preparations.router,
        filing.router,
        case_views.router,
        certificates_register.router,
    )


def _application(office: Office, *routers: APIRouter) -> FastAPI:
    application = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    application.state.office = office
    for router in routers:
        application.include_router(router)
    application.add_exception_handler(Problem, _refused)
    application.add_exception_handler(RequestValidationError, _does_not_fit)
    application.add_exception_handler(HTTPException, _not_served)
    return application


def _answer(problem: Problem) -> Response:
    return Response(problem.body(), problem.status, media_type=problems.CONTENT_TYPE)


async def _refused(_request: Request, error: Exception) -> Response:
    return _answer(error if isinstance(error, Problem) else Problem("internal_error"))


async def _does_not_fit(_request: Request, error: Exception) -> Response:
    """All defects at once; where and what, never the value: it may be a person's."""
    defects: list[dict[str, str]] = []
    if isinstance(error, RequestValidationError):
        defects = [
            {"at": ".".join(str(part) for part in item["loc"]), "defect": str(item["type"])}
            for item in error.errors()
        ]
    return _answer(Problem("request_invalid", defects=defects))


async def _not_served(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "request_invalid")
    answer = _answer(Problem(code))
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})  # a 405 says what is allowed
    return answer
