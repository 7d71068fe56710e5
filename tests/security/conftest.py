"""A city behind its application: built once, copied for each test."""

from tests.houses import (
    city_on_postgres,
    city_on_sqlite,
    house,
    keys_on_postgres,
    small_house,
    still_house,
)

__all__ = [
    "city_on_postgres",
    "city_on_sqlite",
    "house",
    "keys_on_postgres",
    "small_house",
    "still_house",
]
