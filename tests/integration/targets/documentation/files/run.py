# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the plays, tasks, inventories and commands of the documentation unchanged.

usage: run.py [WORD ...]    only documents whose path contains a WORD

Each document gets an emulator with the servers of SERVERS, the workspace "shop", and, where it asks PromQL, a real
Prometheus that scrapes it. Its blocks run in their order, as a reader goes through it.
"""

from __future__ import annotations

import grp
import http.server
import json
import os
import pwd
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import blocks
import yaml

ROOT = blocks.ROOT
sys.path.insert(0, str(ROOT.parents[2]))

from ansible_collections.nhncloud.sysmon.tests.emulator import cli, spawn  # noqa: E402

# Documents, or single blocks with a text, whose plays need hosts of their own or the like, and what tests them.
ELSEWHERE = {
    "examples/events/README.md": "tests/events/test_rulebooks.py",
    "docs/docsite/rst/guide_awx.rst": "examples/awx/README.md",
    "docs/docsite/rst/guide_events.rst": "tests/events/test_rulebooks.py",
    "examples/emulator/README.md": "tests/examples/test_emulator.py",
    "docs/docsite/rst/guide_lifecycle.rst: include_vars": "tests/integration/targets/sysmon_fleet",
    "docs/docsite/rst/guide_promql.rst: nhncloud.sysmon.least_loaded": "tests/integration/targets/gates",
    "docs/docsite/rst/guide_provisioning.rst": "tests/e2e/documents.py",
    "docs/docsite/rst/guide_register_targets.rst": "tests/e2e/documents.py",
    "docs/docsite/rst/guide_grafana.rst": "tests/integration/targets/grafana_api",
    "roles/register_targets/README.md": "tests/e2e/documents.py",
    "docs/docsite/rst/guide_unknown.rst": "tests/integration/targets/live",
    "docs/docsite/site/reference.yml: nhncloud.sysmon.live": "tests/integration/targets/live",
    "plugins/modules/sysmon_register.py": "tests/integration/targets/register_targets",
    "roles/grafana_datasource/README.md": "tests/integration/targets/role_grafana_datasource",
}

# Files that commands of a document name without showing them: those of an example, or their text.
UPDATE = "- name: Update\n  ansible.builtin.debug:\n    msg: updated\n"
ERRORS = """gate_error_query: 'sum(rate(http_requests_total{code="500"}[5m])) / sum(rate(http_requests_total[5m]))'"""
FILES: dict[str, dict[str, str]] = {
    "docs/docsite/rst/guide_emulator.rst": {"site.yml": "examples/emulator/site.yml"},
    "docs/docsite/rst/guide_promql.rst": {"update.yml": UPDATE},
    "docs/docsite/site/reference.yml": {"update.yml": UPDATE, "errors.yml": ERRORS},
}

# The network of the examples becomes one of loopback, another for each run.
NETWORK = f"127.{os.getpid() // 200 % 200 + 10}.{os.getpid() % 200 + 10}."
PROJECTS = ("emulator", "AbCd1234")
IDS = {"web-3": "2f1d6f0e-5d5c-4f0b-9f0e-7d9d5f6f1c11"}
SERVERS = {"web-1": 5, "web-2": 6, "web-3": 7, "host-00001": 8, "host-00002": 9, "host-00003": 10}
SHOP = ("web-1", "web-2", "web-3")
PORTS = (9100, 8080)

INVENTORY = (
    "".join(f"{name} ansible_host={NETWORK}{SERVERS[name]}\n" for name in ("web-1", "web-2", "web-3"))
    + f"""
[web]
web-[1:3]

[web:vars]
ansible_connection=local
ansible_become=false
ansible_python_interpreter={sys.executable}
register_targets_metadata_url=http://{{{{ ansible_host }}}}:9100/openstack/latest/meta_data.json
register_targets_probe_host={{{{ ansible_host }}}}
gate_delay=1
gate_settle=1
"""
)

# A Grafana whose files this user may write.
USER, GROUP = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
GRAFANA = """
[grafana]
grafana-1

