"""The lines of claims on a statement or a notice: what was invoiced, what each rule took off, what was paid and why.

Lines of persons who keep their care to themselves (`private`, by the names shown) tell the sums alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from expat.money import EUR
from expat.payments.statement_lines import Care, PaidLine, UnpaidLine
from expat.wording.contract import around_heading
from expat.wording.reasons import Explained
from expat.wording.voice import Voice

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lines:
    """Puts lines into the words of a language."""

    speaks: Voice
    private: Collection[str] = ()

    # --- what a line is about ----------------------------------------------------------------------------------------

    def keeps(self, care: Care) -> bool:
        """Whether the person keeps this care to himself or herself."""
        return care.person in self.private

    def what(self, care: Care) -> str:
        """The care, with its quantity."""
        if self.keeps(care):
            return self.speaks.say("Care that this person keeps private")
        return f"{care.name} ({care.quantity})" if care.quantity else care.name

    def days(self, care: Care) -> str:
        """The day or the days of the care."""
        if care.first_day == care.last_day:
            return self.speaks.day(care.first_day)
        return self.speaks.period(care.first_day, care.last_day)

    def about(self, care: Care) -> list[str]:
        """Whom the care was for, when, where, by whom, and where it stands in its claim."""
        number = self.speaks.say("Line {position} of claim {claim}", position=care.position, claim=care.claim)
        if self.keeps(care):
            return [care.person, number]
        invoice = self.speaks.say("invoice {number}", number=care.invoice) if care.invoice else ""
        by = ", ".join(part for part in (care.provider, invoice) if part)
        return [
            f"{care.person}, {self.days(care)}, {care.country}",
            " · ".join(part for part in (by, number) if part),
        ]

    def head(self, care: Care, number: int | None = None) -> Row:
        """The head under which a line's rows stand; `claim` and `position` lead to it where it is told whole."""
        shown = "" if number is None else str(number)
        head = {"number": shown, "title": self.what(care), "about": self.about(care)}
        return head if self.keeps(care) else {**head, "claim": care.claim, "position": care.position}

    # --- what is paid ------------------------------------------------------------------------------------------------

    def summary(self, number: int, line: PaidLine) -> list[str]:
        """The line as one row of the summary."""
        care, amount = line.care, self.speaks.amount
        day = "" if self.keeps(care) else self.speaks.day(care.first_day)
        invoiced, paid = amount(care.invoiced, care.currency), amount(line.paid, line.paid_in)
        return [str(number), care.person, self.what(care), day, invoiced, paid]

    def paid(self, line: PaidLine) -> list[Row]:
        """The arithmetic of a line: invoiced, less each reduction, converted, paid."""
        say, amount, currency = self.speaks.say, self.speaks.amount, line.care.currency
        rows = [_row(say("Invoiced"), amount(line.care.invoiced, currency))]
        if not self.keeps(line.care):
            rows += [self._reduction(one.why, amount(one.amount, currency)) for one in line.reductions]
        elif line.taken_off:
            rows.append(_row(say("Not reimbursed"), "−" + amount(line.taken_off, currency)))
        rows += self._converted(line)
        if line.taken_off and not self.keeps(line.care):
            rows.append(_row(say("Not reimbursed"), amount(line.taken_off, currency), kind="aside"))
        return rows

    def _reduction(self, why: Explained, amount: str) -> Row:
        return {**_row(why.title, "−" + amount), **self.because(why)}

    def _converted(self, line: PaidLine) -> list[Row]:
        say, amount, number = self.speaks.say, self.speaks.amount, self.speaks.rate
        counted, eur = amount(line.counted, line.care.currency), amount(line.eur, EUR)
        paid = amount(line.paid, line.paid_in)
        if line.paid_in == line.care.currency:
            row = _row("= " + say("Paid"), paid, kind="result")
            if line.invoice_rate:
                row["sentence"] = say(
                    "It is paid in the invoice's own currency, without conversion. Against the ceilings, which are in "
                    "euros, it counts as {amount} ÷ {rate} = {eur}.",
                    amount=counted,
                    rate=number(line.invoice_rate.value),
                    eur=eur,
                )
            return [row]
        rows = [_row("= " + say("Reimbursed, in the invoice's currency"), counted)]
        if line.invoice_rate:
            label = say("in euros") if line.payout_rate else say("Paid")
            rows.append(_row(f"÷ {number(line.invoice_rate.value)} = {label}", eur))
        if line.payout_rate:
            rows.append(_row(f"× {number(line.payout_rate.value)} = " + say("Paid"), paid))
        rows[-1]["kind"] = "result"
        return rows

    # --- what is not paid --------------------------------------------------------------------------------------------

    def unpaid(self, line: UnpaidLine) -> list[Row]:
        """How a line stands that is not paid: why, since when, what to do, until when to contest."""
        say, day = self.speaks.say, self.speaks.day
        invoiced = _row(say("Invoiced"), self.speaks.amount(line.care.invoiced, line.care.currency))
        since = {"since": day(line.since)}
        if line.status == "refused" and line.contest_until is not None:
            until = day(line.contest_until)
            told = say("Decided on {since}. You can contest this until {until}.", **since, until=until)
        elif line.why is not None:
            told = say("Waiting since {since}.", **since)
        else:
            told = say("Accepted on {since}.", **since)
        return [invoiced, {**_row(self._standing(line), "", kind="standing"), **self._why(line), "last": told}]

    def _standing(self, line: UnpaidLine) -> str:
        if line.why is None or self.keeps(line.care):
            return line.title
        if line.status == "refused":
            return self.speaks.say("{status}: {reason}", status=line.title, reason=line.why.title)
        return line.why.title

    def _why(self, line: UnpaidLine) -> Row:
        return {} if line.why is None or self.keeps(line.care) else self.because(line.why)

    def elsewhere(self, line: UnpaidLine) -> list[Row]:
        """What another payment paid, and to whom."""
        member = line.payee == "member"
        to = self.speaks.say("Paid to the member") if member else self.speaks.say("Paid to the hospital")
        return [_row(to, "" if line.paid is None else self.speaks.amount(line.paid, line.paid_in))]

    def because(self, why: Explained) -> Row:
        """The sentence, the advice and the article of a reason. Articles are the contract's own, in French."""
        advice = self.speaks.say("What you can do: {advice}", advice=why.next_step) if why.next_step else ""
        before, after = around_heading(self.speaks.language)
        return {"sentence": why.sentence, "advice": advice, "article": [before, why.article, after]}


def _row(label: str, amount: str, kind: str = "plain") -> Row:
    return {"kind": kind, "label": label, "amount": amount, "sentence": "", "advice": "", "article": [], "last": ""}
