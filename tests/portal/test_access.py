"""Who gets in where: every route with every role, and with other people's records."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.routing import Rule

from expat.portal.access import HALF, PUBLIC, roles_of
from tests.portal.house import ROLES, Front
from tests.portal.records import Records

SKIPPED = {"static"}
# Pages of a role that refuse some of its holders: a spouse does not choose where the member is paid.
NARROWER = {"member_cover.privacy", "member_payout.payout", "member_payout.account", "member_payout.currency"}


def routes(front: Front) -> Iterator[tuple[Rule, str]]:
    """Every rule with each method that does something."""
    for rule in sorted(front.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint not in SKIPPED:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def test_every_route_says_who_may_use_it(front: Front) -> None:
    silent = [rule.endpoint for rule, _ in routes(front) if not roles_of(front.app, rule.endpoint)]
    assert silent == []


def test_nobody_gets_in_without_signing_in(front: Front) -> None:
    records = Records(front)
    for rule, method in routes(front):
        if PUBLIC in roles_of(front.app, rule.endpoint):
            continue
        answer = front.client().open(records.address(rule), method=method)
        assert answer.status_code in (302, 303), (rule.rule, method)
        assert "/sign-in" in answer.location, (rule.rule, method)


@pytest.mark.parametrize("name", ROLES)
def test_a_route_opens_to_its_roles_and_to_nobody_else(front: Front, name: str) -> None:
    records = Records(front)
    mine = "member" if name in ("spouse", "stranger") else name.rstrip("2")
    for rule, method in routes(front):
        roles = roles_of(front.app, rule.endpoint)
        if roles & {PUBLIC, HALF}:
            continue
        answer = front.client(name).open(records.address(rule), method=method)
        if mine in roles:
            assert answer.status_code != 403 or rule.endpoint in NARROWER, (rule.rule, method)
            assert answer.status_code < 500, (rule.rule, method)
        else:
            assert answer.status_code == 403, (rule.rule, method, name)


def test_another_membership_s_records_are_not_found(front: Front) -> None:
    """A stranger asks for each record of the family, by every route that names one."""
    records = Records(front)
    for rule, method in routes(front):
        if "member" not in roles_of(front.app, rule.endpoint) or not rule.arguments & records.family.keys():
            continue
        answer = front.client("stranger").open(records.address(rule), method=method)
        assert answer.status_code == 404, (rule.rule, method)


def test_medical_details_reach_the_person_and_the_medical_department_alone(front: Front) -> None:
    """A diagnosis and a confidential paper are put in; nobody else's pages show any of it."""
    records = Records(front)
    for name in ("manager", "accountant", "admin", "stranger", "spouse"):
        for rule, method in routes(front):
            if method == "GET" and not roles_of(front.app, rule.endpoint) & {HALF}:
                answer = front.client(name).open(records.address(rule), method="GET")
                assert records.diagnosis.encode() not in answer.data, (name, rule.rule)
