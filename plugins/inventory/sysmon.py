# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: sysmon
short_description: Inventory of the servers that NHN Cloud System Monitoring can collect from
version_added: 1.0.0
author: nhncloud.sysmon contributors (@nhn-cloud)
description:
  - Every server whose monitoring agent has reported becomes a host.
  - The inventory file is YAML and its name ends with C(sysmon.yml) or C(sysmon.yaml).
  - One request reads the servers. O(with_targets) adds one for the workspaces and one for each workspace.
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [nhncloud.sysmon.sysmon]
  hostnames:
    description:
      - What to name hosts by. The first of these that a server has is used.
      - A name that contains anything except letters, digits, C(-), C(_), C(.) and C(:), or that starts with C(-), C(.)
        or C(:), is skipped. A server with no name left is named by its host id.
      - If several servers have the same name, or the name is that of a group or of the controller (C(localhost)), the
        host id is appended, with a warning.
    type: list
    elements: str
    choices: [hostname, ip, instance_id, host_id]
    default: [hostname, ip]
  with_targets:
    description:
      - Whether to read the collection targets too.
      - Every host then has C(sysmon_targets), a list of its targets as in
        RV(nhncloud.sysmon.sysmon_target_info#module:targets), which may be empty.
      - Hosts are members of C(sysmon_workspace_<name>) for each workspace that has a target of them, and of
        C(sysmon_health_collecting), C(sysmon_health_failing) or C(sysmon_health_preparing) for the health of each
        target. These groups exist even if they are empty. Characters that Ansible does not allow become underscores.
      - A target whose server is no longer listed has no host.
    type: bool
    default: false
  cache_refresh:
    description:
      - After how many seconds the plugin asks the service again, although the cached answer has not expired.
      - If the service cannot be reached then, or answers with an error of its own, the plugin uses the cached answer,
        with a warning, until O(cache_timeout). A refused appkey is always an error.
      - Without this option a cached answer is used until O(cache_timeout).
    type: int
extends_documentation_fragment:
  - nhncloud.sysmon.connection
  - nhncloud.sysmon.connection.plugins
  - constructed
  - inventory_cache
notes:
  - The options of the connection may be templates, including lookups. While an inventory is read, only extra variables
    (C(-e)) exist.
  - "Every host has the variables C(sysmon_host_id), C(sysmon_hostname), C(sysmon_ip), C(sysmon_project_id) and
    C(sysmon_instance_id), of which what the service leaves out is null, and C(ansible_host), its address."
  - Text from the service is never treated as a template.
  - The appkey is neither in the cache nor in a host variable. Each project, region and endpoint has its own cache
    entry.
seealso:
  - module: nhncloud.sysmon.sysmon_server_info
  - module: nhncloud.sysmon.sysmon_target_info
"""

EXAMPLES = r"""
# The shortest sysmon.yml is the line of plugin: the connection comes from the environment, NHNCLOUD_SYSMON_APP_KEY,
# NHNCLOUD_SYSMON_PROJECT_ID and NHNCLOUD_SYSMON_REGION.
plugin: nhncloud.sysmon.sysmon

# Credentials from a file that is not in version control
app_key: "{{ lookup('ansible.builtin.file', '~/.config/sysmon-appkey') }}"
project_id: AbCd1234
region: kr

# Collection targets too, with groups and variables built from them
with_targets: true
compose:
  sysmon_ports: sysmon_targets | map(attribute='port')
groups:
  web: inventory_hostname.startswith('web-')
  unmonitored: not sysmon_targets
keyed_groups:
  - prefix: role
    key: sysmon_hostname | default('', true) | regex_search('^[a-z]+')

# Cached for a day, refreshed every ten minutes
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: ~/.cache/sysmon-inventory
cache_timeout: 86400
cache_refresh: 600
"""

import hashlib
import json
import time

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.connect import USER_AGENT, connect, option_value
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.hosts import parse_ip
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run.inventory import HEALTHS, is_answer, read_inventory
from ansible_collections.nhncloud.sysmon.plugins.module_utils._secrets import redact_data
from ansible_collections.nhncloud.sysmon.plugins.module_utils._text import cleaned
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.composed_groups import ComposedGroups
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.errors import ansible_errors
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.hostnames import host_names
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.options import (
    CONNECTION,
    VARIABLES,
    connection,
    no_empty_environment,
    templated,
)
from ansible_collections.nhncloud.sysmon.plugins.plugin_utils.untrusted import as_data

CONNECTIONS = 8
# Error kinds for which the cached inventory is used: the service has to fix them, not the user.
PASSING = ("protocol", "rate_limited", "server", "transport")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "nhncloud.sysmon.sysmon"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("sysmon.yml", "sysmon.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        # While an inventory is read, ansible-core before 2.19 does not know omit.
        self.templar.available_variables = {"omit": "__omit_place_holder__", **self._vars}
        with ansible_errors(AnsibleParserError):
            self._read_config_data(path)
            answer = self._answer(path, cache)
        self._populate(answer["servers"], answer["workspaces"])

    def set_options(self, task_keys=None, var_options=None, direct=None):
        variables = templated(self.templar, var_options or {}, VARIABLES)
        options = templated(self.templar, direct or {}, CONNECTION)
        with no_empty_environment():
            super().set_options(task_keys=task_keys, var_options=variables, direct=options)

    def _answer(self, path, cache):
        """The inventory from the service or from the cache. ``cache`` is false if the user requests a refresh."""
        options, with_targets = connection(self), self.get_option("with_targets")
        if not self.get_option("cache"):
            return self._ask(options, with_targets)
        key = self.get_cache_key(path) + _fingerprint(options, with_targets)
        cached = self._cached(key, with_targets) if cache else None
        refresh = self.get_option("cache_refresh")
        if cached and (refresh is None or time.time() - cached["asked_at"] < refresh):
            return cached
        try:
            self._cache[key] = self._ask(options, with_targets)
        except SysmonError as error:
            if not cached or error.kind not in PASSING:
                raise
            age = int(time.time() - cached["asked_at"])
            self.display.warning(f"{error} The cached inventory of {age} seconds ago is used.")
            return cached
        return self._cache[key]

    def _cached(self, key, with_targets):
        """The cached inventory; None without one, or if it is not of this plugin's shape."""
        try:
            found = self._cache[key]
        except (AnsibleError, AttributeError, KeyError, TypeError):
            # The cache plugin itself expects a shape of the content, too.
            return None
        return found if is_answer(found, with_targets) else None

    def _ask(self, options, with_targets):
        found = read_inventory(connect(options, connections=CONNECTIONS), with_targets, CONNECTIONS)
        return {"asked_at": time.time(), **redact_data(found)}

    def _populate(self, servers, workspaces):
        groups = self._groups([workspace["name"] for workspace in workspaces or []])
        if workspaces is not None:
            for group in (*groups.values(), *map(_health_group, HEALTHS)):
                self.inventory.add_group(group)
        targets = {}
        for workspace in workspaces or []:
            for target in workspace["targets"]:
                targets.setdefault(target["host_id"], []).append(target)

        def add(name, server):
            self._add_host(name, server, None if workspaces is None else targets.get(server["host_id"], []), groups)

        self._add_hosts(servers, add)

    def _add_hosts(self, servers, add):
        """Add the hosts with ``add(name, server)``, those that share the name of a composed group under another name."""
        composed, earlier = ComposedGroups(self.inventory), set(self.inventory.hosts)
        taken = set()

        def is_taken(name, host_id):
            return name in taken or self._is_taken(name, host_id)

        names, appended = host_names(servers, self.get_option("hostnames"), is_taken)
        for name, server in names.items():
            add(name, server)
            self._compose_groups(name, composed)
        # A host of another source keeps its name.
        clashing = (names.keys() & composed.names.keys()) - earlier
        if clashing:
            taken = composed.names.keys() - earlier
            names, appended = host_names(servers, self.get_option("hostnames"), is_taken)
            for name in clashing:
                self.inventory.remove_host(self.inventory.hosts[name])
            for name, server in names.items():
                if name not in self.inventory.hosts:
                    add(name, server)
                    self._compose_groups(name, composed)
        if appended:
            self._warn_of_names("The host id was appended to names that are not unique: ", appended)

    def _add_host(self, name, server, targets, groups):
        self.inventory.add_host(name)
        host = self.inventory.hosts[name]
        address = parse_ip(server["ip"] or "")
        if address:
            host.set_variable("ansible_host", as_data(str(address)))
        for key, value in server.items():
            # Directly on the host: the inventory's method copies each value again and tags it with the file's name.
            host.set_variable(f"sysmon_{key}", as_data(value))
        if targets is not None:
            host.set_variable("sysmon_targets", as_data(targets))
            for target in targets:
                self.inventory.add_child(groups[target["workspace"]], name)
                self.inventory.add_child(_health_group(target["health"]), name)
        strict, compose = self.get_option("strict"), self.get_option("compose")
        if compose:
            self._set_composite_vars(compose, host.get_vars(), name, strict)
            for variable in compose.keys() & host.vars.keys():
                host.set_variable(variable, as_data(host.vars[variable]))

    def _compose_groups(self, name, composed):
        inventory, strict = self.inventory, self.get_option("strict")
        composed.host = name
        self.inventory = composed
        try:
            self._add_host_to_composed_groups(self.get_option("groups"), {}, name, strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), {}, name, strict)
        finally:
            self.inventory = inventory

    def _groups(self, workspaces):
        """Group name by workspace name."""
        groups = {name: self._sanitize_group_name(f"sysmon_workspace_{name}") for name in workspaces}
        owners = {}
        for name, group in groups.items():
            owners.setdefault(group, []).append(name)
        shared = [group for group, names in owners.items() if len(names) > 1]
        if shared:
            self._warn_of_names(
                "Several workspaces share a group, because their names differ only in punctuation: ", shared
            )
        return groups

    def _is_taken(self, name, host_id):
        """Whether the name is already in use: by a group, or by a server of another project."""
        host = self.inventory.hosts.get(name)
        return name in self.inventory.groups or (
            host is not None and host.vars.get("sysmon_host_id", host_id) != host_id
        )

    def _warn_of_names(self, sentence, names):
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        self.display.warning(f"{sentence}{', '.join(map(cleaned, names[:5]))}{more}.")


def _health_group(health):
    return f"sysmon_health_{health}"


def _fingerprint(options, with_targets):
    """Suffix of the cache key: separates different queries, and versions of the collection."""
    asked = [USER_AGENT, with_targets, *(option_value(options, name) for name in ("project_id", "region", "api_url"))]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]
