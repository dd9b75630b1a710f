# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep urllib3's log records out of Ansible's log and output: they can contain the appkey.

Plugins run in Ansible's own process, which writes log records to its log file and shows stderr. A response can echo the
appkey, and urllib3 logs whole lines of responses, with a traceback.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_THREAD = threading.local()


def _is_logged(_record: logging.LogRecord) -> bool:
    return not getattr(_THREAD, "silenced", False)


for _name in ("connection", "connectionpool", "response"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_is_logged)


@contextmanager
def silenced() -> Iterator[None]:
    """Drop urllib3's log records of this thread; other threads still log."""
    _THREAD.silenced = True
    try:
        yield
    finally:
        _THREAD.silenced = False
