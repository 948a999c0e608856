"""`expat serve`: the web pages by gunicorn, with what works beside them: the reader of invoices, the sender of mail."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from expat.app import create_app
from expat.settings import settings
from expat.terminal import ready

BESIDE = {"reader": ("documents", "reader"), "mail": ("mail", "send", "--loop")}


class Server(BaseApplication):
    """Gunicorn with our options, each worker with its own connections."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(ready(), settings())


def leave_alone(_worker: object) -> None:
    """What a worker loaded once lives as long as it does: the collector of garbage need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=3, show_default=True, help="processes that answer")
@click.option("--beside/--alone", default=True, show_default=True, help="with the reader of invoices and the mail")
def serve(host: str, port: int, workers: int, beside: bool) -> None:
    """Serve the web pages until Ctrl-C. Put a proxy with TLS in front of it (EXPAT_TRUSTED_PROXIES)."""
    create_app(ready(), settings())  # what is missing is said at once, in one line
    ready().dispose()  # each worker opens connections of its own: one that is shared by two answers neither
    helpers = [subprocess.Popen([sys.executable, "-m", "expat", *words]) for words in BESIDE.values() if beside]  # noqa: S603
    options = {
        "bind": f"{host}:{port}", "workers": workers, "timeout": 60, "graceful_timeout": 10, "accesslog": None,
        "loglevel": "warning", "max_requests": 20_000, "max_requests_jitter": 2_000, "proc_name": "expat",
        "worker_tmp_dir": None, "control_socket_disable": True, "post_worker_init": leave_alone,
    }  # fmt: skip
    try:
        Server(options).run()
    finally:
        for helper in helpers:
            helper.terminate()
