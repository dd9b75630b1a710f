# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events of the event sources: a dictionary with an id that stays the same when the event is sent again."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import Any

from .times import format_time

Event = dict[str, Any]
# The opening delimiters of Jinja.
_TEMPLATE = re.compile(r"\{(?=[{%#])")
# Content that comes from the user, not from the service.
_OWN = ("query",)


def build_event(source: str, subject: str, kind: str, moment: int, identity: Any = None, **content: Any) -> Event:
    """Build an event of type ``kind`` at ``moment`` (Unix milliseconds). ``content`` is added to it.

    The id is a hash of ``source``, ``subject`` (what the source watches), ``kind``, time and ``identity`` (what the
    event is about).
    """
    content = {key: item if key in _OWN else inert(item) for key, item in content.items()}
    at = format_time(moment)
    text = json.dumps([source, subject, kind, at, identity], sort_keys=True)
    return {"source": source, "type": kind, "id": sha256(text.encode()).hexdigest()[:32], "at": at, **content}


def inert(value: Any) -> Any:
    """Make text in nested data safe from templating: insert a space into ``{{``, ``{%`` and ``{#``.

    ansible-rulebook passes events to playbooks as extra variables, which Ansible templates. Anyone with a server or an
    exporter can choose its name and labels.
    """
    if isinstance(value, str):
        return _TEMPLATE.sub("{ ", value)
    if isinstance(value, dict):
        return {inert(key): inert(item) for key, item in value.items()}
    return [inert(item) for item in value] if isinstance(value, list) else value
