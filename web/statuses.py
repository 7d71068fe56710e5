"""Which HTTP status each refusal is answered with. A code without a row fails the tests."""

from __future__ import annotations

from http import HTTPStatus

from domain.kernel.refusals import Refused

BAD = HTTPStatus.BAD_REQUEST
WHO = HTTPStatus.UNAUTHORIZED
NOT_YOU = HTTPStatus.FORBIDDEN
UNKNOWN = HTTPStatus.NOT_FOUND
CONFLICT = HTTPStatus.CONFLICT
STALE = HTTPStatus.PRECONDITION_FAILED
TOO_LONG = HTTPStatus(413)  # named anew in Python 3.13
TYPE = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
INVALID = HTTPStatus.UNPROCESSABLE_ENTITY
TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS
BUSY = HTTPStatus.SERVICE_UNAVAILABLE
BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR

STATUSES: dict[HTTPStatus, frozenset[str]] = {
    BAD: frozenset(
        {
            "idempotency-key-missing",
            "if-match-unreadable",
            "invalid-command-id",
            "malformed-json",
            "not-encrypted",
            "unknown-host",
        }
    ),
    WHO: frozenset(
        {
            "code-not-good",
            "key-not-good",
            "passkey-not-good",
            "provider-answer-not-good",
            "visit-not-known",
            "person-unknown",
            "sign-in-failed",
            "sign-in-missing",
        }
    ),
    NOT_YOU: frozenset(
        {
            "account-disabled",
            "foreign-origin",
            "form-expired",
            "identity-unknown",
            "key-by-the-person-only",
            "not-a-sample-city",
            "not-for-your-role",
            "photo-blurred",
            "not-your-account",
            "not-the-approver",
            "outside-your-area",
            "not-your-party",
            "not-your-whistle",
            "outside-key",
            "person-restricted",
            "role-not-held",
            "scope-missing",
            "second-factor-missing",
            "wrong-role",
        }
    ),
    UNKNOWN: frozenset(
        {
            "area-not-standing",
            "no-such-account",
            "no-such-order",
            "no-such-provider",
            "no-such-area",
            "no-such-duty",
            "no-such-incident",
            "no-such-jurisdiction",
            "no-such-link",
            "no-such-request-id",
            "no-such-service",
            "no-such-notice",
            "no-such-key",
            "no-such-person",
            "no-such-photo",
            "no-such-snag",
            "no-such-pilot",
            "no-such-plan",
            "no-such-unit",
            "no-such-whistle",
            "nothing-in-force",
            "nothing-kept",
            "scenarios-not-found",
            "unknown-mapping",
            "unknown-publication",
            "unknown-step",
            "unknown-version",
        }
    ),
    CONFLICT: frozenset(
        {
            "already-filed",
            "identity-taken",
            "already-rated",
            "already-reported",
            "already-summoned",
            "area-ended",
            "area-exists",
            "case-cannot-move",
            "cannot-be-called-off",
            "case-ended",
            "day-before-last-change",
            "factor-exists",
            "import-disturbed",
            "leading-ended",
            "legal-hold",
            "link-not-good",
            "leading-is-duplicate",
            "leading-is-itself",
            "leading-is-younger",
            "moving-not-running",
            "moving-paused",
            "needs-unmet",
            "no-approval-waiting",
            "no-approver-left",
            "not-ended",
            "no-such-request",
            "nobody-is-called",
            "not-checked-in",
            "not-done-yet",
            "not-erased",
            "not-for-cases",
            "not-for-parties",
            "not-marked",
            "not-merged",
            "not-summoned",
            "old-version-in-force",
            "own-deputy",
            "parties-still-open",
            "party-on-site",
            "party-over",
            "person-erased",
            "person-exists",
            "person-is-erased",
            "person-left",
            "person-serves",
            "pilot-begins-later",
            "plan-stands",
            "post-not-held",
            "request-open",
            "request-too-large",
            "too-late-to-reopen",
            "role-already-held",
            "stage-passed",
            "sub-case-too-deep",
            "too-many-sub-cases",
            "too-many-factors",
            "too-many-keys",
            "unit-exists",
            "unit-not-inside",
            "unit-not-working",
            "valid-from-stands",
            "warnings-unseen",
            "whistle-not-approved",
            "whistle-over",
            "whistles-not-used",
            "wrong-stage",
        }
    ),
    STALE: frozenset(
        {
            "stale-version",
        }
    ),
    TYPE: frozenset(
        {
            "not-json",
            "photo-wrong-type",
        }
    ),
    TOO_LONG: frozenset(
        {
            "photo-too-large",
        }
    ),
    INVALID: frozenset(
        {
            "answers-invalid",
            "assumptions-not-understood",
            "bad-cursor",
            "bad-feature",
            "boundary-too-long",
            "calendar-ends",
            "calendar-never-works",
            "case-not-named",
            "command-id-reused",
            "date-on-and-off",
            "day-missing",
            "days-out-of-order",
            "definition-refused",
            "deputy-needs-end",
            "empty-file",
            "fields-invalid",
            "expiry-out-of-range",
            "grid-count",
            "invalid-area-code",
            "invalid-basis",
            "invalid-boundary",
            "invalid-category",
            "invalid-day",
            "invalid-duty",
            "invalid-handle",
            "invalid-hours",
            "invalid-label",
            "invalid-name",
            "invalid-reference",
            "invalid-ring",
            "invalid-rule-name",
            "invalid-subject",
            "invalid-unit-code",
            "level-differs",
            "limit-needs-one-end",
            "limit-not-understood",
            "limit-out-of-range",
            "mapping-malformed",
            "mapping-missing",
            "misplaced-rules",
            "missing-columns",
            "moment-not-understood",
            "negative-minutes",
            "no-geojson",
            "no-grid-here",
            "no-parent",
            "no-polygon-for",
            "no-successor",
            "no-such-level",
            "not-a-community",
            "not-canonical",
            "not-in-unit",
            "not-readable",
            "not-toml",
            "nothing-drawn",
            "other-workflow",
            "otherwise-missing",
            "own-successor",
            "parties-out-of-range",
            "password-too-weak",
            "photo-animated",
            "photo-empty",
            "photo-hash-invalid",
            "photo-kind-unknown",
            "photo-missing",
            "photo-not-kept",
            "photo-too-many-pixels",
            "photo-unreadable",
            "photos-too-many",
            "rectangles-out-of-range",
            "place-missing",
            "plan-not-understood",
            "plan-refused",
            "reason-missing",
            "polygon-too-thin",
            "role-needs-place",
            "role-needs-unit",
            "role-not-at-level",
            "role-not-at-units",
            "routing-refused",
            "rules-malformed",
            "scenarios-not-understood",
            "shifts-out-of-order",
            "stars-out-of-range",
            "time-in-the-future",
            "time-not-utc",
            "time-runs-forward",
            "time-too-old",
            "too-far",
            "unit-not-asked",
            "unit-not-summonable",
            "unit-outside-parent",
            "unit-serves-elsewhere",
            "unit-too-deep",
            "unknown-area",
            "unknown-category",
            "unknown-cause",
            "unknown-clock",
            "unknown-condition",
            "unknown-leading",
            "unknown-limit-step",
            "unknown-level",
            "unknown-result",
            "unknown-role",
            "unknown-scope",
            "unknown-rule-kind",
            "unknown-unit",
            "unknown-whistle",
            "unreadable-file",
        }
    ),
    TOO_MANY: frozenset(
        {
            "too-many-tries",
        }
    ),
    BUSY: frozenset(
        {
            "not-migrated",
            "provider-trouble",
            "read-model-behind",
            "store-read-only",
            "too-busy",
            "writer-busy",
        }
    ),
    BROKEN: frozenset(
        {
            "apprise-address-unknown",
            "apprise-missing",
            "fact-too-new",
            "history-broken",
            "erasures-waiting",
            "invalid-setting",
            "keys-missing",
            "master-key-damaged",
            "master-key-missing",
            "master-key-open",
            "master-key-wrong",
            "notices-malformed",
            "providers-malformed",
            "providers-not-readable",
            "notices-not-readable",
            "photo-damaged",
            "older-than-erasures",
            "store-needs-a-file",
            "timer-never-rests",
            "topic-not-added",
            "unknown-setting",
            "unknown-store",
            "unknown-topic",
            "vault-damaged",
        }
    ),
}

_BY_CODE = {code: status for status, codes in STATUSES.items() for code in codes}


def status_of(refusal: Refused) -> HTTPStatus:
    """Give the status; a refusal nobody foresaw is the caller's to correct."""
    return _BY_CODE.get(refusal.code, INVALID)


def has_status(code: str) -> bool:
    """Tell whether a row names the code."""
    return code in _BY_CODE
