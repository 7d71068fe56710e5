"""The book on a real ledger: what is read back is what was published."""

from datetime import UTC, datetime

from domain.kernel.act import Act
from domain.rulebook.publication import Publication, publication_id
from ledger.ledger import Ledger
from ledger.shelf import Shelf
from ledger.store import Store
from migrations import migrate
from tests.vaults import a_vault
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_book

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def publish_all(ledger, *, command_id):
    act = Act(person="p-1", role="rule-keeper", area="120000000000", command_id=command_id, at=NOW)
    for rules in read_book():
        order = PublishRules(kind=rules.kind, name=rules.name, content=rules.content)
        publish_rules(order, ledger, act)


def test_the_book_is_read_back_as_it_was_published_and_once_only(store_url):
    migrate(store_url, parts=4)
    store = Store(store_url)
    try:
        ledger = Ledger(store, now=lambda: NOW, vault=a_vault())

        publish_all(ledger, command_id="install")
        publish_all(ledger, command_id="install")
        publish_all(ledger, command_id="upgrade")

        for rules in read_book():
            publication = ledger.load(Publication, publication_id(rules.kind, rules.name))
            assert (publication.latest, publication.content(1)) == (1, rules.content)
        assert Shelf(ledger).calendar("tianjin-government@1").published
    finally:
        store.close()
