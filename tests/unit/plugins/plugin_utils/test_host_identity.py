# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role asks of a host itself."""

from __future__ import annotations

from base64 import b64encode

import pytest

from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.host_identity import check_exporter, instance_id

ID = "2F1D6F0E-5d5c-4f0b-9f0e-7d9d5f6f1c11"
FILES = {"/var/lib/cloud/data/instance-id": "cloud", "/sys/class/dmi/id/product_uuid": "firmware"}


def host(**answers):
    def run(module, arguments):
        name = "metadata" if module.endswith("uri") else FILES[arguments["src"]]
        return answers.get(name, {"failed": True, "msg": f"{name}\nis away."})

    return run


def content(text):
    return {"content": b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    "answers",
    [
        {"metadata": {"json": {"uuid": ID}}},
        {"metadata": {"json": {"uuid": "i-1"}}, "cloud": content(ID + "\n")},
        {"cloud": content("i-1"), "firmware": content(ID)},
        {"metadata": {"json": []}, "firmware": content(ID)},
    ],
)
def test_first_source_that_knows(answers):
    found, source = instance_id(host(**answers), "web1", "http://m/")
    assert found == ID
    assert source in ("the metadata service", "cloud-init", "the firmware")


def test_each_source_is_told():
    with pytest.raises(SysmonError) as caught:
        instance_id(host(metadata={"json": {}}, cloud=content("i-1")), "web1", "http://m/")
    assert str(caught.value) == (
        "web1: its instance id is not known. Tried: the metadata service at http://m/: no UUID; cloud-init "
        "(/var/lib/cloud/data/instance-id): no UUID; the firmware (/sys/class/dmi/id/product_uuid): firmware is away. "
        "Set register_targets_identity, or choose another register_targets_match."
    )


def test_exporter():
    check_exporter(lambda _module, _arguments: {"status": 200}, "web1", "localhost", [9100], "/metrics")
    with pytest.raises(SysmonError) as caught:
        check_exporter(
            lambda _module, _arguments: {"status": 404, "msg": "no"}, "web1", "localhost", [1, 2], "/metrics"
        )
    assert str(caught.value) == (
        "web1: the exporter did not respond on the host itself. Port 1: no; Port 2: no. "
        "Check that it runs there, register_targets_port and register_targets_metrics_path."
    )
