"""The wheel and the zipapp, in environments that have paho-mqtt and nothing else of ours."""
import subprocess
import sys
import zipfile

import pytest

from suite import INSTALLED, ROOT, judged, variables


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("packed")
    done = subprocess.run([sys.executable, ROOT / "conformance/packing.py", folder], text=True,
                          capture_output=True, check=True)
    wheel, zipapp = done.stdout.split()
    return wheel, zipapp


def test_the_wheel_has_the_cases_as_they_are(packed):
    with zipfile.ZipFile(packed[0]) as wheel:
        for file in (ROOT / "tests/cases").glob("*.json"):
            assert wheel.read(f"shadow_conformance/data/{file.name}") == file.read_bytes()
        assert wheel.testzip() is None


def test_packing_twice_gives_the_same(packed, tmp_path):
    subprocess.run([sys.executable, ROOT / "conformance/packing.py", tmp_path], check=True,
                   capture_output=True)
    for name in packed:
        assert (tmp_path / name.rpartition("/")[2]).read_bytes() == open(name, "rb").read()


def where(world):
    return ["--profile", "ours", "--endpoint", f"mqtt://127.0.0.1:{world.mqtt_port}", "--https",
            world.http_url, "--ca", world.ca]


@pytest.mark.parametrize("name, version", [("paho1", "1.6.1"), ("paho2", "2.1.0")])
def test_the_wheel_runs_with(packed, world, tmp_path, name, version):
    python = INSTALLED / name / "bin/python"
    site = tmp_path / "site"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                    "--no-index", "--no-deps", "--target", site, packed[0]], check=True)
    had = subprocess.run([python, "-c", "import paho.mqtt; print(paho.mqtt.__version__)"],
                         capture_output=True, text=True, check=True)
    assert had.stdout.strip() == version
    code, report = judged(tmp_path, *where(world), "--only", "A,F,J", python=python,
                          environment=variables(PYTHONPATH=str(site), PYTHONWARNINGS="error"))
    assert code == 0
    assert {one["verdict"] for one in report["cases"]} <= {"exact", "not offered"}
    assert len(report["cases"]) > 70


def test_the_zipapp_runs(packed, world, tmp_path):
    python = INSTALLED / "paho2/bin/python"
    environment = variables()
    del environment["PYTHONPATH"]
    done = subprocess.run([python, packed[1], *where(world), "--only", "A7,V001"], text=True,
                          capture_output=True, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "mosquitto-shadow: 4 cases: 4 exact" in done.stdout


def test_pip_makes_the_wheel_from_the_repository(tmp_path):
    subprocess.run([INSTALLED / "paho2/bin/pip", "wheel", "--quiet", "--disable-pip-version-check",
                    "--no-index", "--no-deps", "--wheel-dir", tmp_path, ROOT / "conformance"],
                   check=True)
    assert [file.name for file in tmp_path.iterdir()] == ["shadow_conformance-0.1.0-py3-none-any.whl"]
    assert not (ROOT / "conformance/build").exists()
