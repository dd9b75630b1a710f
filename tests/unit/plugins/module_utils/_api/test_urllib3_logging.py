# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""urllib3 says nothing aside of our requests, and of others' what it always does."""

from __future__ import annotations

import logging
import socketserver
import threading

import pytest
import requests

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.transport import Transport
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.urllib3_logging import silenced


class Broken(socketserver.StreamRequestHandler):
    """Answers with a line that is no header."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\nsaid: s3cret\r\nno header but s3cret\r\nContent-Length: 2\r\n\r\n{}")


@pytest.fixture
def broken():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Broken) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "http://127.0.0.1:%d" % server.server_address[1]
        server.shutdown()


def test_a_broken_header_is_not_logged(broken, caplog):
    caplog.set_level(logging.DEBUG)
    reply = Transport(broken, {"X-TC-APP-KEY": "s3cret"}, timeout=5).send("list_servers", "GET", "/")
    assert reply.status == 200
    assert caplog.records == []
    requests.get(broken, timeout=5)
    assert "s3cret" in caplog.text


def test_other_threads_are_heard(broken, caplog):
    with silenced():
        other = threading.Thread(target=requests.get, args=[broken], kwargs={"timeout": 5})
        other.start()
        other.join()
    assert "Failed to parse headers" in caplog.text


def test_what_fails_does_not_silence_others(caplog):
    with pytest.raises(ValueError, match="x"), silenced():
        raise ValueError("x")
    logging.getLogger("urllib3.connection").warning("heard")
    assert caplog.messages == ["heard"]
