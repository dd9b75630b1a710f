# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write a text file on the controller."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..module_utils._errors import SysmonError


def write_text(path: str, text: str, check_mode: bool) -> bool:
    """Write the file atomically. Returns whether its content changes. Raises SysmonError of kind config.

    A relative path is relative to the current folder of ansible-playbook.
    """
    file = Path(path).expanduser().absolute()
    try:
        if file.is_dir():
            raise SysmonError("config", f"{file} is a folder: give the path of a file.")
        if not file.parent.is_dir():
            raise SysmonError("config", f"The folder {file.parent} does not exist.")
        data = text.encode("utf-8", "backslashreplace")
        if file.exists() and file.read_bytes() == data:
            return False
        if not check_mode:
            _replace(file.resolve(), data)
    except OSError as error:
        raise SysmonError("config", f"{file} cannot be written: {error.strerror}.") from None
    return True


def _replace(file: Path, data: bytes) -> None:
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name[:80]}.")
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(data)
        os.chmod(name, mode)
        os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
