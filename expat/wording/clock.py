"""Instants as people read them: by the clock of a place, the setting EXPAT_TIME_ZONE. What rules compute stays UTC."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_datetime, get_timezone, get_timezone_location

from expat.wording.voice import voice


def moment(at: datetime, zone: str, language: str) -> str:
    """An instant to the minute, without saying whose clock: 4 Aug 2025 11:05."""
    return _written(at, "d MMM y HH:mm", zone, language)


def moment_there(at: datetime, zone: str, language: str) -> str:
    """An instant to the minute, and whose clock it is by: 4 August 2025 11:05 (Paris)."""
    return f"{_written(at, 'd MMMM y HH:mm', zone, language)} ({place(zone, language)})"


def time_there(at: datetime, zone: str, language: str) -> str:
    """The time of day of an instant, and whose clock it is by: 11:05 (Paris)."""
    return f"{_written(at, 'HH:mm', zone, language)} ({place(zone, language)})"


def day_there(at: datetime, zone: str) -> date:
    """The day of an instant by the clock of the place."""
    return at.astimezone(get_timezone(zone)).date()


def place(zone: str, language: str) -> str:
    """The place whose clock it is, in the language: Paris for Europe/Paris; a zone without one by its name."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    city = get_timezone_location(get_timezone(zone), locale=voice(language).locale, return_city=True)
    return str(city).rpartition("/")[2]


def _written(at: datetime, pattern: str, zone: str, language: str) -> str:
    return str(format_datetime(at, pattern, tzinfo=get_timezone(zone), locale=voice(language).locale))
