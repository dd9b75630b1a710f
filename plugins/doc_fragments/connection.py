# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options with which every plugin of the collection reaches the service."""

from __future__ import annotations


class ModuleDocFragment:
    """C(nhncloud.sysmon.connection)."""

    DOCUMENTATION = r"""
options:
  app_key:
    description:
      - The appkey of System Monitoring. The console shows it under B(URL & Appkey).
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_APP_KEY).
      - The collection never writes it to output, logs or files (the Grafana provisioning file excepted). Ansible itself
        shows a literal key of a playbook in excerpts, so take it from the environment, a vault or a variable.
    type: str
  project_id:
    description:
      - The id of the project that the appkey belongs to.
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_PROJECT_ID).
    type: str
  region:
    description:
      - The region, one of V(kr), V(kr2), V(us) and V(jp). The spellings V(kr1), V(us1), V(jp1) and upper case are
        accepted too. It selects the endpoint and is sent where the API requires it.
      - Required, as this option or as the environment variable E(NHNCLOUD_SYSMON_REGION).
      - Another code is refused unless O(api_url) is given.
    type: str
  api_url:
    description:
      - The endpoint to use instead of the region's, for example the government cloud, a gateway or the emulator.
      - It is V(https); V(http) only to a loopback address, or elsewhere with O(validate_certs=false).
      - The environment variable E(NHNCLOUD_SYSMON_API_URL) is used where the option is not set.
    type: str
  validate_certs:
    description:
      - Whether TLS certificates are checked.
      - The environment variable E(NHNCLOUD_SYSMON_VALIDATE_CERTS) is used where the option is not set.
    type: bool
    default: true
  ca_path:
    description:
      - The certificate authorities to trust instead of the system's, as a PEM file, or as a folder of such files
        prepared by C(openssl rehash).
      - The environment variable E(NHNCLOUD_SYSMON_CA_PATH) is used where the option is not set.
    type: path
  timeout:
    description:
      - The maximum duration of one request in seconds, from connecting to the last byte of the answer, V(1) to
        V(86400).
    type: int
    default: 30
  retries:
    description:
      - The number of retries after the first try, V(0) or more, for calls that may be repeated.
      - The delay between tries doubles from half a second to eight seconds, with jitter. A C(Retry-After) header is
        obeyed when it is no longer than O(timeout).
    type: int
    default: 4
notes:
  - Proxies come from the usual environment variables. C(.netrc) is never read and redirects are never followed.
requirements:
  - python >= 3.9
  - requests >= 2.25
"""

    # In addition to the above, for plugins that ansible-core reads the options of.
    PLUGINS = r"""
options:
  app_key:
    env:
      - name: NHNCLOUD_SYSMON_APP_KEY
    vars:
      - name: nhncloud_sysmon_app_key
  project_id:
    env:
      - name: NHNCLOUD_SYSMON_PROJECT_ID
    vars:
      - name: nhncloud_sysmon_project_id
  region:
    env:
      - name: NHNCLOUD_SYSMON_REGION
    vars:
      - name: nhncloud_sysmon_region
  api_url:
    env:
      - name: NHNCLOUD_SYSMON_API_URL
    vars:
      - name: nhncloud_sysmon_api_url
  validate_certs:
    env:
      - name: NHNCLOUD_SYSMON_VALIDATE_CERTS
    vars:
      - name: nhncloud_sysmon_validate_certs
  ca_path:
    env:
      - name: NHNCLOUD_SYSMON_CA_PATH
    vars:
      - name: nhncloud_sysmon_ca_path
  timeout:
    vars:
      - name: nhncloud_sysmon_timeout
  retries:
    vars:
      - name: nhncloud_sysmon_retries
"""
