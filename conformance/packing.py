#!/usr/bin/env python3
"""Packs shadow-conformance with the cases of tests/cases, which git has once.

    packing.py [DIR]    a wheel and a zipapp, in DIR (default: build/conformance)

It is also what pip calls (pyproject.toml), so `pip install ./conformance` needs nothing of the network
but paho-mqtt.
"""
import base64
import hashlib
import re
import stat
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "tests" / "cases"
PACKAGE = "shadow_conformance"
_EPOCH = (2020, 1, 1, 0, 0, 0)  # the same content is the same file
_MAIN = f"import sys\n\nfrom {PACKAGE}.command import main\n\nsys.exit(main())\n"


def _project() -> dict:
    """The texts of pyproject.toml; Python 3.9 has no reader for it."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    found = dict(re.findall(r'^([\w-]+) = "(.*)"$', text, re.M))
    found["dependencies"] = re.findall(r'"(.*?)"', re.search(
        r"^dependencies = \[(.*)\]$", text, re.M).group(1))
    found["script"] = re.search(r"^\[project.scripts\]\n(.*) = \"(.*)\"$", text, re.M).groups()
    return found


def _content():
    """(name in the archive, bytes) of all that is packed."""
    for file in sorted((HERE / PACKAGE).glob("*.py")):
        yield f"{PACKAGE}/{file.name}", file.read_bytes()
    cases = sorted(CASES.glob("*.json"))
    if not cases:
        raise SystemExit(f"packing.py: {CASES} has no cases: pack from mosquitto-shadow's repository")
    for file in cases:
        yield f"{PACKAGE}/data/{file.name}", file.read_bytes()


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o644 << 16
    archive.writestr(info, content, zipfile.ZIP_DEFLATED)


def _metadata(project: dict) -> bytes:
    head = [("Metadata-Version", "2.1"), ("Name", project["name"]), ("Version", project["version"]),
            ("Summary", project["description"]), ("License", "Apache-2.0"),
            ("Requires-Python", project["requires-python"]),
            *(("Requires-Dist", one) for one in project["dependencies"]),
            ("Description-Content-Type", "text/markdown")]
    text = "".join(f"{name}: {value}\n" for name, value in head)
    return (text + "\n" + (HERE / "README.md").read_text(encoding="utf-8")).encode()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None) -> str:
    """As PEP 517 has it: the wheel's name."""
    project = _project()
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    info = f"{stem}.dist-info"
    script, target = project["script"]
    content = [*_content(), (f"{info}/METADATA", _metadata(project)),
               (f"{info}/WHEEL", b"Wheel-Version: 1.0\nGenerator: packing.py\n"
                b"Root-Is-Purelib: true\nTag: py3-none-any\n"),
               (f"{info}/entry_points.txt", f"[console_scripts]\n{script} = {target}\n".encode())]
    record = "".join(f"{name},sha256={_digest(data)},{len(data)}\n" for name, data in content)
    name = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory, name), "w") as archive:
        for one in content:
            _add(archive, *one)
        _add(archive, f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode())
    return name


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def build_sdist(sdist_directory, config_settings=None) -> str:
    raise SystemExit("packing.py: there is no source package; take the wheel, or the repository")


def build_zipapp(directory) -> str:
    """One file that python3 runs; it finds paho-mqtt where the machine has it."""
    name = f"{_project()['name']}.pyz"
    path = Path(directory, name)
    with path.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w") as archive:
            for one in [*_content(), ("__main__.py", _MAIN.encode())]:
                _add(archive, *one)
    path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return name


def main() -> None:
    directory = Path(sys.argv[1] if len(sys.argv) > 1 else HERE.parent / "build" / "conformance")
    directory.mkdir(parents=True, exist_ok=True)
    for name in (build_wheel(directory), build_zipapp(directory)):
        print(directory / name)


if __name__ == "__main__":
    main()
