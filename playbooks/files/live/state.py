# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run made, in a file that is written before each thing is made: cleaning up needs nothing else."""

from __future__ import annotations

import json
import os

from .settings import NAME, SettingsError

WHAT = "made by the live suite of nhncloud.sysmon"


class State:
    """`workspaces` is a list of [name, id or null], `targets` of [workspace id, target id]. There is no key in it."""

    def __init__(self, path: str, project_id: str, host_id: str | None = None):
        self.path = path
        self.project_id = project_id
        self.host_id = host_id
        self.workspaces: list[list] = []
        self.targets: list[list] = []

    @classmethod
    def read(cls, path: str) -> State:
        try:
            with open(path, encoding="utf-8") as stream:
                given = json.load(stream)
            if given["what"] != WHAT or not all(NAME.fullmatch(name) for name, _key in given["workspaces"]):
                raise ValueError
            state = cls(path, given["project_id"], given["host_id"])
            state.workspaces, state.targets = given["workspaces"], [list(pair) for pair in given["targets"]]
        except OSError as error:
            raise SettingsError("%s: %s" % (path, error.strerror)) from None
        except (ValueError, KeyError, TypeError):
            raise SettingsError("%s is not a state of the live suite" % path) from None
        return state

    def will_make(self, name: str) -> None:
        self.workspaces.append([name, None])
        self.save()

    def made(self, name: str, key: str) -> None:
        next(entry for entry in self.workspaces if entry == [name, None])[1] = key
        self.save()

    def not_made(self, name: str) -> None:
        self.workspaces.remove([name, None])
        self.save()

    def made_target(self, workspace_id: str, target_id: str) -> None:
        self.targets.append([workspace_id, target_id])
        self.save()

    def forget_target(self, target_id: str) -> None:
        self.targets = [entry for entry in self.targets if entry[1] != target_id]
        self.save()

    def save(self) -> None:
        given = {"what": WHAT, "project_id": self.project_id, "host_id": self.host_id}
        with open(self.path + ".new", "w", encoding="utf-8") as stream:
            json.dump({**given, "workspaces": self.workspaces, "targets": self.targets}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(self.path + ".new", self.path)

    def remove(self) -> None:
        os.remove(self.path)
