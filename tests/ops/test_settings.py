"""Settings come from the environment, once; what is unknown or wrong stops the start."""

from dataclasses import fields
from pathlib import Path

import pytest

from domain.kernel.refusals import Refused
from ops.settings import Settings


def test_without_any_everything_lies_in_var_and_is_served_on_loopback():
    settings = Settings.from_environment({"PATH": "/bin"})

    assert settings.home == Path("var")
    assert settings.embedded
    assert settings.database_url.endswith("/var/gridward.sqlite")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


@pytest.mark.parametrize("key", ["GRIDWARD_PROT", "GRIDWARD_", "GRIDWARD_database"])
def test_an_unknown_setting_stops_the_start_with_its_name(key):
    with pytest.raises(Refused) as refused:
        Settings.from_environment({key: "1"})

    assert refused.value.code == "unknown-setting"
    assert key in refused.value.reason


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("GRIDWARD_PORT", "eighty"),
        ("GRIDWARD_PORT", "70000"),
        ("GRIDWARD_LANGUAGE", "fr"),
        ("GRIDWARD_LOG_LEVEL", "loud"),
        ("GRIDWARD_PARTS", "2000"),
        ("GRIDWARD_THREADS", "0"),
        ("GRIDWARD_WATCHERS", "10.1.0.7/16"),
        ("GRIDWARD_DATABASE", "city"),
        ("GRIDWARD_DATABASE", "mysql://db/city"),
        ("GRIDWARD_KEYS", "keys.sqlite"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name(key, value):
    with pytest.raises(Refused) as refused:
        Settings.from_environment({key: value})

    assert refused.value.code == "invalid-setting"
    assert key in refused.value.reason


@pytest.mark.parametrize("driver", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_may_be_named_with_its_driver(driver):
    url = f"{driver}://db/city"

    assert Settings.from_environment({"GRIDWARD_DATABASE": url}).database_url == url


def test_every_setting_is_read_from_its_own_variable():
    given = {
        "home": "/srv/city",
        "database": "postgresql://db/city",
        "parts": "8",
        "host": "::1",
        "port": "9000",
        "threads": "3",
        "workers": "2",
        "language": "en",
        "time_zone": "UTC",
        "workflow": "service-request",
        "keys": "postgresql://keys/city",
        "master_key_file": "/etc/gridward/master.keys",
        "notices": "/etc/gridward/notices.toml",
        "notices_days": "30",
        "limit_sender": "600",
        "limit_address": "0",
        "oidc": "/etc/gridward/oidc.toml",
        "breached_passwords": "/srv/pwnedpasswords.txt",
        "publish_words": "True",
        "hosts": "grid.example,grid2.example",
        "proxies": "1",
        "evidence": "/srv/photos",
        "log_level": "debug",
        "log_format": "json",
        "log_file": "/var/log/gridward.log",
        "syslog": "tls://logs.example",
        "clamd": "unix:///run/clamav/clamd.ctl",
        "watchers": "10.1.0.0/16,::1/128",
    }
    assert set(given) == {field.name for field in fields(Settings)}

    read = Settings.from_environment({f"GRIDWARD_{k.upper()}": v for k, v in given.items()})

    assert read.hosts == ("grid.example", "grid2.example")
    plain = given.keys() - {"hosts"}
    assert {name: str(getattr(read, name)) for name in plain} == {
        name: given[name] for name in plain
    }
    assert not read.embedded
