# Copyright (c) 2026, nhncloud.sysmon contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import nox

try:
    import antsibull_nox
    from antsibull_nox.ansible import get_ansible_core_info, get_supported_core_versions
    from antsibull_nox.sessions.collections import prepare_collections
except ImportError:
    print("Run ./dev, or install antsibull-nox in the same environment as nox.")
    sys.exit(1)

nox.needs_version = ">=2026.8"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
antsibull_nox.load_antsibull_nox_toml()
# Runs of Ansible are many short processes: none of them is to compile what was installed once more.
os.environ["UV_COMPILE_BYTECODE"] = "1"

# Percent of the lines and of the branches of plugins/ that the unit tests have to run.
COVERAGE_MINIMUM = 95

# Minutes after which ansible-test gives up.
TIMEOUT = "20"

# Unit tests that run at once: many wait for processes and clocks more than they compute.
UNITS = ["units", "--num-workers", str(2 * (os.cpu_count() or 1))]

# Integration targets in lanes that run at once, each in about the same time; the last lane has all others.
BESIDE = [["documentation", "gates", "register_targets"], ["sysmon_fleet", "sysmon_query_info", "sysmon_wait"]]
LANES = [*BESIDE, [word for lane in BESIDE for target in lane for word in ("--exclude", target)]]

# Certification runs sanity on these, and on the newest one that is released.
CERTIFIED_CORES = ["2.16", "2.18", "2.20"]

# The unit tests that send requests.
WITH_REQUESTS = [
    "tests/unit/faults/",
    "tests/unit/plugins/inventory/",
    "tests/unit/plugins/lookup/",
    "tests/unit/plugins/module_utils/_api/",
    "tests/unit/plugins/module_utils/_run/",
]

# A virtual environment with the Python named, in place of that of the session.
VENV = ["uv", "venv", "--quiet", "--clear", "--seed"]

# What lies in the built collection.
SHIPPED = {
    *("CHANGELOG.md", "COPYING", "FILES.json", "LICENSES", "MANIFEST.json", "README.ko.md", "README.md", "SECURITY.md"),
    *(
        "bindep.txt",
        "changelogs",
        "docs",
        "examples",
        "extensions",
        "meta",
        "playbooks",
        "plugins",
        "requirements.txt",
        "roles",
    ),
    *("tests", "tests/config.yml", "tests/emulator"),
}

# `./dev test` runs both at once: what only reads the sources, and what runs them, at last the roles on hosts of their own.
STATIC = [
    "formatters",
    "codeqa",
    "yamllint",
    "typing",
    "codespell",
    "antsibull-nox-config",
    "docs-check",
    "license-check",
    "extra-checks",
    "changelog",
    "build-import-check",
    "artifact",
    "ansible-lint",
    "documentation",
    "examples",
]
LINT_SKIPPED = "ansible-lint-skipped"
TESTS = ["sanity", "sanity-oldest", "units", "integration", "events", "e2e"]


def collection(session: nox.Session) -> Path:
    """A copy of what git knows of the checkout, below the ansible_collections folder that Ansible's tools insist on.

    It lies outside of .nox, since ansible-test passes over everything below a folder with a dot, and succeeds.
    """
    return prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True).current_path


def ansible_test(session: nox.Session, tree: Path, *arguments: str) -> None:
    prepare_ansible_test(session, tree)
    with session.chdir(tree):
        session.run("ansible-test", *arguments)
    count_tests(session, [tree], arguments[0])


def prepare_ansible_test(session: nox.Session, tree: Path) -> None:
    session.run("python", "tests/tools/pip_bootstrap.py")
    with session.chdir(tree):
        session.run("ansible-test", "env", "--timeout", TIMEOUT, silent=True)