[grafana:vars]
ansible_connection=local
ansible_become=false
ansible_python_interpreter={sys.executable}
grafana_datasource_folder={folder}/provisioning
grafana_datasource_dashboard_folder={folder}/dashboards
grafana_datasource_owner={user}
grafana_datasource_group={group}
grafana_datasource_service=
""".replace("{sys.executable}", sys.executable)

# What may run on this machine. A block with anything else has to be run elsewhere.
HARMLESS = {"add_host", "assert", "debug", "fail", "import_playbook", "import_role", "include_role", "meta", "set_fact"}

PROGRAMS = {
    *("ansible", "ansible-console", "ansible-doc", "ansible-galaxy", "ansible-inventory", "ansible-playbook"),
    *("pip", "python", "python3", "terraform", "export", ".", "git", "cd"),
}


class Host(http.server.BaseHTTPRequestHandler):
    """On every address: an exporter, and the metadata service of the host that has the address."""

    protocol_version = "HTTP/1.1"
    started = time.time()

    def do_GET(self) -> None:
        if self.path == "/openstack/latest/meta_data.json":
            address = self.server.server_address[0]
            body = json.dumps({"uuid": next(s["instanceId"] for s in servers() if s["svrIp"] == address)})
        else:
            age = time.time() - self.started
            body = f"# HELP node_load1 1m load average.\n# TYPE node_load1 gauge\nnode_load1 {age % 3}\n"
            body += "queue_length 0\n"
            for code, rate in (("200", 99), ("500", 1)):
                body += f'http_requests_total{{code="{code}"}} {int(age * rate)}\n'
        self.send_response(200)
        self.send_header("Content-Type", "application/json" if body.startswith("{") else "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        pass


def servers() -> list[dict[str, str]]:
    """What every project has."""
    return [
        {
            "projectId": project,
            "hostId": f"{project}-{number}",
            "hostNm": name,
            "svrIp": f"{NETWORK}{number}",
            "instanceId": IDS.get(name, f"11111111-2222-4333-8444-{number:012}"),
        }
        for project in PROJECTS
        for name, number in SERVERS.items()
    ]


def start_hosts() -> None:
    for number in SERVERS.values():
        for port in PORTS:
            server = http.server.ThreadingHTTPServer((f"{NETWORK}{number}", port), Host)
            threading.Thread(target=server.serve_forever, daemon=True).start()


def ask(url: str, path: str, records: object = None) -> object:
    headers = {"X-TC-APP-KEY": "emulator-appkey", "Content-Type": "application/json"}
    data = None if records is None else json.dumps(records).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data, headers), timeout=30) as answer:
        return json.load(answer)


def wait_for_samples(url: str, targets: int) -> None:
    """Until the two counters of each target of the workspace can be rated."""
    query = urllib.parse.quote(f'count(rate(http_requests_total{{job="shop"}}[5m])) >= {2 * targets}')
    deadline = time.monotonic() + 60
    while not ask(url, f"/prometheus/api/v1/query?query={query}")["data"]["result"]:
        if time.monotonic() > deadline:
            raise RuntimeError("Prometheus has no samples of the workspace")
        time.sleep(0.3)


def modules_of(entries: list[dict]) -> set[str]:
    """The names of the modules and roles that plays or tasks use."""
    found = set()
    for entry in entries:
        if "hosts" in entry:
            found |= {role["role"] if isinstance(role, dict) else role for role in entry.get("roles", [])}
            for key in ("pre_tasks", "tasks", "post_tasks", "handlers"):
                found |= modules_of(entry.get(key, []))
            continue
        for key in ("block", "rescue", "always"):
            found |= modules_of(entry.get(key, []))
        found |= {key for key in entry if "." in key}
        found |= {value["name"] for key, value in entry.items() if key.endswith("_role")}
    return found


def is_harmless(name: str) -> bool:
    ours = name.startswith("nhncloud.sysmon.") and not name.endswith(".grafana_datasource")
    return ours or name == "prometheus.prometheus.node_exporter" or name.removeprefix("ansible.builtin.") in HARMLESS


class Reader:
    """A reader who follows a document."""

    def __init__(self, document: str, found: list[blocks.Block], folder: Path) -> None:
        self.document, self.blocks, self.folder = document, found, folder
        self.files = {}
        if document.startswith("examples/"):
            paths = sorted((ROOT / document).parent.iterdir())
            self.files = {path.name: path.read_text(encoding="utf-8") for path in paths if path.is_file()}
        for name, content in FILES.get(document, {}).items():
            self.files[name] = (
                content if "\n" in content or ":" in content else (ROOT / content).read_text(encoding="utf-8")
            )
        text = "".join([*(block.text for block in found), *self.files.values()])
        self.promql = bool(
            re.search(r"sysmon[._](query|wait|prune|rolling)|drift_info|metadata_info|verify: query", text)
        )
        # A playbook that finds drift fails, and each of a server's targets that the reference does not name is drift.
        self.ports = PORTS[:1] if document.endswith("reference.yml") else PORTS
        self.inventory = "inventory.ini"
        self.count = 0

    def prepare(self) -> None:
        self.write("servers.json", json.dumps(servers()))
        for name, content in self.files.items():
            self.write(name, content)
        for name in ("inventory.ini", "hosts.ini"):
            self.write(name, INVENTORY + GRAFANA.format(folder=self.folder, user=USER, group=GROUP))
        self.write("home/.config/sysmon-appkey", "emulator-appkey\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("192.168.0.", NETWORK), encoding="utf-8")
        return path

    def read(self) -> int:
        """Run the blocks; how many runs there were."""
        if self.document in ELSEWHERE or not self.blocks:
            return 0
        self.prepare()
        more = ["--prometheus"] if self.promql else []
        projects = f"emulator-appkey={','.join(PROJECTS)}"
        with spawn("--servers-file", f"{self.folder}/servers.json", "--app-key", projects, *more) as self.url:
            ask(self.url, "/_emulator/workspaces", [{"jobName": "shop", "metricsPath": "/metrics"}])
            hosts = [f"{PROJECTS[0]}-{SERVERS[name]}" for name in SHOP]
            targets = [{"jobName": "shop", "hostId": host, "port": port} for host in hosts for port in self.ports]
            ask(self.url, "/_emulator/targets", targets)
            if self.promql:
                wait_for_samples(self.url, len(hosts) * len(self.ports))
            for block in self.blocks:
                self.run_block(block)
        return self.count

    def run_block(self, block: blocks.Block) -> None:
        texts = [key.split(": ", 1)[1] for key in ELSEWHERE if key.startswith(f"{self.document}: ")]
        if any(text in block.text for text in texts):
            return
        if block.language == "bash":
            self.run_commands(block, block.text)
        elif block.language == "console":
            self.run_console(block)
        elif block.language.startswith("yaml"):
            self.run_yaml(block)

    def run_yaml(self, block: blocks.Block) -> None:
        if block.kind == "inventory":
            self.inventory = "sysmon.yml"
            self.write(self.inventory, block.text)
            shown = json.loads(self.run(block, "ansible-inventory", "-i", self.inventory, "--list"))
            if set(SERVERS) - set(shown["_meta"]["hostvars"]):
                raise SystemExit(f"{block}: not all servers are in the inventory:\n{shown}")
            return
        if block.kind not in ("play", "tasks"):
            self.write(block.name, block.text)
            return
        content = yaml.safe_load(block.text)
        for name in sorted(modules_of(content)):
            if not is_harmless(name):
                raise SystemExit(f"{block}: {name} is not run here. Have another test run it, and name that in run.py.")
        path = self.write(block.name, block.text)
        if block.kind == "tasks":
            play = {"name": "Examples", "hosts": "localhost", "gather_facts": False}
            path.with_suffix(".tasks").write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
            play["tasks"] = [{"name": "Run them", "ansible.builtin.include_tasks": str(path.with_suffix(".tasks"))}]
            path.write_text(yaml.safe_dump([play]), encoding="utf-8")
        self.run(block, "ansible-playbook", "-i", self.inventory, str(path))

    def run_console(self, block: blocks.Block) -> None:
        """Run what stands after a prompt. The lines below a command are printed by it, in this order, among others."""
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _end, shown = part.partition("\n")
            printed = iter("".join(self.run_commands(block, command)).splitlines())
            missing = [line for line in shown.rstrip().splitlines() if line.strip() not in map(str.strip, printed)]
            if missing:
                raise SystemExit(f"{block}: {command} does not print this, or not here: {missing[0]}")

    def run_commands(self, block: blocks.Block, text: str) -> list[str]:
        """Check every command; run those that need nothing but this collection. Returns what they print."""
        printed = []
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)
        for line in text.replace("\\\n", " ").splitlines():
            words = [word for word in shlex.split(line, comments=True) if not re.match(r"ANSIBLE_\w+=", word)]
            if words:
                printed.append(self.run_command(block, words))
        return printed

    def run_command(self, block: blocks.Block, words: list[str]) -> str:
        program = words[0]
        if program == "./dev":
            known = (ROOT / "dev").read_text(encoding="utf-8") + (ROOT / "noxfile.py").read_text(encoding="utf-8")
            if not re.search(rf"^  {words[1]}  |^def {words[1]}\(|\b{words[1]} \| ", known, re.MULTILINE):
                raise SystemExit(f"{block}: ./dev has no {words[1]}")
        elif words[1:2] and words[1].endswith(("tests/emulator", "$emulator")):
            self.run_emulator(block, words[2:])
        elif program == "export":
            check_variables(block, words[1:])
        elif program in ("ansible", "ansible-doc", "ansible-inventory", "ansible-playbook"):
            words = [word.replace("…", "emulator").replace("$PWD", str(self.folder)) for word in words]
            files = [
                re.sub(r"^(@|gate_update_tasks=)", "", word) for word in words if re.search(r"\.(ini|ya?ml)$", word)
            ]
            missing = [name for name in files if "=" not in name and not (self.folder / name).exists()]
            if missing:
                raise SystemExit(f"{block}: there is no {missing[0]}. Show it, or name it in run.py.")
            return self.run(block, *words)
        elif program not in PROGRAMS and not re.match(r"kill|ansible-|[a-z_]+=", program):
            raise SystemExit(f"{block}: {program} is not known here")
        return ""

    def run_emulator(self, block: blocks.Block, words: list[str]) -> None:
        """Check its options, and run its command against the emulator that is there."""
        end = words.index("--") if "--" in words else len(words)
        cli.parser().parse_args([word for word in words[:end] if word not in ("&", "--help")])
        if words[end + 1 :]:
            self.run_command(block, words[end + 1 :])

    def run(self, block: blocks.Block, *command: str) -> str:
        environment = {
            **os.environ,
            "HOME": str(self.folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": f"{ROOT.parents[2]}:{Path(__file__).parent}/collections",
            "NHNCLOUD_SYSMON_API_URL": self.url,
            "NHNCLOUD_SYSMON_APP_KEY": "emulator-appkey",
            "NHNCLOUD_SYSMON_PROJECT_ID": "emulator",
            "NHNCLOUD_SYSMON_REGION": "kr",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=180, check=False
        )
        output = done.stdout + done.stderr
        wrong = done.returncode or "DEPRECATION" in output or "Traceback" in output or "emulator-appkey" in output
        if wrong:
            raise SystemExit(f"{block}: {shlex.join(command)} ended with {done.returncode}\n{output}")
        self.count += 1
        return done.stdout


def check_variables(block: blocks.Block, words: list[str]) -> None:
    known = (ROOT / "plugins/doc_fragments/connection.py").read_text(encoding="utf-8")
    for word in words:
        name = word.split("=")[0]
        if not name.startswith("CONTROLLER_") and f"E({name})" not in known:
            raise SystemExit(f"{block}: {name} is not a variable of the connection")


def read(path: Path) -> tuple[str, int, float]:
    document, started = str(path.relative_to(ROOT)), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sysmon-documentation-") as folder:
        count = Reader(document, blocks.blocks_of(path), Path(folder)).read()
    return document, count, time.monotonic() - started


def main() -> int:
    for entry, test in ELSEWHERE.items():
        document, _colon, text = entry.partition(": ")
        if not (ROOT / document).exists():
            continue
        if not (ROOT / test).exists() or text not in (ROOT / document).read_text(encoding="utf-8"):
            raise SystemExit(f"{test} is to run {entry}: one of them is not there")
    words = sys.argv[1:] or [""]
    wanted = [path for path in blocks.documents() if any(word in str(path) for word in words)]
    start_hosts()
    total, failed = 0, 0
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(read, path) for path in wanted]
        for future in futures:
            try:
                document, count, seconds = future.result()
            except SystemExit as error:
                print(error, flush=True)
                failed += 1
                continue
            print(f"{count:3} runs {seconds:6.1f} s  {document}", flush=True)
            total += count
    print(f"{total} runs, {failed} documents with mistakes")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
