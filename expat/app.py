"""The web application: `create_app` puts the pages together; `expat serve` serves it."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from expat import portal
from expat.documents.kinds import MOST_BYTES
from expat.errors import BadInput
from expat.places import shipped
from expat.portal import access, acting, faults, headers, who, words, work
from expat.settings import Settings

SHORTEST_SECRET = 32
LARGEST_KEY = 10**15


class KeyConverter(IntegerConverter):
    """A key in an address: no larger than the databases can hold."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_KEY, **options})


class Pages(Flask):
    """The application, whose log keeps nothing that somebody typed."""

    def log_exception(self, exc_info: Any) -> None:
        """Instead of Flask's own, which logs messages too."""
        faults.log_fault(exc_info[1] if isinstance(exc_info, tuple) else exc_info)


def create_app(engine: Engine, settings: Settings) -> Flask:
    """The application on a database. Raises BadInput where a setting that it needs is missing."""
    static = Path(portal.__file__).parent / "static"
    app = Pages("expat", template_folder=str(shipped("templates")), static_folder=str(static))
    _configure(app, settings)
    app.url_map.converters["int"] = KeyConverter
    app.extensions[work.EXTENSION] = work.House(engine, settings)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words.register(app, Babel())
    login = LoginManager(app)
    login.user_loader(who.load)
    CSRFProtect(app)
    faults.register(app)
    app.before_request(acting.begin)
    app.before_request(access.guard)
    app.after_request(headers.add_headers)
    app.after_request(work.finish)
    app.after_request(acting.note)
    app.teardown_appcontext(work.close)
    for pages in _pages():
        app.register_blueprint(pages)
    access.allow(access.PUBLIC)(app.view_functions["static"])
    access.check_declared(app)
    app.wsgi_app = acting.Addressed(app.wsgi_app)  # type: ignore[method-assign,assignment]
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secret = settings.secret_key.get_secret_value() if settings.secret_key else ""
    if len(secret) < SHORTEST_SECRET:
        raise BadInput("EXPAT_SECRET_KEY", "is not set or too short", f"{SHORTEST_SECRET} random characters or more")
    app.config.update(
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=3 * MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        MAX_FORM_PARTS=2_000,
        SESSION_COOKIE_NAME="expat",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the sign-in: a form that stood open is not lost
        WTF_CSRF_SSL_STRICT=False,
        BABEL_DEFAULT_LOCALE="en",
    )


def _pages() -> Iterator[Blueprint]:
    """The group of pages of every module of the portal that has one."""
    for module in pkgutil.walk_packages(portal.__path__, f"{portal.__name__}."):
        found = getattr(import_module(module.name), "pages", None)
        if isinstance(found, Blueprint):
            yield found