def count_tests(session: nox.Session, trees: list[Path], what: str) -> None:
    """Count what ran, for the end of ./dev matrix; a run that tested nothing is an error."""
    cases = []
    for tree in trees:
        results = [ElementTree.parse(file).getroot() for file in tree.glob("tests/output/junit/*.xml")]
        found = [case for result in results for case in result.iter("testcase")]
        if all(case.find("skipped") is not None for case in found):
            session.error(f"ansible-test {what} tested nothing in {tree}")
        cases.extend(found)
    skipped = sum(case.find("skipped") is not None for case in cases)
    session.log(f"ansible-test {what} ran {len(cases) - skipped} tests, and skipped {skipped}")
    counts = Path(session.invoked_from, ".nox/counts")
    counts.mkdir(parents=True, exist_ok=True)
    counts.joinpath(f"{session.name}.json").write_text(
        json.dumps({"tests": len(cases) - skipped, "skipped": skipped}), encoding="utf-8"
    )


def own_venv(session: nox.Session) -> list[str]:
    """Have ansible-test install what the tests need into a virtual environment that it drops afterwards."""
    version = "import sys; print('{}.{}'.format(*sys.version_info))"
    return ["--venv", "--python", session.run("python", "-c", version, silent=True, log=False).strip()]


def create_ssh_key() -> None:
    """Create the key of ansible-test: on a fresh machine two lanes would create it at the same moment, and one fails."""
    key = Path.home() / ".ansible/test/id_rsa"
    if not key.exists():
        key.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["ssh-keygen", "-m", "PEM", "-q", "-t", "rsa", "-N", "", "-f", str(key)], check=True)


def run_integration(session: nox.Session) -> None:
    """The targets that were asked for, or all in lanes that run at once."""
    create_ssh_key()
    command, running = ["ansible-test", "integration", *own_venv(session)], []
    environment = {**os.environ, "PATH": f"{session.bin}{os.pathsep}{os.environ['PATH']}"}
    for targets in [session.posargs] if session.posargs else LANES:
        tree = collection(session)
        add_community_grafana(session, tree)
        prepare_ansible_test(session, tree)
        # The first tells how it goes, the others are heard when it is over.
        output = tempfile.TemporaryFile("w+", encoding="utf-8") if running else None
        process = subprocess.Popen([*command, *targets], cwd=tree, env=environment, stdout=output, stderr=output)
        running.append((process, tree, output))
    for process, _tree, output in running:
        process.wait()
        if output:
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    count_tests(session, [tree for _process, tree, _output in running], "integration")
    for process, _tree, _output in running:
        if process.returncode:
            session.error(f"ansible-test integration ended with {process.returncode}")


def run_program(session: nox.Session, name: str) -> None:
    """Run tests/<name>/run.py with the newest ansible-core and the collection installed."""
    files = [Path("requirements.txt"), Path("tests/emulator/requirements.txt"), Path(f"tests/{name}/requirements.txt")]
    session.install("--upgrade", "ansible-core", *(f"--requirement={file}" for file in files if file.is_file()))
    root = collection(session).parents[2]
    session.run("python", f"tests/{name}/run.py", *session.posargs, env={"ANSIBLE_COLLECTIONS_PATH": str(root)})


def add_community_grafana(session: nox.Session, tree: Path) -> None:
    """Lay community.grafana beside the collection, for the play of a guide. It comes with the package ansible.

    Where that cannot be had, the target grafana_api says that it left the play out.
    """
    with tempfile.TemporaryDirectory() as folder:
        download = ["python", "-m", "pip", "download", "-q", "--no-deps", f"--dest={folder}", "ansible"]
        session.run(*download, success_codes=[0, 1])
        for wheel in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                inside = "ansible_collections/community/grafana/"
                archive.extractall(tree.parents[2], [name for name in archive.namelist() if name.startswith(inside)])


