# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bugs that the soak must find: each puts one mistake into the code of this process, and takes it out again."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from unittest import mock

from ansible_collections.nhncloud.sysmon.plugins.module_utils import _text
from ansible_collections.nhncloud.sysmon.plugins.module_utils._api.client import Client
from ansible_collections.nhncloud.sysmon.plugins.module_utils._errors import SysmonError
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model import outcome, target_plan
from ansible_collections.nhncloud.sysmon.plugins.module_utils._model.workspaces import Workspace
from ansible_collections.nhncloud.sysmon.plugins.module_utils._run import (
    reconcile_targets,
    reconcile_workspace,
    writes,
)


def post_repeated_blindly():
    """A create whose answer was lost is sent again at once."""
    usual = Client._call

    def call(self, name, method, path, *, idempotent=True, **content):
        return usual(self, name, method, path, idempotent=True, **content)

    return mock.patch.object(Client, "_call", call)


def purge_from_half_a_picture():
    """The purge goes on although some entries could not be resolved."""
    desired = {}
    usual_order, usual_plan = reconcile_targets.desired_targets_from, target_plan.plan_targets

    def desired_targets_from(params):
        desired["purge"] = params.get("purge", False)
        return usual_order(params)

    def plan(wanted, observed, *, absent=False, purge=False):
        return usual_plan(wanted, observed, absent=absent, purge=desired["purge"])

    return _both(
        mock.patch.object(reconcile_targets, "desired_targets_from", desired_targets_from),
        mock.patch.object(reconcile_targets, "plan_targets", plan),
    )


def purge_after_failed_creates():
    """The purge goes on although some targets could not be made."""

    def apply(client, desired, workspace_id, plan):
        made = [change.after for change in plan.changes if change.after]
        gone = [change.before for change in plan.changes if change.before]
        outcomes = writes.create_targets(client, workspace_id, made, workers=desired.workers, retries=desired.retries)
        removed = writes.delete_targets(client, workspace_id, gone, workers=desired.workers)
        return outcome.WriteResults(outcomes, list(zip(gone, removed)))

    return mock.patch.object(reconcile_targets, "_apply", apply)


def unclear_create_believed():
    """A create whose outcome is unclear counts as done."""
    usual = Client.create_target

    def create(self, workspace_id, host_id, port):
        try:
            return usual(self, workspace_id, host_id, port)
        except SysmonError as error:
            if error.outcome_unknown:
                return "believed"
            raise

    return mock.patch.object(Client, "create_target", create)


def refusal_believed():
    """A refusal is taken to mean that nothing was done."""
    return mock.patch.object(writes, "DOUBTFUL", ())


def cut_list_believed():
    """A list that cannot be read counts as empty."""
    usual = Client._records

    def records(self, call, path, headers=None):
        try:
            return usual(self, call, path, headers)
        except SysmonError as error:
            if error.kind == "protocol":
                return []
            raise

    return mock.patch.object(Client, "_records", records)


def unclear_delete_believed():
    """A delete counts as done, whatever came."""

    def delete(self, call, path):
        with contextlib.suppress(SysmonError):
            self._call(call, "DELETE", path)
        return True

    return mock.patch.object(Client, "_delete", delete)


def check_mode_writes():
    """Check mode of a single target is not looked at."""
    usual = reconcile_targets.reconcile_targets

    def reconcile(client, desired, check_mode):
        return usual(client, desired, False)

    return mock.patch.object(reconcile_targets, "reconcile_targets", reconcile)


def update_wipes():
    """An update sends only what was given, so the rest is lost."""
    usual = Workspace.to_update

    def to_update(self):
        return {key: value for key, value in usual(self).items() if key == "metricsPath"}

    return mock.patch.object(Workspace, "to_update", to_update)


def changed_forgotten():
    """Only what surely was done counts as changed."""
    usual = reconcile_targets.record_outcomes

    def record_outcomes(told, *arguments):
        usual(told, *arguments)
        told.changed = bool(told.done)

    return mock.patch.object(reconcile_targets, "record_outcomes", record_outcomes)


def changed_always():
    """Every failure counts as changed."""
    usual = reconcile_workspace.reconcile_workspace

    def reconcile(*arguments):
        outcome = usual(*arguments)
        return replace(outcome, changed=True) if outcome.error else outcome

    return mock.patch.object(reconcile_workspace, "reconcile_workspace", reconcile)


def echo_told():
    """What the service says is passed on, an appkey in it too."""
    return mock.patch.object(_text, "redact", lambda text: text)


def host_removed_whole():
    """Removing a target takes all targets of its host."""
    usual = target_plan.plan_targets

    def plan(wanted, observed, *, absent=False, purge=False):
        wanted = list(wanted)
        if absent:
            hosts = {target.host_id for target in wanted}
            wanted = [target for target in observed if target.host_id in hosts]
        return usual(wanted, observed, absent=absent, purge=purge)

    return mock.patch.object(reconcile_targets, "plan_targets", plan)


@contextlib.contextmanager
def _both(first, second):
    with first, second:
        yield


PLANTS = {
    plant.__name__: plant
    for plant in (
        post_repeated_blindly,
        purge_from_half_a_picture,
        purge_after_failed_creates,
        unclear_create_believed,
        refusal_believed,
        cut_list_believed,
        unclear_delete_believed,
        check_mode_writes,
        update_wipes,
        changed_forgotten,
        changed_always,
        echo_told,
        host_removed_whole,
    )
}
