# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run from its start to its end: ask, report, and delete everything on every path."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time

from . import cleanup, metrics, settings, targets, workspaces
from .output import complain, say
from .plan import plan
from .redact import Redactor
from .report import Report
from .run import Run, check
from .service import Interrupted, Service
from .state import State


def main(arguments: list[str] | None = None) -> int:
    try:
        chosen = settings.read(sys.argv[1:] if arguments is None else arguments)
        service = Service(chosen)
        _heed_signals(service, chosen.while_pid)
        return _main(chosen, service)
    except settings.SettingsError as error:
        complain(str(error))
        return 1
    except Interrupted:
        return 130


def _main(chosen: settings.Settings, service: Service) -> int:
    report_path = chosen.report or "sysmon-live-%s.md" % chosen.run
    state_path = report_path + ".state"
    say(plan(chosen, report_path, state_path))
    if chosen.plan:
        return 0
    if chosen.clean:
        state = State.read(chosen.clean)
        if state.project_id != chosen.project_id:
            raise settings.SettingsError("%s is of another project" % chosen.clean)
        return _clean(service, state)
    if chosen.sweep:
        count, left = cleanup.sweep(service, time.time())
        say("%d workspace(s) deleted" % count)
        return _tell(left)
    server = check(chosen, service)
    state = State(state_path, chosen.project_id, server and server["hostId"])
    return _learn(chosen, service, report_path, state, server)


def _learn(chosen: settings.Settings, service: Service, path: str, state: State, server: dict | None) -> int:
    redactor = Redactor()
    redactor.call(chosen.app_key, "appkey")
    redactor.call(chosen.project_id, "project")
    redactor.learn(server)
    report = Report(path, chosen.base, redactor)
    ended = 0
    try:
        state.save()
        _ask(Run(chosen, service, state, report, redactor))
    except Interrupted:
        ended = 130
        report.line("The run was interrupted here.")
    except Exception as error:  # pylint: disable=broad-except
        ended = 1  # an answer that no question expects: what was learned before it is worth telling
        report.line("The run ended here: %s: %s" % (type(error).__name__, error))
        complain("%s: %s" % (type(error).__name__, error))
    finally:
        service.interrupted = False
        _ignore_signals()
        code = _clean(service, state)
        report.line("What it made was deleted." if not code else "Not all that it made was deleted.")
        report.line(_limits(service))
        report.close()
        say("the report is %s" % path)
    return code or ended


def _ask(run: Run) -> None:
    workspaces.ask_about_keys(run)
    workspaces.ask_about_regions(run)
    metrics.ask_about_queries(run)
    key = workspaces.ask_about_workspaces(run)
    if key and run.settings.server:
        targets.ask_about_targets(run, key)
    elif not run.settings.server:
        run.row("Collection targets", "not asked: --server names a server for that")


def _limits(service: Service) -> str:
    told = "%d requests were sent, one at a time. " % service.sent
    if service.limited:
        return told + "%d were refused for a limit of rate, first with: %s" % (
            len(service.limited),
            service.limited[0].outcome,
        )
    return told + "No limit of rate was met."


def _clean(service: Service, state: State) -> int:
    left = cleanup.clean(service, state)
    if not left:
        state.remove()
        return 0
    state.save()
    return _tell(left, "Delete it later with --clean %s" % state.path)


def _tell(left: list[str], more: str = "") -> int:
    for sentence in left:
        complain("not deleted: %s" % sentence)
    if left and more:
        complain(more)
    return 1 if left else 0


SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _heed_signals(service: Service, pid: int | None) -> None:
    """The first signal ends the run at the next request. Cleaning up is not interrupted."""

    def interrupt(_number, _frame):
        _ignore_signals()
        service.interrupted = True
        with contextlib.suppress(OSError):
            os.write(1, b"interrupted: deleting what was created\n")

    for number in SIGNALS:
        signal.signal(number, interrupt)
    if pid:
        threading.Thread(target=_end_with, args=(pid,), daemon=True).start()


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _end_with(pid: int) -> None:
    """Ansible ends its own process after Ctrl-C, and leaves the module's: that process is watched."""
    while True:
        time.sleep(0.5)
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        except PermissionError:
            pass
