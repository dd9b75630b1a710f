# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exception of the collection: a message for people, an error kind, and what a caller may do next."""

from __future__ import annotations

from typing import Any

from ._text import one_line


class SysmonError(Exception):
    """An error with a kind.

    ``kind`` is one of config, auth, forbidden, not_found, ambiguous, reserved, exists, bad_input, rate_limited,
    server, transport, protocol, query and timeout.

    ``retry_after`` is in seconds. Three flags tell a caller what it may do next:

    * ``retryable``: the same call may succeed later.
    * ``outcome_unknown``: the write may have taken effect although the call failed.
    * ``may_still_commit``: the write may even take effect after the call failed (a timeout, a 504).
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        call: str | None = None,
        http_status: int | None = None,
        result_code: int | str | None = None,
        result_message: str | None = None,
        hint: str | None = None,
        retryable: bool = False,
        outcome_unknown: bool = False,
        may_still_commit: bool = False,
        retry_after: float | None = None,
    ) -> None:
        message = one_line(message)
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.call = call
        self.http_status = http_status
        self.result_code = result_code
        self.result_message = None if result_message is None else one_line(result_message)
        self.hint = None if hint is None else one_line(hint)
        self.retryable = retryable
        self.outcome_unknown = outcome_unknown
        self.may_still_commit = may_still_commit
        self.retry_after = retry_after

    def __str__(self) -> str:
        """The message, followed by the hint if there is one."""
        return self.message if not self.hint or self.hint in self.message else f"{self.message} {self.hint}"

    def about(self, thing: str) -> SysmonError:
        """Prefix the message with the thing that it concerns, and return the error."""
        self.message = f"{one_line(thing)}: {self.message}"
        return self

    def as_result(self) -> dict[str, Any]:
        """The value of ``error`` in a module's result."""
        return {
            "kind": self.kind,
            "call": self.call,
            "http_status": self.http_status,
            "result_code": self.result_code,
            "result_message": self.result_message,
            "hint": self.hint,
        }
