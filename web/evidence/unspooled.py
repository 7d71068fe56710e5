"""Requests whose files stay in memory: a photo that was sent lies in no temporary file."""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request


class Unspooled(Request):
    """What it takes is bounded by the length of a request; see ``web.security``."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002  # werkzeug spools by these
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()
