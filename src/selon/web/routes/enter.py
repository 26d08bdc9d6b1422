"""The entrance of a guarded record, and the choice of language."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from selon.web.handling import back, field, posted
from selon.web.problems import Problem
from selon.web.security.tokens import COOKIE, ENTRANCE, cookie_value, same
from selon.web.texts import COOKIE as LANGUAGE_COOKIE
from selon.web.texts import LANGUAGES
from selon.web.views import render

# Cookies last a year.
_YEAR = 365 * 24 * 3600


def _show(request: Request) -> Response:
    return render(request, "enter.html", to=request.query_params.get("to", "/"), wrong=False)


def _enter(request: Request, form: FormData) -> Response:
    token = request.app.state.settings.token
    if not token or not same(field(form, "token"), token):
        return render(request, "enter.html", 403, to=field(form, "to"), wrong=True)
    response = back(field(form, "to"))
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, cookie_value(token), httponly=True, samesite="strict", secure=secure)
    return response


def _language(request: Request) -> Response:
    code = request.path_params["code"]
    if code not in LANGUAGES:
        raise Problem(404, "not_found")
    response = back(request.query_params.get("to", "/"))
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=_YEAR, httponly=True, samesite="lax")
    return response


ROUTES = [Route(ENTRANCE, _show), posted(ENTRANCE, _enter), Route("/language/{code}", _language)]
