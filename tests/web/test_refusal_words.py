"""Whoever reads Chinese is refused in Chinese: what pages can meet has words in both languages."""

import re

from docs.generating import refusal_codes
from web.languages import catalogue

MET_ON_PAGES = (
    "domain/access",
    "domain/account",
    "domain/incident",
    "domain/whistle",
    "workflows/account",
    "workflows/evidence",
    "workflows/incident",
    "workflows/whistle",
    "web/",
)
FOR_PROGRAMS = {
    *("idempotency-key-missing", "if-match-unreadable", "not-json"),  # said by the API alone
    *("message-id-reused", "message-too-long", "signature-not-good", "timestamp-not-now"),
    *("no-such-jurisdiction", "no-such-request-id", "no-such-service"),  # GeoReport is English
    "not-for-parties",  # said to who publishes rules
}

OF_HTTP = {
    *("bad-request", "not-found", "method-not-allowed", "request-uri-too-long"),
    *("content-too-large", "request-entity-too-large"),  # before and since Python 3.13
    *("internal-server-error", "database-away"),
}


def test_what_pages_refuse_is_said_in_chinese():
    met = {
        code
        for code, where in refusal_codes().items()
        if any(place.startswith(MET_ON_PAGES) for place in where)
    }

    silent = {code for code in met - FOR_PROGRAMS if f"refusal.{code}" not in catalogue("zh")}

    assert not silent, "write refusal.CODE into web/words/zh.json, or name it in FOR_PROGRAMS"


def test_words_of_refusals_are_written_for_codes_that_exist():
    for language in ("zh", "en"):
        words = {key for key in catalogue(language) if re.fullmatch(r"refusal\.[a-z0-9-]+", key)}
        known = {f"refusal.{code}" for code in {*refusal_codes(), *OF_HTTP}}
        assert words - known <= {"refusal.for"}
