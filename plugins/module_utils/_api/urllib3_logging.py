# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep urllib3's log records out of Ansible's log and output: they can contain the appkey.

Plugins run in Ansible's own process, which writes what is logged there to its log file, and shows what is on stderr. An
answer may say the appkey back, and urllib3 logs whole lines of it, with a traceback.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THREAD = threading.local()


def _is_heard(_record: logging.LogRecord) -> bool:
    return not getattr(_THREAD, "silenced", False)


for _name in ("connection", "connectionpool", "response"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_heard)


@contextmanager
def silenced() -> Iterator[None]:
    """What this thread does with urllib3 is not logged; others are heard."""
    _THREAD.silenced = True
    try:
        yield
    finally:
        _THREAD.silenced = False