def report_coverage(session: nox.Session, tree: Path) -> None:
    """Print what the tests did not run, and hold plugins/ to COVERAGE_MINIMUM."""
    with session.chdir(tree):
        session.run("ansible-test", "coverage", "report", "--requirements", "--show-missing", "--omit", "*/tests/*")
        session.run("ansible-test", "coverage", "xml", "--requirements", "--stub")
    # ansible-test counts files that no test imported in a report of their own, beside the files that were imported.
    files = {}
    for report in ("coverage=stub-01.xml", "coverage.xml"):
        for file in ElementTree.parse(tree / "tests/output/reports" / report).iter("class"):
            files[file.attrib["filename"]] = file
    covered = {"lines": [0, 0], "branches": [0, 0]}
    for name, file in files.items():
        if not name.startswith("plugins/") or name.startswith("plugins/doc_fragments/"):
            continue
        for line in file.iter("line"):
            covered["lines"][0] += line.attrib["hits"] != "0"
            covered["lines"][1] += 1
            branches = re.search(r"\((\d+)/(\d+)\)", line.get("condition-coverage", ""))
            if branches:
                covered["branches"][0] += int(branches.group(1))
                covered["branches"][1] += int(branches.group(2))
    for what, (hit, count) in covered.items():
        percent = 100 * hit / count if count else 100
        session.log(f"{what} of plugins/ covered: {hit} of {count}, {percent:.1f} % ({COVERAGE_MINIMUM} % wanted)")
        if percent < COVERAGE_MINIMUM:
            session.error(f"too few {what} of plugins/ are covered")


@nox.session(python=False, default=True)
def test(session: nox.Session) -> None:
    """Sanity, units, integration and the other parts that run the collection, or the parts that are named."""
    for part in session.posargs or TESTS:
        session.notify(part, posargs=[])


@nox.session(python=False, default=True)
def static(session: nox.Session) -> None:
    """Lint, documentation, licences, packaging and examples."""
    for part in STATIC:
        session.notify(LINT_SKIPPED if part == "ansible-lint" and sys.version_info < (3, 11) else part, posargs=[])


@nox.session(name=LINT_SKIPPED, python=False, default=False)
def ansible_lint_skipped(session: nox.Session) -> None:
    """In place of ansible-lint, where the Python is too old for it."""
    session.skip("ansible-lint finds no mocked roles with an ansible-core before 2.18, which needs Python 3.11")


@nox.session(default=False)
def codespell(session: nox.Session) -> None:
    """Look for misspelt words."""
    session.install("--upgrade", "codespell")
    files = session.run("git", "ls-files", "-z", external=True, silent=True, log=False).split("\0")
    session.run("codespell", *(file for file in files if Path(file).is_file()), log=False)


@nox.session(default=False)
def changelog(session: nox.Session) -> None:
    """Check the changelog fragments."""
    session.install("--upgrade", "antsibull-changelog", "ansible-core")
    session.run("antsibull-changelog", "lint")


@nox.session(default=False)
def artifact(session: nox.Session) -> None:
    """Build, install and use the collection as users and execution environments do."""
    session.install("--upgrade", "ansible-core", "ansible-builder", "setuptools")
    session.run("uv", "pip", "uninstall", "--quiet", "requests", external=True)
    tmp = Path(session.create_tmp()).absolute()
    shutil.rmtree(tmp)
    env = {"ANSIBLE_COLLECTIONS_PATH": str(tmp)}
    session.run("ansible-galaxy", "collection", "build", "--output-path", str(tmp), str(collection(session)))
    built = next(tmp.glob("nhncloud-sysmon-*.tar.gz"))
    session.run(
        "ansible-galaxy", "collection", "install", "--offline", "--no-deps", "-p", str(tmp), str(built), env=env
    )
    session.run("ansible-galaxy", "collection", "verify", "--offline", "nhncloud.sysmon", env=env)
    root = tmp / "ansible_collections/nhncloud/sysmon"
    extra = {str(path.relative_to(root)) for folder in (root, root / "tests") for path in folder.iterdir()} - SHIPPED
    if extra:
        session.error(f"users do not need these: {', '.join(sorted(extra))}; see build_ignore in galaxy.yml")

    definition = {"version": 3, "dependencies": {"galaxy": {"collections": [{"name": str(built), "type": "file"}]}}}
    tmp.joinpath("environment.yml").write_text(json.dumps(definition), encoding="utf-8")
    session.run("ansible-builder", "create", "--file", f"{tmp}/environment.yml", "--context", f"{tmp}/context")
    session.run("ansible-builder", "introspect", str(tmp), "--write-pip", f"{tmp}/pip.txt")
    ask = ["ansible", "localhost", "-m", "nhncloud.sysmon.sysmon_server_info"]
    for missing in ("requests", "NHNCLOUD_SYSMON_"):
        answer = session.run(*ask, env=env, silent=True, success_codes=[2])
        if missing not in answer or "Traceback" in answer:
            session.error(f"not the answer of a module that lacks {missing}:\n{answer}")
        session.install("--requirement", f"{tmp}/pip.txt")


