# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main job, from nothing: three hosts with a real node_exporter become targets of a real Prometheus."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
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
REGISTER = [
    "nhncloud.sysmon.register",
    *("-e", "register_hosts=web", "-e", "register_targets_workspace=demo", "-e", "register_targets_verify=query"),
]
WRITES = ("POST", "PUT", "DELETE")


def main() -> int:
    """Show the main job; the exit code tells whether it worked."""
    arguments = argparse.ArgumentParser(prog="./dev demo", description=__doc__)
    arguments.add_argument("-v", "--verbose", action="store_true", help="show the output of Ansible too")
    verbose = arguments.parse_args().verbose
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        print(f"The demo needs {' and '.join(missing)} (Debian's packages of these names).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="sysmon-demo-") as folder, contextlib.ExitStack() as stack:
        step("Start", "emulator of the service with a real Prometheus, one node_exporter per host")
        servers = Path(folder, "servers.json")
        servers.write_text(json.dumps([{"hostNm": name, "svrIp": ip} for name, ip in HOSTS.items()]), encoding="utf-8")
        url = stack.enter_context(spawn("--servers-file", str(servers), "--prometheus"))
        for ip in HOSTS.values():
            stack.enter_context(node_exporter(ip))
        inventory = Path(folder, "inventory.ini")
        lines = [f"{name} ansible_host={ip}" for name, ip in HOSTS.items()]
        inventory.write_text("\n".join(["[web]", *lines, ""]), encoding="utf-8")

        step("Register", "ansible-playbook nhncloud.sysmon.register -i inventory.ini " + " ".join(REGISTER[1:]))
        show(summary_of(play(url, inventory, *REGISTER, verbose=verbose)))
        step("Look", "what the service lists, and what Prometheus says of it")
        table = Path(folder, "table")
        play(url, inventory, str(HERE / "table.yml"), "-e", f"table={table}", verbose=verbose)
        show(table.read_text(encoding="utf-8"))
        up = sum(line.split()[-1] == "1" for line in table.read_text(encoding="utf-8").splitlines())

        step("Register again", "a second run changes nothing")
        forget(url)
        show(summary_of(play(url, inventory, *REGISTER, verbose=verbose)))
        writes = [request["call"] for request in requests(url) if request["method"] in WRITES]
        show(f"Requests that write: {len(writes)}")

        step("Page", "all targets in one HTML file, by the role nhncloud.sysmon.fleet_page")
        page = Path(".nox/fleet_page.html").absolute()
        play(url, inventory, str(HERE / "page.yml"), "-e", f"fleet_page_path={page}", verbose=verbose)
        show(f"Open it in a browser: {page.as_uri()}")
    if up == len(HOSTS) and not writes:
        step("Done", f"all {up} targets are up, and nothing is left running")
        show("Next: examples/ has playbooks to copy; ./dev demo -v shows the output of Ansible.")
        return 0
    step("Failed", f"{up} of {len(HOSTS)} targets are up, and the second run sent {len(writes)} writes")
    return 1


def step(name: str, text: str) -> None:
    """The headline of a step, coloured where the terminal has colours."""
    bold, plain = ("\033[1;36m", "\033[0m") if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else ("", "")
    print(f"{bold}{name}{plain}: {text}", flush=True)


def show(text: str) -> None:
    """What a step gave."""
    print(textwrap.indent(text.strip("\n"), "    "), flush=True)


def summary_of(output: str) -> str:
    """The line of the role that counts what was registered."""
    return next(line for line in output.splitlines() if line.startswith("Workspace "))


@contextlib.contextmanager
def node_exporter(ip: str) -> Iterator[None]:
    """A node_exporter on an address of its own."""
    command = ["prometheus-node-exporter", f"--web.listen-address={ip}:{PORT}"]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while not answers(ip):
                if process.poll() is not None:
                    log.seek(0)
                    raise SystemExit(f"node_exporter does not start on {ip}:{PORT}: {log.read().strip()[-300:]}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait()


def answers(ip: str) -> bool:
    """Whether something listens where the node_exporter should."""
    try:
        socket.create_connection((ip, PORT), timeout=1).close()
    except OSError:
        return False
    return True


def play(url: str, inventory: Path, *arguments: str, verbose: bool) -> str:
    """Run a playbook as a user would, with the credentials in the environment; its output."""
    environment = {
        **os.environ,
        "NHNCLOUD_SYSMON_APP_KEY": "emulator-appkey",
        "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
        "NHNCLOUD_SYSMON_REGION": "kr",
        "NHNCLOUD_SYSMON_API_URL": url,
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
    }
    command = ["ansible-playbook", "-i", str(inventory), *arguments]
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if verbose:
        print(done.stdout, flush=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed.\n{done.stdout}")
    return done.stdout


def requests(url: str) -> list[dict[str, str]]:
    """What the emulator was asked."""
    with urllib.request.urlopen(f"{url}/_emulator/requests") as answer:
        return json.load(answer)


def forget(url: str) -> None:
    """Empty the emulator's list of requests."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/_emulator/requests", method="DELETE")).close()


if __name__ == "__main__":
    sys.exit(main())
