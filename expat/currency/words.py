"""What the commands on rates say, in English and in French."""

from __future__ import annotations

_EN = {
    "rate": "On {day}: 1 EUR = {value} {currency}",
    "source": "Source: {source}, published on {published_on} ({age})",
    "age": "{days} days old",
    "age_0": "of that day",
    "age_1": "1 day old",
    "why": "Why this one: {why}",
    "note": "Note: {note}",
    "published": "it was published on that day",
    "weekend": "{day} is a weekend day; nothing is published, the last rate holds",
    "closing": "{day} is a TARGET closing day ({closing}); nothing is published, the last rate holds",
    "not_yet": "the rates of {day} are not published yet; the last rate holds",
    "older": "nothing was published for {currency} since; the last rate holds for {valid_days} days",
    "euro": "the euro is the unit itself",
    "parity_eur": "a fixed parity to the euro holds every day",
    "parity_usd": "a fixed parity to the dollar, at the dollar's rate",
    "none": "On {day}: no rate for {currency}",
    "none_since": "The last one is of {last} and held {valid_days} days: there has been none since {since}",
    "none_ever": "None was ever published up to that day",
    "none_dollar": "It follows the dollar, which has no rate on that day",
    "kept": "{count} new rates kept (source {source})",
    "proposed": "Proposal {id}: 1 EUR = {value} {currency} on {day}; another person confirms it: {command}",
    "confirmed": "Proposal {id} is confirmed: {value} {currency} for 1 EUR of {day}; it is rate {rate_id}",
    "discarded": "Proposal {id} is discarded: it can no longer be confirmed",
    "superseded": "corrected by a later one",
    "nothing_listed": "No rates for {currency} from {start} to {end}",
}

_FR = {
    "rate": "Le {day} : 1 EUR = {value} {currency}",
    "source": "Source : {source}, publié le {published_on} ({age})",
    "age": "il y a {days} jours",
    "age_0": "du jour même",
    "age_1": "la veille",
    "why": "Pourquoi celui-ci : {why}",
    "note": "Note : {note}",
    "published": "il a été publié ce jour-là",
    "weekend": "le {day} tombe un week-end ; rien n'est publié, le dernier cours vaut",
    "closing": "le {day}, TARGET est fermé ({closing}) ; rien n'est publié, le dernier cours vaut",
    "not_yet": "les cours du {day} ne sont pas encore publiés ; le dernier cours vaut",
    "older": "rien n'a été publié depuis pour {currency} ; le dernier cours vaut {valid_days} jours",
    "euro": "l'euro est l'unité même",
    "parity_eur": "une parité fixe avec l'euro vaut chaque jour",
    "parity_usd": "une parité fixe avec le dollar, au cours du dollar",
    "none": "Le {day} : pas de cours pour {currency}",
    "none_since": "Le dernier, du {last}, a valu {valid_days} jours : il n'y en a plus depuis le {since}",
    "none_ever": "Aucun n'a été publié jusqu'à ce jour",
    "none_dollar": "La monnaie suit le dollar, qui n'a pas de cours ce jour-là",
    "kept": "{count} nouveaux cours gardés (source {source})",
    "proposed": "Proposition {id} : 1 EUR = {value} {currency} le {day}, à confirmer : {command}",
    "confirmed": "Proposition {id} confirmée : {value} {currency} pour 1 EUR du {day} ; c'est le cours {rate_id}",
    "discarded": "Proposition {id} écartée : elle ne peut plus être confirmée",
    "superseded": "corrigé par un cours suivant",
    "nothing_listed": "Pas de cours pour {currency} du {start} au {end}",
}

_CLOSING_DAYS = {
    "New Year's Day": "Jour de l'an",
    "Good Friday": "Vendredi saint",
    "Easter Monday": "Lundi de Pâques",
    "Labour Day": "Fête du travail",
    "Christmas Day": "Noël",
    "Christmas Holiday": "26 décembre",
    "Additional closing day": "fermeture supplémentaire",
}

WORDS = {"en": _EN, "fr": _FR}


def say(language: str, words: str, **values: object) -> str:
    """The sentence of that name in the language, with its values."""
    return WORDS[language][words].format(**values)


def closing_day_in(language: str, english: str) -> str:
    """The name of a TARGET closing day in the language."""
    return english if language == "en" else _CLOSING_DAYS.get(english, english)