@nox.session(default=False)
def documentation(session: nox.Session) -> None:
    """Lint the YAML blocks of READMEs, guides and examples; the integration target of this name runs them."""
    session.install("--upgrade", "ansible-core", "ansible-lint", "pip")
    tree, folder = collection(session), Path(session.create_tmp()).absolute()
    files = tree / "tests/integration/targets/documentation/files"
    shutil.rmtree(folder)
    add_community_grafana(session, tree)
    env = {"ANSIBLE_COLLECTIONS_PATH": f"{tree.parents[2]}:{files}/collections"}
    session.run("python", str(files / "blocks.py"), str(folder), env=env)
    with session.chdir(folder):
        session.run("ansible-lint", "--offline", "--strict", "--profile", "production", ".", env=env)


def run_sanity(session: nox.Session, *options: str) -> None:
    """Run ansible-test sanity, without ignore files."""
    if not shutil.which("shellcheck"):
        session.error("shellcheck is not installed, and ansible-test would only skip it")
    tree = collection(session)
    ignore_files = [str(file.relative_to(tree)) for file in tree.glob("tests/sanity/ignore-*")]
    if ignore_files:
        session.error(f"sanity has to pass without ignore files: {', '.join(ignore_files)}")
    ansible_test(session, tree, "sanity", "--junit", *options, *session.posargs)


@nox.session(default=False)
def sanity(session: nox.Session) -> None:
    """ansible-test sanity on the newest ansible-core."""
    session.install("--upgrade", "ansible-core", "pip")
    run_sanity(session)


@nox.session(name="sanity-oldest", default=False)
def sanity_oldest(session: nox.Session) -> None:
    """ansible-test sanity on the oldest supported ansible-core, under a Python that it supports."""
    oldest = get_supported_core_versions()[0]
    pythons = get_ansible_core_info(oldest).controller_python_versions
    python = next((name for name in (f"python{version}" for version in reversed(pythons)) if shutil.which(name)), None)
    if not python:
        session.skip(f"ansible-core {oldest} needs one of the Pythons {', '.join(map(str, pythons))}")
    session.run(*VENV, "--python", python, session.virtualenv.location, external=True)
    session.install(f"ansible-core~={oldest}.0")
    # The newest ansible-core checks every Python, and the matrix does with this one.
    run_sanity(session, "--python", python.removeprefix("python"))


@nox.session(name="pre-release", default=False)
def pre_release(session: nox.Session) -> None:
    """Units on the newest pre-release of ansible-core; a deprecation that this collection causes is an error."""
    session.install("--upgrade", "--prerelease=allow", "ansible-core", "pip")
    tree = collection(session)
    session.run("ansible", "--version")
    session.run("python", "tests/tools/pip_bootstrap.py")
    with session.chdir(tree):
        command = ["ansible-test", *UNITS, *own_venv(session), *session.posargs]
        output = str(session.run(*command, silent=True, success_codes=range(256)))
        print(output)
        ours = [line for line in output.splitlines() if "DEPRECATION WARNING" in line and "sysmon" in line]
        if ours:
            session.error("deprecations of this collection:\n" + "\n".join(ours))
    failed = re.search(r"\d+ (failed|errors?)\b|FATAL|ERROR:", output)
    count_tests(session, [tree], "units")
    if failed:
        session.error(f"units failed: {failed[0]}")


@nox.session(default=False)
def units(session: nox.Session) -> None:
    """Unit tests with branch coverage on the newest ansible-core."""
    session.install("--upgrade", "ansible-core", "pip")
    tree = collection(session)
    ansible_test(session, tree, *UNITS, *own_venv(session), "--coverage", *session.posargs)
    report_coverage(session, tree)


@nox.session(default=False)
def integration(session: nox.Session) -> None:
    """Integration tests on the newest ansible-core."""
    session.install("--upgrade", "ansible-core", "pip")
    run_integration(session)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """From nothing to three hosts that a real Prometheus scrapes."""
    run_program(session, "demo")


