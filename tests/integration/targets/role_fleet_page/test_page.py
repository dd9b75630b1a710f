# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that the role writes: what is in it, and what a browser makes of it."""

from __future__ import annotations

import os
import re
import time

EVIL = "<script>document.title='evil'</script>"
ROWS = "[...document.querySelectorAll('tbody tr')].filter(row => !row.hidden)"
NAMES = f"{ROWS}.map(row => row.cells[0].textContent)"


def page_of(play, emulator, **variables):
    code, output = play(emulator, fleet_page_path="page.html", **variables)
    assert code == 0, output
    file = play.folder / "page.html"
    text = file.read_text(encoding="utf-8")
    assert emulator.app_key not in text
    assert not re.search(r"https?://(?!127)|<link|<img| src=", text)
    return file, text


def card(text, name):
    return int(re.search(rf"<strong>(\d+)</strong>{name}<", text)[1])


def test_what_it_shows(play, fleet):
    emulator = fleet(9, resultCd=1, failReason=f"connection refused {EVIL} \u202e")
    gone, preparing = (emulator.state["targets"][place] for place in (4, 5))
    emulator.remove("servers", gone["hostId"])
    emulator.change("targets", preparing["targetId"], resultCd=None)
    emulator.clear()
    file, text = page_of(play, emulator, fleet_page_title="Fleet <1>")
    assert [card(text, name) for name in ("all", "collecting", "failing", "preparing", "drifting")] == [9, 7, 1, 1, 2]
    assert "<title>Fleet &lt;1&gt;</title>" in text
    assert EVIL not in text
    assert "\u202e" not in text
    rows = text.split("<tr class=")[1:]
    assert len(rows) == 9
    assert "connection refused &lt;script&gt;" in rows[0] + rows[1]
    assert sum("<b>orphaned</b>" in row for row in rows[:2]) == 1
    assert text.count("up in 60 of 60 minutes") == 2 * 6
    assert text.count("up in 30 of 60 minutes") == 2 * 3
    assert all(f"data-l={what} style=--v:3%>3 %" in text for what in ("cpu", "memory", "disk"))
    assert [entry["call"] for entry in emulator.requests() if entry["method"] != "GET"] == []
    assert file.stat().st_mode & 0o777 == 0o644


def test_check_mode_and_refusals(play, fleet):
    emulator = fleet(1)
    code, output = play(emulator, None, "--check", fleet_page_path="page.html")
    assert (code, "changed=1" in output) == (0, True)
    assert not (play.folder / "page.html").exists()
    emulator.clear()
    assert (
        "fleet_page_paths is not a variable of fleet_page: did you mean fleet_page_path?"
        in (play(emulator, fleet_page_path="page.html", fleet_page_paths="x")[1])
    )
    assert "fleet_page_path" in play(emulator)[1]
    assert emulator.requests() == []
    assert "Workspace nowhere does not exist" in play(emulator, fleet_page_path="a", fleet_page_workspace="nowhere")[1]
    assert "does not exist" in play(emulator, fleet_page_path="no/page.html")[1]


def test_without_prometheus(play, fleet):
    _file, text = page_of(play, fleet(2, metrics=False))
    assert "Metrics are not shown: " in text
    assert card(text, "collecting") == 2


def test_the_page_of_drift(play, fleet):
    emulator = fleet(3)
    inventory = play.folder / "hosts.ini"
    inventory.write_text("[web]\nweb1 ansible_host=10.0.0.1\nweb9 ansible_host=10.0.0.9\n", encoding="utf-8")
    code, output = play(
        emulator,
        "nhncloud.sysmon.drift",
        "-i",
        str(inventory),
        register_hosts="web",
        register_targets_workspace="shop",
        drift_page="drift.html",
        drift_fail=True,
    )
    assert code == 2
    assert "Drift: 2 unexpected, 1 unlisted." in output
    text = (play.folder / "drift.html").read_text(encoding="utf-8")
    assert card(text, "drifting") == 3
    assert text.count("<b>unexpected</b>") == 2
    assert text.count("<b>unlisted</b>") == 1


def test_in_a_browser(play, fleet, chromium):
    emulator = fleet(30, resultCd=1, failReason=EVIL, hostNm=EVIL)
    file, _text = page_of(play, emulator)
    chromium.open(file)
    assert chromium.requests == [file.as_uri()]
    assert chromium.run("document.title") == "Collection targets"
    assert chromium.run(f"{NAMES}[0]") == EVIL
    assert chromium.run("document.querySelectorAll('script').length") == 1

    chromium.run("document.querySelectorAll('th button')[1].click()")
    assert chromium.run(f"{ROWS}.slice(0, 3).map(row => row.cells[1].textContent)") == [
        "10.0.0.1:9100",
        "10.0.0.2:9100",
        "10.0.0.3:9100",
    ]
    chromium.run("document.querySelectorAll('th button')[6].click(); document.querySelectorAll('th button')[6].click()")
    assert chromium.run(f"{ROWS}[0].cells[6].textContent") == "29 %"
    chromium.run("document.querySelector('[data-f=failing]').click()")
    assert chromium.run(f"{ROWS}.length") == 1
    chromium.run("document.querySelector('[data-f=\"\"]').click()")
    chromium.run("{const i = document.querySelector('input'); i.value = 'HOST-0001 shop'; i.oninput()}")
    assert chromium.run(f"{ROWS}.length") == 10
    assert chromium.run("document.querySelector('output').textContent") == "10 of 30"


def test_light_dark_phone_and_without_scripts(play, fleet, chromium):
    file, _text = page_of(play, fleet(12))
    background = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for dark in (False, True):
        for width, height in ((1280, 900), (390, 844)):
            chromium.open(file, dark=dark, width=width, height=height)
            assert chromium.run("document.documentElement.scrollWidth") <= width
            assert chromium.run("getComputedStyle(document.querySelector('td')).fontSize") == "14px"
            chromium.picture(play.folder / "picture.png")
            assert (play.folder / "picture.png").stat().st_size > 10_000
            seen.append(chromium.run(background))
    assert seen == ["rgb(255, 255, 255)"] * 2 + ["rgb(13, 17, 23)"] * 2
    chromium.open(file, scripts=False)
    chromium.call("Emulation.setScriptExecutionDisabled", value=False)
    assert chromium.run(f"{ROWS}.length") == 12
    assert chromium.run("getComputedStyle(document.querySelector('.find')).display") == "none"


def test_ten_thousand_targets(play, fleet, chromium):
    emulator = fleet(10_000)
    started = time.monotonic()
    file, text = page_of(play, emulator)
    print(f"written in {time.monotonic() - started:.1f} s, {len(text) / 1e6:.1f} MB")
    assert card(text, "all") == 10_000
    seconds = [chromium.open(file) for _each in range(3)]
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # this is one of several that want the machine
    print(f"opened in {seconds}, {busy:.1f} for each core")
    assert min(seconds) < 3 * busy
    assert chromium.run(f"{ROWS}.length") == 10_000
    chromium.run("{const i = document.querySelector('input'); i.value = 'host-09999'; i.oninput()}")
    assert chromium.run(f"{ROWS}.length") == 1
