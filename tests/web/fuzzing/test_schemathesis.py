"""Schemathesis reads the whole document and holds the answers to it, their shapes too."""

from random import Random

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks

from tests.answers import document_of
from tests.web.fuzzing.town import furnished

SHARDS = 8
EXAMPLES = 8
SEED = 20261122
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def schema_of(house):
    schema = schemathesis.openapi.from_dict(document_of(house.app))
    schema.app = house.app
    return schema


def held(operation, town, random):
    """A test of one operation, sent by whose business it is, about what is there."""
    sender = who_may(operation.path)

    @seed(SEED)
    @BOUNDED
    @given(case=operation.as_strategy())
    def answers_as_documented(case):
        for name in case.path_parameters:
            if town.pool.get(name) and random.random() < 0.8:
                case.path_parameters[name] = random.choice(town.pool[name])
        case.headers.update(town.senders[sender])
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = f"s-{random.getrandbits(60)}"
        case.validate_response(case.call(), checks=CHECKS)

    return answers_as_documented


def who_may(path):
    apt = {"/admin/": "administrator", "/parties/": "handler", "/reveal": "auditor"}
    role = next((role for part, role in apt.items() if part in path), "commander")
    return f"key of {role}"


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_operation_answers_as_its_schema_says(small_house, shard):
    town, random = furnished(small_house), Random(SEED)
    for number, found in enumerate(schema_of(small_house).get_all_operations()):
        if number % SHARDS == shard:
            held(found.ok(), town, random)()
