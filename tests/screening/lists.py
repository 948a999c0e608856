"""Lists of sanctions as their sources publish them, with made-up people."""

from __future__ import annotations

XML = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="{day}T15:51:25.849+02:00" globalFileId="182848">
  <sanctionEntity designationDetails="" unitedNationId="" euReferenceNumber="EU.27.28" logicalId="13">
    <remark>Made up</remark>
    <regulation regulationType="amendment" programme="IRQ" publicationDate="2003-07-08" logicalId="1"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="Ada" middleName="" lastName="Lovelace" wholeName="Ada Lovelace" strong="true" logicalId="17"/>
    <nameAlias firstName="" middleName="" lastName="" wholeName="Ада Лавлейс" strong="true" logicalId="18"/>
    {birth}
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.1.1" logicalId="14">
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias firstName="" middleName="" lastName="" wholeName="Mount Doom Hospital" strong="true" logicalId="19"/>
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.2.2" logicalId="15">
    <subjectType code="person" classificationCode="P"/>
    <nameAlias firstName="José María" middleName="" lastName="Øster-Núñez" wholeName="" strong="false" logicalId="20"/>
    <birthdate circa="true" calendarType="GREGORIAN" birthdate="" year="1957" yearRangeFrom="" yearRangeTo=""/>
  </sanctionEntity>
</export>
"""
BORN = '<birthdate circa="false" calendarType="GREGORIAN" birthdate="1985-05-02" year="1985" dayOfMonth="2"/>'
CSV = """fileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_SubjectType;NameAlias_WholeName;BirthDate_BirthDate;BirthDate_Year;BirthDate_YearRangeFrom;BirthDate_YearRangeTo;BirthDate_Circa
27/02/2026;13;EU.27.28;P;Ada Lovelace;;;;;
27/02/2026;13;EU.27.28;P;"Lovelace; Ada";;;;;
27/02/2026;13;EU.27.28;P;;1985-05-02;1985;;;false
27/02/2026;14;EU.1.1;E;Mount Doom Hospital;;;;;
"""  # noqa: E501
JSON = """{"Publications": {"DatePublication": "2026-02-20T00:00:00", "PublicationDetail": [
  {"IdRegistre": 7, "Nature": "Personne physique", "Nom": "LOVELACE", "RegistreDetail": [
    {"TypeChamp": "PRENOM", "Valeur": [{"Prenom": "Ada"}]},
    {"TypeChamp": "ALIAS", "Valeur": [{"Alias": "La Comtesse Noire", "Commentaire": ""}]},
    {"TypeChamp": "DATE_DE_NAISSANCE", "Valeur": [{"Jour": "2", "Mois": "5", "Annee": "1985"}]}]},
  {"IdRegistre": 8, "Nature": "Personne morale", "Nom": "MOUNT DOOM", "RegistreDetail": []}]}}"""


def xml(day: str = "2026-02-27", birth: str = BORN) -> bytes:
    """The European Union's XML of a day."""
    return XML.format(day=day, birth=birth).encode()
