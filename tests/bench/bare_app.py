"""The plainest Flask application that commits a row: what the pages are measured against."""

from __future__ import annotations

import os

from flask import Flask
from sqlalchemy import text
from sqlmodel import Session

from expat.db import open_engine

app = Flask("bare")
engine = open_engine(os.environ["EXPAT_DATABASE_URL"])
INSERT = text("INSERT INTO bare (a, b) VALUES (:a, :b)")


@app.post("/row")
def row() -> str:
    with Session(engine) as session, session.begin():
        session.execute(INSERT, {"a": 1, "b": "x" * 100})
    return "kept"