@nox.session(default=False)
def examples(session: nox.Session) -> None:
    """The first guide, examples/emulator, the emulator and the playbook live, from an installed collection."""
    session.env["PATH"] = f"{session.bin}{os.pathsep}{os.environ['PATH']}"
    run_program(session, "examples")


@nox.session(default=False)
def events(session: nox.Session) -> None:
    """What certification asks of event sources, then the rulebooks of examples/events by a real ansible-rulebook."""
    session.install("--upgrade", "ruff", "ansible-builder", "check-jsonschema", "ansible-core")
    # As galaxy-importer runs it.
    ignored = "D100,D104,INP001,FA102,UP001,UP010,I001,FA100,PLR0913,E501"
    session.run("ruff", "check", "--isolated", "--select=ALL", f"--ignore={ignored}", "extensions/eda/plugins")
    session.run("check-jsonschema", "--check-metaschema", *map(str, Path("extensions").rglob("*.json")))
    environment, context = "examples/events/decision-environment.yml", str(Path(session.create_tmp()).absolute())
    session.run("ansible-builder", "create", "--file", environment, "--context", context)
    obstacle = session.run("python", "tests/events/run.py", "--obstacle", silent=True, log=False).strip()
    if obstacle:
        session.skip(obstacle)
    run_program(session, "events")


@nox.session(default=False)
def e2e(session: nox.Session) -> None:
    """The roles against hosts of their own."""
    obstacle = session.run("python", "tests/e2e/run.py", "--obstacle", silent=True, log=False).strip()
    if obstacle:
        session.skip(obstacle)
    run_program(session, "e2e")


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Long runs under faults."""
    run_program(session, "soak")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure speed; every figure beside its floor."""
    run_program(session, "benchmark")


def python_of(version: str) -> str:
    """The interpreter of this version, or nothing: then a row is skipped, not failed."""
    return shutil.which(f"python{version}") or ""


def add_matrix_row(part: str, core: str, python: str, *, managed: str = "", requests: str = "") -> None:
    """A session that runs sanity, units or integration on one ansible-core.

    Modules alone on the older Python `managed`; what uses requests alone with an old release of it.
    """

    def run(session: nox.Session) -> None:
        for version in filter(None, (python, managed)):
            if not python_of(version):
                session.skip(f"there is no Python {version} here")
        session.run(*VENV, "--python", python_of(python), session.virtualenv.location, external=True)
        newest = core == str(get_supported_core_versions()[-1])
        session.install(f"ansible-core~={core}.0", "pip", success_codes=[0, 1] if newest else [0])
        if not Path(session.bin, "ansible-test").exists():
            session.skip(f"ansible-core {core} is not released yet")
        if part == "integration":
            run_integration(session)
            return
        if part == "sanity":
            run_sanity(session)
            return
        tree = collection(session)
        if requests:
            tree.joinpath("tests/unit/constraints.txt").write_text(f"requests=={requests}\n", encoding="utf-8")
        tests = session.posargs or (WITH_REQUESTS if requests else [])
        ansible_test(session, tree, *UNITS, "--venv", "--python", managed or python, *tests)

    tested = f"-modules-on-{managed}" if managed else f"-requests-{requests}" if requests else ""
    name = f"matrix-{part}-core-{core}-python-{python}{tested}"
    run.__doc__ = f"One row of the matrix: {name.removeprefix('matrix-').replace('-', ' ')}"
    nox.session(name=name, default=False)(run)
    MATRIX.append(name)


