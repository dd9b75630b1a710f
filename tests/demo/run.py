# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job, from nothing: three hosts with a real node_exporter become targets of a real Prometheus."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(os.environ["ANSIBLE_COLLECTIONS_PATH"].split(os.pathsep)[0])
sys.path.insert(0, str(ROOT))

from ansible_collections.nhncloud.sysmon.tests.emulator import spawn  # noqa: E402

HERE = Path(__file__).parent
HOSTS = {f"demo-{number}": f"127.0.0.{10 + number}" for number in (1, 2, 3)}
PORT = 9100
NEEDED = ("prometheus", "prometheus-node-exporter")
WRITES = ("POST", "PUT", "DELETE")


def main() -> int:
    """Show it, and tell by the exit code whether it held."""
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        print(f"The demo needs {' and '.join(missing)} (Debian's packages of these names).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="sysmon-demo-") as folder, contextlib.ExitStack() as stack:
        servers = Path(folder, "servers.json")
        servers.write_text(json.dumps([{"hostNm": name, "svrIp": ip} for name, ip in HOSTS.items()]), encoding="utf-8")
        say("Starting the emulator with Prometheus, and a node_exporter on each of", ", ".join(HOSTS.values()))
        url = stack.enter_context(spawn("--servers-file", str(servers), "--prometheus"))
        for ip in HOSTS.values():
            stack.enter_context(node_exporter(ip))
        inventory = Path(folder, "inventory.ini")
        lines = [f"{name} ansible_host={ip}" for name, ip in HOSTS.items()]
        inventory.write_text("\n".join(["[web]", *lines, ""]), encoding="utf-8")
        say("Registering the hosts of this inventory:")
        print(inventory.read_text(encoding="utf-8"))

        register = ["nhncloud.sysmon.register", "-e", "register_hosts=web", "-e", "register_targets_workspace=demo"]
        play(url, inventory, *register, "-e", "register_targets_verify=query")
        say("What the service has now, and what Prometheus says of it:")
        table = Path(folder, "table")
        play(url, inventory, str(HERE / "table.yml"), "-e", f"table={table}", quiet=True)
        print(table.read_text(encoding="utf-8"))
        up = sum(line.split()[-1] == "1" for line in table.read_text(encoding="utf-8").splitlines())

        say("Registering the same hosts again:")
        forget(url)
        play(url, inventory, *register)
        writes = [request["call"] for request in requests(url) if request["method"] in WRITES]
        say("Requests of the second run that write:", str(len(writes)))
    if up == len(HOSTS) and not writes:
        say("All", str(up), "targets are up, the second run changed nothing, and nothing is left running.")
        return 0
    say("That is not what the demo is to show:", str(up), "targets up,", str(len(writes)), "writes.")
    return 1


def say(*words: str) -> None:
    """One line that stands out from the output of Ansible."""
    print("\n=== " + " ".join(words), flush=True)


@contextlib.contextmanager
def node_exporter(ip: str) -> Iterator[None]:
    """A node_exporter on an address of its own."""
    command = ["prometheus-node-exporter", f"--web.listen-address={ip}:{PORT}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def play(url: str, inventory: Path, *arguments: str, quiet: bool = False) -> None:
    """Run a playbook as a user would, with the credentials in the environment."""
    environment = {
        **os.environ,
        "NHNCLOUD_SYSMON_APP_KEY": "emulator-appkey",
        "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
        "NHNCLOUD_SYSMON_REGION": "kr",
        "NHNCLOUD_SYSMON_API_URL": url,
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    output = subprocess.PIPE if quiet else None
    command = ["ansible-playbook", "-i", str(inventory), *arguments]
    done = subprocess.run(command, env=environment, stdout=output, stderr=output, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed.\n{done.stdout or ''}{done.stderr or ''}")


def requests(url: str) -> list[dict[str, str]]:
    """What the emulator was asked."""
    with urllib.request.urlopen(f"{url}/_emulator/requests") as answer:
        return json.load(answer)


def forget(url: str) -> None:
    """Empty the emulator's list of requests."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/_emulator/requests", method="DELETE")).close()


if __name__ == "__main__":
    sys.exit(main())
