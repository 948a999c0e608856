"""A plan in which anything cannot be right is refused, with the file, the key and what would be right."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expat.errors import BadInput, NotFound
from expat.membership import borders
from expat.places import shipped
from expat.plans.edition import revived
from expat.plans.loader import load, plan, read

SHIPPED = shipped("config") / "plans" / "expat-uno"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped plan."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "expat-uno"))


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace the first place where `old` stands in a file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}: the test is out of date"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    return [str(problem) for problem in read(folder)[1]]


BROKEN = {
    "a citation is missing": (
        ("claims.toml", '[claim]\ncitation = "Règlement des prestations / Délais et paiement"', "[claim]"),
        "claims.toml: claim.submit_within: the citation is missing; a line of headings.txt",
    ),
    "a citation is no heading": (
        ("waiting.toml", '"Délais d\'attente"', '"Délais"'),
        "waiting.toml: waiting.months: 'Délais' is no heading of the contract; a line of headings.txt",
    ),
    "a citation is no text": (
        ("waiting.toml", '"Délais d\'attente"', "3"),
        "waiting.toml: waiting.months: 3 is no heading of the contract; a line of headings.txt",
    ),
    "an origin is unknown": (
        ("waiting.toml", 'origin = "contract"', 'origin = "ours"'),
        "waiting.toml: waiting.months: origin 'ours'; one of contract, sample, operator",
    ),
    "an origin is missing": (
        ("waiting.toml", 'origin = "contract"', ""),
        "waiting.toml: waiting.months: origin None; one of contract, sample, operator",
    ),
    "dates overlap": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, until = 2026-06-30}\n2026-01-01 = 20"),
        "approvals.toml: approval.stay: 2000-01-01 and 2026-01-01 overlap; until at most 2025-12-31",
    ),
    "there is a gap between two dates": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, until = 2025-06-30}\n2026-01-01 = 20"),
        "approvals.toml: approval.stay: has no value on 2025-07-01; until 2025-12-31, or no until",
    ),
    "a figure ends and nothing follows": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, until = 2026-06-30}"),
        "approvals.toml: approval.stay: has no value after 2026-06-30; no until, or a value from the day after",
    ),
    "an until lies before its date": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, until = 1999-12-31}"),
        "approvals.toml: approval.stay: until 1999-12-31 is not right; a day from 2000-01-01 on",
    ),
    "an until has a time": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, until = 2026-01-01T00:00:00}"),
        "approvals.toml: approval.stay: until 2026-01-01 00:00:00 is not right; a day from 2000-01-01 on",
    ),
    "a date is none": (
        ("approvals.toml", "2000-01-01 = 30", "2026-02-30 = 30"),
        "approvals.toml: approval.stay: 2026-02-30 is no date; a day such as 2000-01-01",
    ),
    "one date stands twice": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = 30\n2000-01-01 = 31"),
        "approvals.toml: is no TOML: ",
    ),
    "a figure has no date": (
        ("approvals.toml", "2000-01-01 = 30", "value = 30"),
        "approvals.toml: approval.stay: has no value by date; such as 2000-01-01 = 3",
    ),
    "a key beside the dates is unknown": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = 30\nsource = 3"),
        "approvals.toml: approval.stay: unknown key 'source'; a date, citation, origin, unit",
    ),
    "a key beside a value is unknown": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = {value = 30, note = 'x'}"),
        "approvals.toml: approval.stay: unknown key 'note'; value, until, citation, origin",
    ),
    "a figure is unknown": (
        ("approvals.toml", "[approval.stay]", "[approval.stays]"),
        "approvals.toml: approval.stays: unknown figure; a figure that the engine reads (expat plan show lists them)",
    ),
    "a figure is missing": (
        ("approvals.toml", '[approval.valid]\norigin = "operator"\nunit = "months"\n2000-01-01 = 6', ""),
        "approvals.toml: approval.valid: the figure is missing; a table with its unit, its citation, its origin and",
    ),
    "a figure stands twice": (
        ("waiting.toml", "[waiver.newborn]", '[approval.valid]\nunit = "months"\n2000-01-01 = 3\n[waiver.newborn]'),
        "waiting.toml: approval.valid: the figure stands twice in the plan; one place; see approvals.toml",
    ),
    "a word stands where a table should": (
        ("waiting.toml", "[waiver]", "[waiver]\nmonths = 3"),
        "waiting.toml: waiver.months: unknown key; a figure is a table of values by date, such as 2000-01-01 = 3",
    ),
    "a unit is unknown": (
        ("approvals.toml", 'unit = "days"\n2000-01-01 = 30', 'unit = "jours"\n2000-01-01 = 30'),
        "approvals.toml: approval.stay: unit 'jours'; 'days'",
    ),
    "a unit is another": (
        ("approvals.toml", 'unit = "days"\n2000-01-01 = 30', 'unit = "months"\n2000-01-01 = 30'),
        "approvals.toml: approval.stay: unit 'months'; 'days'",
    ),
    "a unit is missing": (
        ("approvals.toml", 'unit = "days"\n2000-01-01 = 30', "2000-01-01 = 30"),
        "approvals.toml: approval.stay: the unit is missing; 'days'",
    ),
    "a number is negative": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = -30"),
        "approvals.toml: approval.stay: the value from 2000-01-01 is not right; a whole number that is not negative",
    ),
    "a count is not whole": (
        ("approvals.toml", "2000-01-01 = 30", "2000-01-01 = 30.5"),
        "approvals.toml: approval.stay: the value from 2000-01-01 is not right; a whole number that is not negative",
    ),
    "a number has no end": (
        ("liability.toml", "material]\n2000-01-01 = 762245", "material]\n2000-01-01 = inf"),
        "liability.toml: liability.material: the value from 2000-01-01 is not right; a number that is not negative",
    ),
    "a number is none": (
        ("liability.toml", "material]\n2000-01-01 = 762245", "material]\n2000-01-01 = nan"),
        "liability.toml: liability.material: the value from 2000-01-01 is not right; a number that is not negative",
    ),
    "a share is above one": (
        ("ceilings.toml", "2000-01-01 = 0.8", "2000-01-01 = 80"),
        "ceilings.toml: recharge.threshold: the value from 2000-01-01 is not right; a share from 0 to 1",
    ),
    "a month does not exist": (
        ("membership.toml", "2000-01-01 = 9", "2000-01-01 = 13"),
        "membership.toml: membership.school_year_starts: the value from 2000-01-01 is not right; a month from 1 to 12",
    ),
    "a country does not exist": (
        ("territory.toml", '"US", "CA", "JP"', '"US", "CA", "XX"'),
        "territory.toml: zone.countries: the value from 2000-01-01 is not right; "
        "C: 'XX' is no country; an ISO 3166-1 alpha-2 code",
    ),
    "a country is in small letters": (
        ("territory.toml", '["FR", "RE"', '["fr", "RE"'),
        "territory.toml: territory.france: the value from 2000-01-01 is not right; "
        "'fr' is no country; an ISO 3166-1 alpha-2 code",
    ),
    "a country stands in two zones": (
        ("territory.toml", '"US", "CA", "JP"', '"US", "CA", "CH"'),
        "territory.toml: zone.countries: the value from 2000-01-01 is not right; CH stands in two zones",
    ),
    "a zone has no access": (
        ("territory.toml", '2000-01-01 = {A = ["A"], ', "2000-01-01 = {"),
        "territory.toml: zone.access: the value from 2000-01-01 is not right; 'A' is missing: a value for each of A, B",
    ),
    "a formula is unknown": (
        ("ceilings.toml", "{1 = 200000", "{5 = 1, 1 = 200000"),
        "ceilings.toml: ceiling.overall: the value from 2000-01-01 is not right; '5' is unknown: one of 1, 2, 3, 4",
    ),
    "a formula has no overall ceiling": (
        ("ceilings.toml", "{1 = 200000, ", "{"),
        "ceilings.toml: ceiling.overall: the value from 2000-01-01 is not right; '1' is missing: a value for each of 1",
    ),
    "a category has no wait": (
        ("waiting.toml", ", wellbeing = 0", ""),
        "waiting.toml: waiting.months: the value from 2000-01-01 is not right; 'wellbeing' is missing",
    ),
    "a category is unknown": (
        ("ceilings.toml", '["wellbeing", "optical_dental"]', '["wellness"]'),
        "ceilings.toml: carry_over.categories: the value from 2000-01-01 is not right; 'wellness' is no category: one",
    ),
    "a category's ceiling has another name": (
        ("ceilings.toml", "[ceiling.category.wellbeing]", "[ceiling.category.wellness]"),
        "ceilings.toml: ceiling.category.wellness: unknown figure; a figure that the engine reads",
    ),
    "a category has no ceiling, not even an empty one": (
        ("ceilings.toml", "[ceiling.category.hospitalisation]\n2000-01-01 = {}", ""),
        "ceilings.toml: ceiling.category.hospitalisation: the figure is missing; a table with",
    ),
    "a cause is unknown": (
        ("waiting.toml", '["accident", "unexpected_illness"]', '["accidents"]'),
        "waiting.toml: waiver.causes: the value from 2000-01-01 is not right; 'accidents' is no cause: one of",
    ),
    "a list holds lists": (
        ("waiting.toml", '["accident", "unexpected_illness"]', '[["accident"]]'),
        "waiting.toml: waiver.causes: the value from 2000-01-01 is not right; ['accident'] is no cause: one of",
    ),
    "a word stands twice": (
        ("waiting.toml", '["accident", "unexpected_illness"]', '["accident", "accident"]'),
        "waiting.toml: waiver.causes: the value from 2000-01-01 is not right; 'accident' stands twice",
    ),
    "a rate of reimbursement is above one": (
        ("care.toml", "{1 = {rate = 1.0, cap = 150}", "{1 = {rate = 100, cap = 150}"),
        "care.toml: care.hospital.stay.benefit: the value from 2000-01-01 is not right; 1: a share from 0 to 1",
    ),
    "a benefit has no rate": (
        ("care.toml", "{1 = {rate = 1.0, cap = 150}", "{1 = {cap = 150}"),
        "care.toml: care.hospital.stay.benefit: the value from 2000-01-01 is not right; 1: a table with `rate`",
    ),
    "a care's category is unknown": (
        ("care.toml", 'category = "hospitalisation"', 'category = "hospital"'),
        "care.toml: care.hospital.stay: category 'hospital'; one of hospitalisation, maternity, ambulatory,",
    ),
    "a care's unit is unknown": (
        ("care.toml", 'unit = "day"', 'unit = "week"'),
        "care.toml: care.hospital.stay: unit 'week'; one of act, day, item, night, pair, session, trip",
    ),
    "a care says admission in words": (
        ("care.toml", "admission = true", 'admission = "yes"'),
        "care.toml: care.hospital.stay: admission 'yes'; true or false",
    ),
    "a care has no documents": (
        ("care.toml", "documents = {2000-01-01", "papers = {2000-01-01"),
        "care.toml: care.hospital.stay: documents is missing; with its dated values",
    ),
    "a care's document is unknown": (
        ("care.toml", '["invoice"]', '["bill"]'),
        "care.toml: care.hospital.stay.documents: the value from 2000-01-01 is not right; 'bill' is no document: one",
    ),
    "a benefit outlives its approval": (
        ("care.toml", 'approval = {2000-01-01 = "always",', 'approval = {2020-01-01 = "always",'),
        "care.toml: care.hospital.stay.approval: has no value on 2000-01-01; on every day of the benefit",
    ),
    "a care's key is unknown": (
        ("care.toml", "admission = true", "admission = true\nceiling = 3"),
        "care.toml: care.hospital.stay.ceiling: unknown key; a figure is a table of values by date",
    ),
    "a care's figure has another unit": (
        ("care.toml", "under_age = {2000-01-01 = 16}", 'under_age = {2000-01-01 = 16, unit = "months"}'),
        "care.toml: care.hospital.companion_bed.under_age: unit 'months'; 'years'",
    ),
    "the currency does not exist": (
        ("plan.toml", 'currency = "EUR"', 'currency = "EUX"'),
        "plan.toml: currency: 'EUX' is no currency; an ISO 4217 code such as SGD",
    ),
    "the plan has no zones": (
        ("plan.toml", 'zones = ["A", "B", "C"]', ""),
        "plan.toml: zones: is missing or has the wrong form; words in quotation marks, each once",
    ),
    "the formulas are numbers": (
        ("plan.toml", '["1", "2", "3", "4"]', "[1, 2, 3, 4]"),
        "plan.toml: formulas: [1, 2, 3, 4] is not right; words in quotation marks, each once, from the lowest to the",
    ),
    "the title has no French": (
        ("plan.toml", ', fr = "Expat Uno, conditions générales"', ""),
        "plan.toml: title: en; the title in en and in fr",
    ),
    "the plan's head has another key": (
        ("plan.toml", 'currency = "EUR"', 'currency = "EUR"\nlanguage = "fr"'),
        "plan.toml: language: unknown key; one of plan, title, currency, formulas, zones, categories",
    ),
    "a balance is shown of a role that is unknown": (
        ("ceilings.toml", '["member", "spouse"]', '["member", "wife"]'),
        "ceilings.toml: ceiling.shown_of: the value from 2000-01-01 is not right; maternity: 'wife' is no role: one of",
    ),
    "a balance is shown of a category that is unknown": (
        ("ceilings.toml", "{maternity = [", "{birth = ["),
        "ceilings.toml: ceiling.shown_of: the value from 2000-01-01 is not right; 'birth' is unknown: one of",
    ),
    "a file is no TOML": (
        ("ceilings.toml", "[ceiling]", "[ceiling"),
        "ceilings.toml: is no TOML: ",
    ),
}


@pytest.mark.parametrize(("broken", "message"), BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_right_is_refused(folder: Path, broken: tuple[str, str, str], message: str) -> None:
    change(folder, *broken)

    found = problems(folder)
    assert any(problem.startswith(message) for problem in found), found
    with pytest.raises(BadInput):
        load(folder)


def test_the_shipped_plan_has_no_problem() -> None:
    assert problems(SHIPPED) == []


def test_every_problem_is_named_not_the_first_alone(folder: Path) -> None:
    change(folder, "waiting.toml", "wellbeing = 0", "wellbeing = -1")
    change(folder, "approvals.toml", "2000-01-01 = 30", "2000-01-01 = -30")
    change(folder, "care.toml", 'unit = "day"', 'unit = "week"')

    assert [problem.split(": ")[1] for problem in problems(folder)] == [
        "approval.stay",
        "care.hospital.stay",
        "waiting.months",
    ]


def test_the_figures_of_a_file_that_cannot_be_read_are_not_called_missing(folder: Path) -> None:
    change(folder, "ceilings.toml", "[ceiling]", "[ceiling")
    assert len(problems(folder)) == 1


def test_a_folder_that_holds_no_plan(tmp_path: Path) -> None:
    assert problems(tmp_path) == [f"plan.toml: the file is missing in {tmp_path}; a folder that holds a plan"]


def test_a_plan_without_headings(folder: Path) -> None:
    (folder / "headings.txt").unlink()
    assert problems(folder) == ["headings.txt: the file is missing; the contract's headings, one on each line"]


def test_a_plan_that_is_not_there_is_named_with_those_that_are() -> None:
    for name in ("expat-duo", "../plans", ""):
        with pytest.raises(NotFound, match="expat-uno"):
            plan(name)


# --- editions ---


def test_a_new_edition_holds_from_its_day_on_alone(folder: Path) -> None:
    change(folder, "care.toml", "2000-01-01 = {1 =", "2026-01-01 = {4 = {rate = 0.9}}\n2000-01-01 = {1 =")
    change(folder, "ceilings.toml", "2000-01-01 = {1 =", "2026-01-01 = {1 = 1, 2 = 2, 3 = 3, 4 = 4}\n2000-01-01 = {1 =")
    found, before = load(folder), load(SHIPPED)

    old, new = found.on(date(2025, 12, 31)), found.on(date(2026, 1, 1))
    assert old.content == before.on(date(2025, 12, 31)).content
    assert old.overall_ceiling("1").value == 200000
    assert old.care["hospital.stay"].terms["4"].rate.value == 1
    assert new.overall_ceiling("1").value == 1
    assert new.care["hospital.stay"].terms["4"].rate.value == Decimal("0.9")
    assert "1" not in new.care["hospital.stay"].terms
    assert old.key != new.key
    # everything else is as it was
    assert {name for name in old.figures if old.figures[name] != new.figures[name]} == {
        "ceiling.overall",
        "care.hospital.stay.benefit",
    }


def test_a_care_that_ends_is_unknown_afterwards(folder: Path) -> None:
    value = "{1 = {rate = 1.0}, 2 = {rate = 1.0}, 3 = {rate = 1.0}, 4 = {rate = 1.0}}"
    change(folder, "care.toml", f"2000-01-01 = {value}", f"2000-01-01 = {{value = {value}, until = 2025-12-31}}")
    found = load(folder)

    assert found.on(date(2025, 12, 31)).known_care("hospital.surgery")
    assert not found.on(date(2026, 1, 1)).known_care("hospital.surgery")


def test_a_day_before_the_first_value_is_refused() -> None:
    with pytest.raises(NotFound, match="the plan has no value on 1999-12-31; its first holds from 2000-01-01"):
        plan("expat-uno").on(date(1999, 12, 31))


def test_an_edition_that_was_kept_comes_back_whole() -> None:
    edition = plan("expat-uno").on(date(2026, 1, 1))
    again = revived(edition.content)

    assert again.key == edition.key
    assert again.figures == edition.figures


# --- borders ---

BORDER = 'citation = "x"\nborders = [{{between = ["AD", "ES"], from = 2000-01-01}}, {entry}]'
WRONG_BORDERS = {
    '{between = ["AD", "XX"], from = 2000-01-01}': "border 2, between: 'XX' is no country; an ISO 3166-1 alpha-2 code",
    '{between = ["AD", "fr"], from = 2000-01-01}': "border 2, between: 'fr' is no country; an ISO 3166-1 alpha-2 code",
    '{between = ["AD"], from = 2000-01-01}': "border 2, between: ['AD'] is no pair; two countries",
    '{between = ["AD", "AD"], from = 2000-01-01}': "border 2, between: ['AD', 'AD'] is no pair; two countries",
    '{between = ["ES", "AD"], from = 2000-01-01}': "border 2 ['ES', 'AD']: stands twice; each pair once",
    '{between = ["AD", "FR"], from = "2000"}': "border 2 ['AD', 'FR'], from: '2000' is no date; a day, unquoted",
    '{between = ["AD", "FR"], from = 2000-01-01, until = 1999-01-01}': "until: 1999-01-01 lies before 2000-01-01",
    '{between = ["AD", "FR"]}': "border 2: {'between': ['AD', 'FR']} is no border",
    '{between = ["AD", "FR"], from = 2000-01-01, bridge = true}': "is no border; {between =",
}


@pytest.mark.parametrize(("entry", "message"), WRONG_BORDERS.items())
def test_a_border_that_cannot_be_right_is_refused(tmp_path: Path, entry: str, message: str) -> None:
    file = tmp_path / "borders.toml"
    file.write_text(BORDER.format(entry=entry), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        borders.load(file)
    assert str(refusal.value).startswith("borders.toml: ") and message in str(refusal.value)


def test_borders_hold_from_their_first_day_to_their_last() -> None:
    assert borders.bordering("FR", "ES", date(2025, 1, 1)) and borders.bordering("ES", "FR", date(2025, 1, 1))
    assert not borders.bordering("FR", "GB", date(2025, 1, 1))
    assert not borders.bordering("AL", "ME", date(2006, 6, 2)) and borders.bordering("AL", "ME", date(2006, 6, 3))
