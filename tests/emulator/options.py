# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can be chosen about an emulator, with its default."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass
class Options:
    """The command line has an option of the same name for each; README.md says what they mean."""

    listen: str = "127.0.0.1:0"
    ready_file: str | None = None
    start_limit: float = 60
    app_keys: dict[str, list[str]] = field(default_factory=lambda: {"emulator-appkey": ["emulator"]})
    servers: int = 0
    servers_file: str | None = None
    reserved: list[str] = field(default_factory=list)
    latency_ms: float = 0
    tls_cert: str | None = None
    tls_key: str | None = None
    targets_per_server: int = 5
    sixth_code: int = -40002
    allow_doubles: bool = False
    allow_same_names: bool = False
    put_without_description: str = "wipe"
    targets_of_gone_servers: str = "keep"
    target_result: str = "collecting"
    failing_code: int = 1
    collect_after: float = 0
    error_body: str = "null"
    gateway_body: str = "envelope"
    prometheus: str | None = None
    prometheus_url: str | None = None
    scrape_interval: str = "1s"
    faults: list | str | None = None
    log: str | None = None
    state: str | None = None
    regions: str = "apart"
    seed: int = 0

    def __post_init__(self):
        self.app_keys = {
            key: [projects] if isinstance(projects, str) else list(projects) for key, projects in self.app_keys.items()
        }
        if not self.app_keys or not all(projects and all(projects) for projects in self.app_keys.values()):
            raise ValueError("every app key needs a project, as in KEY=PROJECT")
        if bool(self.tls_cert) != bool(self.tls_key):
            raise ValueError("a TLS certificate and its key go together")
        if self.target_result not in ("collecting", "preparing") and not re.match("failing:.", self.target_result):
            raise ValueError("the target result is collecting, preparing or failing:REASON")
        if self.prometheus and self.prometheus_url:
            raise ValueError("choose --prometheus or --prometheus-url, not both")
        if self.prometheus_url and not re.match("https?://[^/]", self.prometheus_url):
            raise ValueError("the URL of Prometheus begins with http:// or https://, not %s" % self.prometheus_url)
        if self.put_without_description not in ("wipe", "keep"):
            raise ValueError("put_without_description is wipe or keep, not %s" % self.put_without_description)
        if self.regions not in ("apart", "shared"):
            raise ValueError("regions are apart or shared, not %s" % self.regions)
        self._check_numbers()

    def _check_numbers(self):
        for name in ("servers", "latency_ms", "targets_per_server", "collect_after", "start_limit"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError("%s is 0 or more, not %s" % (name, getattr(self, name)))

    @property
    def projects(self) -> list[str]:
        """Every project, the first one being the default of everything that may leave it out."""
        return list(dict.fromkeys(project for projects in self.app_keys.values() for project in projects))
