"""Gridward for any WSGI server: ``wsgi:app``. On SQLite give it one process and several threads."""

import atexit

from ops.application import RUNNING, application
from ops.settings import Settings

settings = Settings.from_environment()
app = application(settings, works=settings.embedded)
atexit.register(app.extensions[RUNNING].close)
