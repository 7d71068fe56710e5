"""The application: every route over one city."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from web.account.account_page import blueprint as account_pages
from web.account.breached import BreachedPasswords, lay_breached
from web.account.id_tokens import Published
from web.account.provider_pages import blueprint as provider_pages
from web.account.providers import PROVIDERS, Provider
from web.account.sample import SAMPLE
from web.account.sign_in_pages import blueprint as sign_in_pages
from web.admin.accounts_api import blueprint as accounts_api
from web.admin.api import blueprint as admin_api
from web.admin.changes import blueprint as changes_api
from web.admin.outline_page import blueprint as outline_pages
from web.admin.outlines_api import blueprint as outlines_api
from web.admin.page import blueprint as admin_pages
from web.area.api import blueprint as areas_api
from web.area.pages import blueprint as area_pages
from web.bulk.api import blueprint as bulk_api
from web.city import open_city
from web.deprecating import register_endings
from web.document.page import blueprint as reference_pages
from web.evidence.api import blueprint as photos_api
from web.evidence.page import blueprint as photo_pages
from web.evidence.unspooled import Unspooled
from web.following.page import blueprint as following_pages
from web.hotline.api import blueprint as calls_api
from web.hotline.page import blueprint as hotline_pages
from web.incident.api import blueprint as incidents_api
from web.incident.board_page import blueprint as board_pages
from web.incident.case_page import blueprint as case_pages
from web.incident.duplicates_api import blueprint as duplicates_api
from web.incident.measures_api import blueprint as measures_api
from web.incident.report_page import blueprint as report_pages
from web.incident.requests_api import blueprint as requests_api
from web.incident.times_page import blueprint as times_pages
from web.limiting.counts import UNLIMITED, Counts, Limits
from web.limiting.limiting import register_limits
from web.monitoring import THIS_MACHINE, Networks, register_monitoring
from web.open311.api import blueprint as open311_api
from web.openapi import PREFIX, open_api
from web.pages import register_pages
from web.people.api import blueprint as people_api
from web.people.pages import blueprint as people_pages
from web.privacy.api import blueprint as privacy_api
from web.privacy.callers_page import blueprint as caller_pages
from web.privacy.searches_api import blueprint as searches_api
from web.problems import register_errors
from web.rulebook.api import blueprint as rules_api
from web.rulebook.pages import blueprint as workflow_pages
from web.scanning import Scanner, lay_scanner
from web.security import register_security
from web.sender.api import blueprint as senders_api
from web.sheet.api import blueprint as sheets_api
from web.sheet.page import blueprint as sheet_pages
from web.snags.api import blueprint as snags_api
from web.watching import register_watch
from web.whistle.api import blueprint as whistles_api
from web.whistle.inbox_page import blueprint as inbox_pages
from web.whistle.page import blueprint as whistle_pages
from web.who_may.page import blueprint as rights_pages

if TYPE_CHECKING:
    from web.city import City, Health, Metrics

APIS = (
    *(incidents_api, requests_api, duplicates_api, whistles_api, snags_api, privacy_api),
    *(photos_api, searches_api, senders_api),
    *(sheets_api, bulk_api, calls_api),
    *(areas_api, people_api, rules_api, measures_api),
    *(admin_api, accounts_api, outlines_api, changes_api),
)
PAGES = (
    *(people_pages, sign_in_pages, provider_pages, account_pages),
    *(sheet_pages, hotline_pages, outline_pages),
    *(report_pages, board_pages, case_pages, photo_pages, times_pages, area_pages),
    *(whistle_pages, inbox_pages, workflow_pages),
    *(caller_pages, following_pages, open311_api, admin_pages, reference_pages),
    rights_pages,
)


class Web(Flask):
    """Flask without its question to each function, in each request, whether it is asynchronous."""

    request_class = Unspooled

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function as it is: none of ours is a coroutine."""
        return func


def create_app(
    gridward: City,
    *,
    health: Health | None = None,
    metrics: Metrics | None = None,
    sample: bool = False,
    providers: Sequence[Provider] = (),
    breached: BreachedPasswords | None = None,
    scanner: Scanner | None = None,
    watchers: Networks = THIS_MACHINE,
    limits: Limits = UNLIMITED,
    counts: Counts | None = None,
) -> Flask:
    """Build the application over a city; ``health`` and ``metrics`` are asked by operators.

    In a ``sample`` city visitors choose who to be; such a one answers on this machine only.
    ``counts`` are shared with the other processes that serve the city.
    """
    app = Web("web")
    provider = DefaultJSONProvider(app)
    provider.ensure_ascii, provider.sort_keys = False, False
    app.json = provider
    open_city(app.extensions, gridward)
    app.extensions[SAMPLE] = sample
    app.extensions[PROVIDERS] = {
        one.name: Published(provider=one, now=gridward.now) for one in providers
    }
    lay_breached(app, breached)
    lay_scanner(app, scanner)
    register_watch(app)
    register_limits(app, limits, counts=counts)
    register_security(app)
    register_errors(app)
    register_endings(app)
    api = open_api(app, _version())
    for api_blueprint in APIS:
        api.register_blueprint(api_blueprint, url_prefix=PREFIX)
    register_pages(app)
    for page_blueprint in PAGES:
        app.register_blueprint(page_blueprint)
    register_monitoring(app, health, metrics, watchers)
    return app


def _version() -> str:
    try:
        return version("gridward")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "0"
