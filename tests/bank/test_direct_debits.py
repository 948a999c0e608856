"""Direct debits as the creditor's bank would look at them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from expat.bank.collection import MOST, SEQUENCES, Mandate
from expat.bank.creditor import check_creditor_identifier
from expat.bank.direct_debits import direct_debits
from expat.bank.pain008 import NAMESPACE, read_back
from expat.bank.reference import premium_reference
from expat.currency.calendar import is_target_day
from expat.errors import BadInput
from tests.bank.samples import CREDITOR, MADE_AT, ON, PAYER, SWISS, batch, collection

FRENCH = PAYER._replace(iban="FR76 3000 6000 0112 3456 7890 189", town="Lyon", country="FR")


def texts(content: bytes, path: str) -> list[str]:
    steps = "/".join(f"p:{step}" for step in path.split("/"))
    found: Any = etree.fromstring(content).xpath(f"//{steps}/text()", namespaces={"p": NAMESPACE})
    return [str(text) for text in found]


def refusal(*collections: Any) -> str:
    with pytest.raises(BadInput) as refused:
        batch(*collections)
    return str(refused.value)


def test_collections_are_grouped_by_day_and_sequence() -> None:
    later = date(2026, 12, 2)
    made = batch(
        collection(4, collect_on=later),
        collection(3, sequence="FRST"),
        collection(2),
        collection(1),
    )
    assert made.name == "EXP-20261120-DD1.xml"
    assert [(g.payment_id, g.collect_on, g.sequence, len(g.collections), g.cents) for g in made.groups] == [
        ("EXP-20261120-DD1-1", ON, "FRST", 1, 312_50),
        ("EXP-20261120-DD1-2", ON, "RCUR", 2, 625_00),
        ("EXP-20261120-DD1-3", later, "RCUR", 1, 312_50),
    ]
    assert made.cents == 1250_00
    assert texts(made.content, "PmtInf/PmtInfId") == [g.payment_id for g in made.groups]
    assert texts(made.content, "PmtInf/PmtTpInf/SeqTp") == ["FRST", "RCUR", "RCUR"]
    assert texts(made.content, "PmtInf/ReqdColltnDt") == ["2026-12-01", "2026-12-01", "2026-12-02"]
    assert texts(made.content, "GrpHdr/NbOfTxs") == ["4"]
    assert texts(made.content, "GrpHdr/CtrlSum") == ["1250.00"]
    assert set(texts(made.content, "LclInstrm/Cd")) == {"CORE"}
    assert set(texts(made.content, "CdtrSchmeId/Id/PrvtId/Othr/Id")) == {"FR72ZZZ123456"}


def test_a_collection_says_what_the_payer_signed_and_where_the_payer_lives() -> None:
    content = batch(collection(7, payer=SWISS)).content
    assert read_back(content) == [(premium_reference(7), 312_50)]
    assert texts(content, "MndtRltdInf/MndtId") == ["EXP-7-1"]
    assert texts(content, "MndtRltdInf/DtOfSgntr") == ["2026-03-02"]
    assert texts(content, "MndtRltdInf/AmdmntInd") == []
    assert texts(content, "Dbtr/PstlAdr/StrtNm") == ["rue du Rhone"]
    assert texts(content, "Dbtr/PstlAdr/TwnNm") == ["Geneve"]
    assert texts(content, "Dbtr/PstlAdr/Ctry") == ["CH"]
    assert texts(content, "DbtrAgt/FinInstnId/BICFI") == ["POFICHBE"]
    assert texts(content, "RmtInf/Ustrd") == ["Prime 7"]


def test_within_the_economic_area_the_iban_says_enough() -> None:
    content = batch(collection(1, payer=PAYER)).content
    assert texts(content, "DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]


def test_a_mandate_whose_account_changed_names_the_one_before() -> None:
    mandate = Mandate("EXP-1-1", date(2026, 3, 2), "FR76 3000 6000 0112 3456 7890 189")
    content = batch(collection(1, mandate=mandate)).content
    assert texts(content, "MndtRltdInf/AmdmntInd") == ["true"]
    assert texts(content, "OrgnlDbtrAcct/Id/IBAN") == ["FR7630006000011234567890189"]


def test_the_payer_reads_a_reference_or_a_text() -> None:
    reference = premium_reference(1)
    content = batch(collection(1, remittance="", reference="rf58 prm0 0000 0001")).content
    assert texts(content, "RmtInf/Strd/CdtrRefInf/Ref") == [reference]
    assert texts(content, "CdtrRefInf/Tp/CdOrPrtry/Cd") == ["SCOR"]
    assert texts(content, "RmtInf/Ustrd") == []
    assert "beside a reference" in refusal(collection(1, reference=reference))


def test_the_same_collections_make_the_same_bytes_in_whatever_order() -> None:
    some = [collection(1), collection(2, sequence="FRST"), collection(3, collect_on=date(2026, 12, 2))]
    assert len({batch(*order).content for order in permutations(some)}) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cents": 0}, "cents: 0 cannot be collected"),
        ({"cents": MOST + 1}, "cents: 100000000000 cannot be collected"),
        ({"sequence": "NEXT"}, "sequence: 'NEXT' is none"),
        ({"collect_on": date(2026, 11, 29)}, "collect_on: banks are closed on 2026-11-29"),
        ({"collect_on": date(2026, 11, 20)}, "2026-11-23 to 2026-12-04"),
        ({"collect_on": date(2026, 12, 7)}, "2026-11-23 to 2026-12-04"),
        ({"end_to_end_id": "a//b"}, "end_to_end_id: is none that banks take"),
        ({"end_to_end_id": "é"}, "end_to_end_id: is none that banks take"),
        ({"mandate": Mandate("x" * 36, date(2026, 3, 2))}, "mandate reference: is none that banks take"),
        ({"mandate": Mandate("M1", date(2026, 11, 21))}, "mandate signed_on: 2026-11-21 is yet to come"),
        ({"mandate": Mandate("M1", date(2026, 3, 2), "FR76")}, "mandate original_iban: FR76… is no IBAN"),
        ({"mandate": Mandate("M1", date(2026, 3, 2), PAYER.iban)}, "mandate original_iban: is the account that is"),
        ({"payer": PAYER._replace(iban="DE88370400440532013000")}, "iban: DE88… is no IBAN"),
        ({"payer": PAYER._replace(iban="AE070331234567890123456")}, "iban: AE is outside SEPA"),
        ({"payer": FRENCH._replace(bic="SOGENCNN")}, "iban: FR is outside SEPA"),
        ({"payer": SWISS._replace(bic=None)}, "bic: is missing"),
        ({"payer": PAYER._replace(bic="NOBIC")}, "bic: 'NOBIC' is no BIC"),
        ({"payer": PAYER._replace(name="李小龍")}, "name: '李' is no letter that banks take"),
        ({"payer": PAYER._replace(name=" ")}, "name: is missing"),
        ({"payer": PAYER._replace(town="")}, "town: is missing"),
        ({"payer": PAYER._replace(country="DEU")}, "country: 'DEU' is no country"),
        ({"payer": PAYER._replace(postcode="1" * 17)}, "postcode: '11111111111111111' is too long"),
        ({"remittance": "п"}, "remittance: 'п' is no letter that banks take"),
        ({"remittance": "", "reference": "RF99PRM000000001"}, "reference: 'RF99PRM000000001' is no creditor reference"),
    ],
)
def test_what_no_bank_takes_is_told_with_the_collection_and_the_field(changes: dict[str, Any], told: str) -> None:
    refused = refusal(collection(9), collection(1, **changes))
    assert refused.startswith("collection ")
    assert told in refused


def test_two_collections_do_not_share_an_end_to_end_id() -> None:
    assert "end_to_end_id: occurs twice" in refusal(collection(1), collection(2, end_to_end_id=premium_reference(1)))


def test_one_mandate_is_one_account_and_one_signature() -> None:
    mandate = Mandate("exp-1-1", date(2026, 3, 2))
    other = collection(2, mandate=mandate, payer=FRENCH)
    assert "mandate reference: is also another mandate's" in refusal(collection(1), other)


def test_two_premiums_are_collected_under_one_mandate_but_not_after_its_last_time() -> None:
    mandate = Mandate("EXP-1-1", date(2026, 3, 2))
    assert len(batch(collection(1, mandate=mandate), collection(2, mandate=mandate)).groups) == 1
    assert "sequence: FNAL is the last" in refusal(
        collection(1, mandate=mandate), collection(2, mandate=mandate, sequence="FNAL")
    )


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("identifier", "FR73ZZZ123456", "creditor identifier: 'FR73ZZZ123456' is no SEPA creditor identifier"),
        ("identifier", "", "creditor identifier: is missing"),
        ("iban", "FR7630006000011234567890180", "creditor iban: FR76… is no IBAN"),
        ("bic", "AGRI", "creditor bic: 'AGRI' is no BIC"),
        ("town", "", "creditor town: is missing"),
        ("name", "", "creditor name: is missing"),
        ("country", "", "creditor country: is missing"),
    ],
)
def test_what_is_wrong_with_the_creditor_is_told(field: str, value: str, told: str) -> None:
    with pytest.raises(BadInput) as refused:
        direct_debits([collection(1)], CREDITOR._replace(**{field: value}), MADE_AT, "M1")
    assert told in str(refused.value)


def test_a_file_has_a_collection_a_good_name_and_an_aware_time() -> None:
    with pytest.raises(BadInput, match="collections: are none"):
        direct_debits([], CREDITOR, MADE_AT, "M1")
    with pytest.raises(BadInput, match="message id"):
        direct_debits([collection(1)], CREDITOR, MADE_AT, "M" * 30)
    with pytest.raises(ValueError, match="aware"):
        direct_debits([collection(1)], CREDITOR, datetime(2026, 11, 20), "M1")


@pytest.mark.parametrize("identifier", ["DE98ZZZ09999999999", "de98 zzz 0999 9999 999", "FR72ZZZ123456"])
def test_creditor_identifiers_have_check_digits(identifier: str) -> None:
    assert check_creditor_identifier(identifier) == identifier.replace(" ", "").upper()


DAYS = [ON + timedelta(days=n) for n in range(-8, 4) if is_target_day(ON + timedelta(days=n))]
TEXTS = st.text(st.characters(max_codepoint=0x17F), max_size=200)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(1, MOST), st.sampled_from(DAYS), st.sampled_from(SEQUENCES[:2])), min_size=1),
    TEXTS,
)
def test_every_cent_that_is_asked_for_is_in_the_file(asked: list[tuple[int, date, str]], text: str) -> None:
    some = [
        collection(n, cents=cents, collect_on=day, sequence=sequence, remittance=text)
        for n, (cents, day, sequence) in enumerate(asked, 1)
    ]
    try:
        made = batch(*some)
    except BadInput as refused:
        assert "no letter that banks take" in str(refused)
        return
    assert sorted(read_back(made.content)) == sorted((one.end_to_end_id, one.cents) for one in some)
    assert made.cents == sum(one.cents for one in some)
