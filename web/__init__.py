"""HTTP: the API and the pages. They parse, ask or order, and answer; they decide nothing."""

from web.app import create_app

__all__ = ["create_app"]
