"""What is wrong in an employer's file, in words: the fault and what would be right."""

from __future__ import annotations

from datetime import date

from expat.employers.reading import Fault
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.catalogue import N_

FAULTS = {
    "file_too_large": N_("The file is too large: {most} MB at most. Split it in two."),
    "old_office": N_("This is an old Excel file, or one with a password: save it as .xlsx without a password."),
    "no_workbook": N_("This workbook does not open: save it again as .xlsx, or send a CSV file."),
    "empty_file": N_("The file is empty: begin with the row of column names of the template."),
    "no_rows": N_("There is nobody in the file: one row for each person, below the column names."),
    "too_many_rows": N_("The file has more than {most} rows: split it."),
    "broken_csv": N_("A quotation mark is opened and not closed: close it, or take it away."),
    "bad_encoding": N_("The letters here are of two encodings, or of one that we do not know: save as “CSV UTF-8”, or send the .xlsx file."),  # noqa: E501
    "wrong_delimiter": N_("The columns cannot be told apart in “{given}”: separate them by ; or , or a tab."),
    "too_many_cells": N_("This row has more cells than there are column names: a separator too many, perhaps."),
    "missing_column": N_("The column “{given}” is missing: add it, with that name."),
    "unknown_column": N_("“{given}” is no column that we know: take it away, or give it the name in the template."),
    "doubled_column": N_("“{given}” is there twice: keep one of the two."),
    "empty": N_("This is empty: please fill it in."),
    "empty_name": N_("The name is empty: write it as in the passport."),
    "name_too_long": N_("The name is too long: {most} characters at most, as banks carry no more."),
    "too_long": N_("This is too long: {most} characters at most."),
    "bad_characters": N_("There are characters that cannot be seen: type the cell anew."),
    "formula_cell": N_("The cell begins like a formula ({given}): write the text alone, without = + - or @ before it."),
    "unknown_action": N_("“{given}” is unknown: write joiner, leaver or change."),
    "unknown_role": N_("“{given}” is unknown: write member, spouse or child."),
    "unknown_language": N_("“{given}” is unknown: write fr or en."),
    "unknown_reason": N_("“{given}” is unknown: write lost_status, return_to_france or member."),
    "unknown_country": N_("“{given}” is no country: write its code of two letters, such as SG, or its name."),
    "unknown_formula": N_("“{given}” is no formula: one of {known}."),
    "unknown_zone": N_("“{given}” is no zone: one of {known}."),
    "unknown_currency": N_("“{given}” is no currency: write its code of three letters, such as EUR."),
    "wrong_date": N_("“{given}” is not read as a date: write 2026-04-01 or 01/04/2026 (day, month, year)."),
    "impossible_date": N_("There is no such day as {given}: check day and month."),
    "born_out_of_range": N_("Nobody was born on {given}: a day from {first} to {last}."),
    "date_out_of_range": N_("{given} is too far away: at the latest {last}."),
    "too_early": N_("{given} is too early: nobody joins before the day after {first}, and not before the file of that person is complete."),  # noqa: E501
    "lives_in_france": N_("{given} is France for this contract: it insures people who live and work outside France."),
    "zone_mismatch": N_("{country} does not lie in zone {given}: it takes zone {right}."),
    "euro_area": N_("In {country} payments are made in EUR: write EUR."),
    "malformed_email": N_("“{given}” is no e-mail address: such as ada@example.org."),
    "nationality": N_("The member has to have French nationality, and the file says {country}."),
    "age": N_("On the day of effect the member has to be from {first} to {last} years old: born {given}."),
    "too_old": N_("On the day of effect this person has to be under {below}: born {given}."),
    "two_members": N_("Family {family} has a member already, in row {other}: one member for each family."),
    "two_spouses": N_("Family {family} has a spouse already, in row {other}: one spouse for each family."),
    "without_member": N_("This spouse or child has no member: give the family of a member in this file, or the number of the membership."),  # noqa: E501
    "has_member": N_("This membership has its member: somebody added to it is a spouse or a child."),
    "twice": N_("The same is announced in row {other}: keep one of the two rows."),
    "already_insured": N_("This person is insured already: take the row away, or ask us."),
    "already_announced": N_("You announced this person before, and we are on it: take the row away."),
    "unknown_membership": N_("“{given}” is no membership that you pay for: check the number on your list of people."),
    "ended": N_("This membership has an end already, on {ends}: take the row away."),
    "before_joining": N_("{given} lies before this membership began, on {joined}."),
}  # fmt: skip
DAYS = ("ends", "joined")
# What became of somebody, as the employer may know it: why somebody does not join is not for the employer to guess.
STATES = {
    "announced": N_("announced"),
    "invited": N_("invited"),
    "applying": N_("application under way"),
    "joined": N_("insured"),
    "declined": N_("does not join"),
    "refused": N_("does not join"),
    "withdrawn": N_("does not join"),
}
COVER = {
    "covered": N_("covered"),
    "to_come": N_("cover to come"),
    "suspended": N_("suspended: a premium is unpaid"),
    "ended": N_("ended"),
}
CHANGE_STATES = {"announced": N_("announced"), "done": N_("recorded"), "refused": N_("not recorded")}
DESK_STATES = {
    "announced": N_("announced"),
    "invited": N_("invited to apply"),
    "applying": N_("application under way"),
    "declined": N_("does not join"),
    "joined": N_("joined"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
}
KINDS = {"leaver": N_("Leaves"), "change": N_("New address")}
REASONS = {
    "lost_status": N_("no longer employed abroad"),
    "return_to_france": N_("return to France"),
    "member": N_("at the member's wish"),
}


def fault_in_words(fault: Fault) -> str:
    """A fault and what would be right, in the reader's language."""
    spoken = speaks()
    values = dict(fault.more)
    if "country" in values:
        values["country"] = names.country(values["country"], language())
    for name in (*DAYS, "first", "last"):
        if len(values.get(name, "")) == 10:
            values[name] = spoken.day(date.fromisoformat(values[name]))
    return spoken.say(FAULTS[fault.what], given=fault.given, **values)
