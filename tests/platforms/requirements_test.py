"""What the build refuses, in one sentence: a compiler or a Mosquitto that is too old."""
import pathlib
import subprocess

import pytest

REQUIREMENTS = pathlib.Path(__file__).resolve().parents[2] / "cmake/requirements.cmake"


def ask(compiler, version, headers) -> tuple:
    """Whether the build would go on, and what it would say."""
    done = subprocess.run(["cmake", f"-DCMAKE_CXX_COMPILER_ID={compiler}",
                           f"-DCMAKE_CXX_COMPILER_VERSION={version}",
                           f"-DMOSQUITTO_INCLUDE_DIR={headers}", "-P", REQUIREMENTS],
                          capture_output=True, text=True)
    return done.returncode == 0, " ".join(done.stderr.split())


@pytest.fixture
def headers(tmp_path):
    def make(version, name="mosquitto.h"):
        major, minor = version.split(".")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / "mosquitto.h").touch()
        (tmp_path / name).write_text(f"#define LIBMOSQUITTO_MAJOR {major}\n"
                                     f"#define LIBMOSQUITTO_MINOR {minor}\n")
        return tmp_path
    return make


@pytest.mark.parametrize("compiler, version", [
    ("GNU", "12.2.0"), ("GNU", "16.1.0"), ("Clang", "14.0.6"), ("Clang", "19.1.7")])
def test_what_is_supported_is_taken_without_a_word(headers, compiler, version):
    assert ask(compiler, version, headers("2.0")) == (True, "")
    assert ask(compiler, version, headers("2.1", "mosquitto/libmosquitto.h")) == (True, "")


@pytest.mark.parametrize("compiler, version", [("GNU", "11.4.0"), ("Clang", "13.0.1")])
def test_an_older_compiler_is_refused(headers, compiler, version):
    goes_on, said = ask(compiler, version, headers("2.0"))
    assert not goes_on
    assert (f"{compiler} {version} is too old: mosquitto-shadow needs g++ 12 or clang++ 14, or later"
            in said)


def test_another_compiler_is_told_of(headers):
    goes_on, said = ask("Intel", "2021", headers("2.0"))
    assert goes_on and "Intel is not tried" in said


def test_an_older_mosquitto_is_refused(headers):
    goes_on, said = ask("GNU", "12.2.0", headers("1.6"))
    assert not goes_on
    assert "are of Mosquitto 1.6: the plugin needs those of 2.0 or 2.1" in said


def test_a_newer_mosquitto_is_told_of(headers):
    goes_on, said = ask("GNU", "12.2.0", headers("2.2"))
    assert goes_on and "are of Mosquitto 2.2: the plugin is tried with 2.0 and 2.1" in said
