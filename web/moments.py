"""Moments and days in what is sent to us: every body and every query takes them by these fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields

from domain.kernel.moments import in_utc, usable_day
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from datetime import date, datetime


class Moment(fields.AwareDateTime):
    """A moment with its offset, brought to UTC; refused outside the years of our calendars."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return in_utc(super()._deserialize(value, attr, data, **kwargs))
        except Refused as refusal:
            raise ValidationError(refusal.reason) from None


class Day(fields.Date):
    """A day of the city; refused outside the years of our calendars."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            return usable_day(super()._deserialize(value, attr, data, **kwargs))
        except Refused as refusal:
            raise ValidationError(refusal.reason) from None
