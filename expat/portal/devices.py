"""What a person calls the device on which he or she signed in: a browser and what it runs on, from its user agent."""

from __future__ import annotations

import re

from ua_parser import parse

from expat.portal.work import speaks

_VERSIONS = re.compile(r"\b(Mobile|iOS|WebView|UI/WKWebView)\b|Headless")  # of browsers, which nobody names
_SYSTEMS = {"Mac OS X": "Mac", "Chrome OS": "Chromebook"}
_DEVICES = ("iPhone", "iPad")


def device_name(agent: str) -> str:
    """Such as Chrome on Windows; what says nothing of itself is a device."""
    found = parse(agent)
    family = found.user_agent.family if found.user_agent else ""
    browser = " ".join(_VERSIONS.sub("", family).split())
    system = _SYSTEMS.get(found.os.family, found.os.family) if found.os else ""
    if found.device and found.device.family in _DEVICES:
        system = found.device.family
    if browser and system:
        return speaks().say("{browser} on {system}", browser=browser, system=system)
    return browser or system or speaks().say("A device")