def add_matrix() -> None:
    """Each row tells something that no other one tells; docs/certification.md says what."""
    cores = get_supported_core_versions()
    oldest, newest = str(cores[0]), [*map(str, cores[-2:])]  # The last one may not be released yet.
    for core, info in ((str(core), get_ansible_core_info(core)) for core in cores):
        pythons = [str(python) for python in info.controller_python_versions]
        here = [python for python in pythons if python_of(python)] or pythons
        # The newest Python of all is a row that says that it is not here, where it is not.
        ends = (here[0], here[-1], pythons[-1]) if core in (oldest, *newest) else (here[0],)
        for python in dict.fromkeys(ends):
            add_matrix_row("units", core, python)
        add_matrix_row("integration", core, here[0] if core == oldest else here[-1])
        if core in (*CERTIFIED_CORES, *newest):
            add_matrix_row("sanity", core, here[-1])
        if core in (oldest, CERTIFIED_CORES[-1]):
            add_matrix_row("units", core, here[-1], managed="3.9")
    for requests in ("2.25.0", "2.27.0", "2.31.0"):
        add_matrix_row("units", oldest, "3.10", requests=requests)


@nox.session(python=False, default=False)
def matrix(session: nox.Session) -> None:
    """Sanity, units and integration on every supported ansible-core, and on old releases of requests."""
    for row in MATRIX:
        if all(word in row for word in session.posargs):
            session.notify(row, posargs=[])


MATRIX: list[str] = []
add_matrix()


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the HTML documentation into docs/_build."""
    session.install("--upgrade", "antsibull-docs", "antsibull-changelog", "ansible-core")
    tree = collection(session)
    own, site = Path("docs/docsite/site"), Path("docs/_build").absolute()
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    options = ["--use-current", "--squash-hierarchy", "--fail-on-error"]
    titles = [
        "--project",
        "nhncloud.sysmon",
        "--title",
        "nhncloud.sysmon",
        "--copyright",
        "nhncloud.sysmon contributors",
    ]
    env = {"ANSIBLE_COLLECTIONS_PATH": str(tree.parents[2])}
    pages = ["--dest-dir", str(site), "nhncloud.sysmon"]
    session.run("antsibull-docs", "sphinx-init", *options, "--lenient", *titles, *pages, env=env)
    session.install("--requirement", str(site / "requirements.txt"))
    for folder in ("static", "templates"):
        shutil.copytree(own / folder, site / folder)
    with site.joinpath("conf.py").open("a", encoding="utf-8") as conf:
        conf.write(own.joinpath("conf.py").read_text(encoding="utf-8"))
    site.joinpath("rst").chmod(0o755)  # antsibull-docs refuses a folder that others may write to
    with session.chdir(site):
        command = ["antsibull-docs", "--config-file", "antsibull-docs.cfg", "collection", "--cleanup", "everything"]
        session.run(*command, *options, "--dest-dir", "rst", "nhncloud.sysmon", env=env)
    session.run("python", str(own / "pages.py"), str(site / "rst"))
    shutil.copytree(own / "images", site / "rst/images")
    session.run("python", str(own / "diagrams.py"), str(site / "rst/images"))
    session.run("python", str(own / "charts.py"), "docs/benchmark.md", str(site / "rst/images"))
    session.run(
        "antsibull-changelog", "generate", "--output", str(site / "rst/changelog.rst"), "--output-format", "rst"
    )
    shutil.copytree(own.parent / "locale", site / "locale")
    build = ["sphinx-build", "--no-color", "-q", "-c", "."]
    with session.chdir(site):
        session.run(*build, "-w", "warnings.txt", "rst", "html", env=env)
        session.run(*build, "-b", "gettext", "rst", "gettext", env=env, silent=True)
        session.run(*build, "-D", "language=ko", "-w", "warnings-ko.txt", "rst", "html/ko", env=env)
    # New and changed messages: python docs/docsite/site/catalogs.py update docs/_build/gettext, then translate.
    session.run("python", str(own / "catalogs.py"), "check", str(site / "gettext"))
    session.log(f"open {site / 'html/index.html'}")
    # Labels of Ansible's own documentation are unknown where its site cannot be reached; all of ours have our name.
    foreign = re.compile(r"undefined label: '(?!ansible_collections\.nhncloud\.sysmon)")
    logs = [site.joinpath(name).read_text(encoding="utf-8") for name in ("warnings.txt", "warnings-ko.txt")]
    ours = [line for line in "".join(logs).splitlines() if line.startswith(str(site)) and not foreign.search(line)]
    if ours:
        session.error("the documentation has warnings:\n" + "\n".join(ours))
