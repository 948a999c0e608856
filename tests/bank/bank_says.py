"""Made-up statements and notifications, built element by element for each version of the message."""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import escape

OURS = "FR7630006000011234567890189"
THEIRS = "DE89370400440532013000"


class Tx(NamedTuple):
    """A payment in an entry, as the bank tells it; `amount` with its sign, None where the bank names none."""

    amount: str | None = None
    currency: str = "EUR"
    instructed: str | None = None
    charges: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    payment_id: str | None = None
    message_id: str | None = None
    text: tuple[str, ...] = ()
    reference: str | None = None
    debtor: tuple[str, str] | None = None
    creditor: tuple[str, str] | None = None
    reason: str | None = None
    told: str | None = None


class Entry(NamedTuple):
    """An entry; the sign of `amount` says whether money came in."""

    amount: str = "312.50"
    currency: str = "EUR"
    status: str = "BOOK"
    booked: str | None = "2026-12-01"
    value: str | None = "2026-12-01"
    reference: str | None = None
    reversal: bool = False
    batch: str | None = None
    size: int | None = None
    code: str | None = "PMNT-RCDT-ESCT"
    charges: str | None = None
    text: str | None = None
    payments: tuple[Tx, ...] = ()


def tag(name: str, content: str | None) -> str:
    return "" if not content else f"<{name}>{content}</{name}>\n"


def words(name: str, text: str | None) -> str:
    return tag(name, escape(text)) if text else ""


def amount(number: str, currency: str) -> str:
    return f'<Amt Ccy="{currency}">{number.lstrip("-")}</Amt>'


def sign(number: str) -> str:
    return tag("CdtDbtInd", "DBIT" if number.startswith("-") else "CRDT")


def balance(kind: str, number: str, on: str, currency: str = "EUR") -> str:
    code = tag("Tp", tag("CdOrPrtry", tag("Cd", kind)))
    return tag("Bal", code + amount(number, currency) + sign(number) + tag("Dt", tag("Dt", on)))


def charges(number: str | None, currency: str, early: bool) -> str:
    if number is None:
        return ""
    cost = amount(number, currency)
    return tag("Chrgs", cost if early else tag("Rcrd", cost + tag("CdtDbtInd", "DBIT")))


def party(role: str, one: tuple[str, str] | None, late: bool) -> str:
    if one is None:
        return ""
    name = words("Nm", one[0])
    return tag(role, tag("Pty", name) if late else name) + tag(f"{role}Acct", tag("Id", tag("IBAN", one[1])))


def remittance(one: Tx) -> str:
    free = "".join(words("Ustrd", text) for text in one.text)
    kind = tag("Tp", tag("CdOrPrtry", tag("Cd", "SCOR")))
    structured = tag("Strd", tag("CdtrRefInf", kind + words("Ref", one.reference))) if one.reference else ""
    return tag("RmtInf", free + structured)


def details(one: Tx, entry: Entry, version: int) -> str:
    refs = tag(
        "Refs",
        words("MsgId", one.message_id)
        + words("PmtInfId", one.payment_id)
        + words("EndToEndId", one.end_to_end)
        + words("MndtId", one.mandate),
    )
    ordered = tag("InstdAmt", amount(one.instructed, one.currency)) if one.instructed else ""
    booked = amount(one.amount, one.currency) if one.amount else ""
    if version == 2:
        own = tag("AmtDtls", ordered + tag("TxAmt", booked))
    else:
        own = (booked + sign(one.amount or entry.amount) if booked else "") + tag("AmtDtls", ordered)
    parties = party("Dbtr", one.debtor, version >= 7) + party("Cdtr", one.creditor, version >= 7)
    back = tag("RtrInf", tag("Rsn", tag("Cd", one.reason)) + words("AddtlInf", one.told)) if one.reason else ""
    cost = charges(one.charges, one.currency, version == 2)
    return tag("TxDtls", refs + own + cost + tag("RltdPties", parties) + remittance(one) + back)


def ntry(one: Entry, version: int) -> str:
    domain, family, sub = (one.code or "--").split("-")
    code = tag("Domn", tag("Cd", domain) + tag("Fmly", tag("Cd", family) + tag("SubFmlyCd", sub))) if one.code else ""
    batch = tag("Btch", words("PmtInfId", one.batch) + tag("NbOfTxs", str(one.size) if one.size else None))
    inside = batch + "".join(details(tx, one, version) for tx in one.payments)
    return tag(
        "Ntry",
        amount(one.amount, one.currency)
        + sign(one.amount)
        + (tag("RvslInd", "true") if one.reversal else "")
        + tag("Sts", one.status if version < 7 else tag("Cd", one.status))
        + tag("BookgDt", tag("Dt", one.booked))
        + tag("ValDt", tag("DtTm", f"{one.value}T00:00:00+01:00" if one.value else None))
        + words("AcctSvcrRef", one.reference)
        + (tag("BkTxCd", code) or "<BkTxCd/>")
        + charges(one.charges, one.currency, version == 2)
        + tag("NtryDtls", inside)
        + words("AddtlNtryInf", one.text),
    )


def message(
    *entries: Entry,
    version: int = 8,
    kind: str = "053",
    account: str = OURS,
    currency: str | None = "EUR",
    balances: tuple[tuple[str, str, str], ...] = (),
    page: tuple[int, bool] | None = None,
    copies: int = 1,
) -> bytes:
    """A camt.053 or camt.054 of one account; `copies` are statements of the same entries under different ids."""
    body, one = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    pages = tag("MsgPgntn", tag("PgNb", str(page[0])) + tag("LastPgInd", str(page[1]).lower())) if page else ""
    header = tag("GrpHdr", tag("MsgId", "M-1") + tag("CreDtTm", "2026-12-02T06:00:00+01:00") + pages)
    own = tag("Acct", tag("Id", tag("IBAN", account)) + tag("Ccy", currency))
    sums = "".join(balance(code, number, on, currency or "EUR") for code, number, on in balances)
    told = "".join(ntry(entry, version) for entry in entries)
    statements = "".join(
        tag(one, tag("Id", f"S-{n}") + tag("CreDtTm", "2026-12-02T06:00:00") + own + sums + told)
        for n in range(1, copies + 1)
    )
    namespace = f"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version:02d}"
    document = f'<Document xmlns="{namespace}">\n{tag(body, header + statements)}</Document>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document}'.encode()
