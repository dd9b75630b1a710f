# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event sources send: a flat dictionary, with an id that stays the same when the event is sent again."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from .times import format_time

Event = dict[str, Any]
# What begins something in Jinja.
_TEMPLATE = re.compile(r"\{(?=[{%#])")
# What the user wrote, and not the service.
_OWN = ("query",)


def build_event(source: str, subject: str, kind: str, moment: int, identity: Any = None, **content: Any) -> Event:
    """An event of type ``kind`` at ``moment`` (milliseconds).

    The id follows from ``source``, what it watches (``subject``), ``identity`` (what the event is about) and the rest.
    """
    content = {key: item if key in _OWN else inert(item) for key, item in content.items()}
    at = format_time(moment)
    text = json.dumps([source, subject, kind, at, identity], sort_keys=True)
    return {"source": source, "type": kind, "id": sha256(text.encode()).hexdigest()[:32], "at": at, **content}


def inert(value: Any) -> Any:
    """The same value without anything that Jinja would run: a blank parts ``{{``, ``{%`` and ``{#``.

    ansible-rulebook hands events to playbooks as extra variables, and Ansible templates those. Names of servers and
    labels are chosen by whoever has a server or an exporter.
    """
    if isinstance(value, str):
        return _TEMPLATE.sub("{ ", value)
    if isinstance(value, dict):
        return {inert(key): inert(item) for key, item in value.items()}
    return [inert(item) for item in value] if isinstance(value, list) else value
