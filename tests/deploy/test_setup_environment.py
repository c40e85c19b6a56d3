"""The environment is made with what the machine has, and only when it has to be."""

import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest

from deploy import setup_environment
from deploy.setup_environment import SetupError, find_python, index_settings, is_current, set_up


def command(folder: Path, name: str, script: str) -> Path:
    """A command of that name in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder of commands that is all that is on the PATH, besides the basic tools."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/nonexistent")
    monkeypatch.delenv("PYENV_VERSION", raising=False)
    monkeypatch.setattr(sys, "executable", str(command(tmp_path / "own", "python3", "echo '3.8 /own/python3'")))
    return tmp_path / "bin"


@pytest.fixture
def project(tmp_path):
    """A project with a lock file."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "requirements.lock").write_text("honcho==2.0.0", encoding="utf-8")
    return root


def uv(machine: Path, fails_at: str = "no-such-step") -> Path:
    """A stand-in for uv that makes environments of 3.10 and notes what it was asked."""
    return command(
        machine,
        "uv",
        f"""
echo "$*" >> {machine.parent}/asked
case "$*" in
  --version) echo uv ;;
  *{fails_at}*) exit 2 ;;
  *"venv --python"*)
    for folder; do :; done
    /bin/mkdir -p "$folder/bin"
    printf '#!/bin/sh\\necho 3.10\\n' > "$folder/bin/python"
    /bin/chmod +x "$folder/bin/python" ;;
esac""",
    )


def asked(machine: Path) -> list[str]:
    """What the stand-in for uv was asked to do."""
    lines = (machine.parent / "asked").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line != "--version"]


def test_a_python_of_the_right_version_on_the_path_is_found(machine):
    command(machine, "python3.10", "echo '3.10 /somewhere/python3.10'")
    assert find_python() == "/somewhere/python3.10"


def test_a_shim_that_only_runs_when_told_the_version_is_found(machine):
    command(machine, "python3.10", '[ "$PYENV_VERSION" = 3.10 ] && echo "3.10 /pyenv/3.10.13/python"')
    assert find_python() == "/pyenv/3.10.13/python"


def test_a_python_of_another_name_but_the_right_version_is_found(machine):
    command(machine, "python3", "echo '3.10 /usr/bin/python3'")
    assert find_python() == "/usr/bin/python3"


@pytest.mark.parametrize("script", ["exit 127", "echo '3.11 /usr/bin/python3.11'", "echo", "echo 3.10"])
def test_a_python_that_does_not_run_or_is_another_version_is_not_taken(machine, script):
    command(machine, "python3.10", script)
    command(machine, "python3", script)
    assert find_python() is None


def test_paths_with_spaces_are_kept_whole(machine):
    command(machine, "python3.10", "echo '3.10 /a folder/python3.10'")
    assert find_python() == "/a folder/python3.10"


def test_the_packages_are_installed_with_hashes_into_a_new_environment(machine, project):
    command(machine, "python3.10", "echo '3.10 /somewhere/python3.10'")
    uv(machine)
    set_up(project)
    made, synced = asked(machine)
    assert "venv --python /somewhere/python3.10" in made
    assert "pip sync --require-hashes" in synced and synced.endswith("requirements.lock")
    assert is_current(project)


def test_without_python_uv_gets_one(machine, project):
    uv(machine)
    set_up(project)
    got, made, _ = asked(machine)
    assert got == "python install 3.10" and "venv --python 3.10" in made


def test_nothing_is_done_when_nothing_changed_and_only_packages_when_the_lock_changed(machine, project):
    uv(machine)
    set_up(project)
    before = len(asked(machine))
    set_up(project)
    assert len(asked(machine)) == before
    (project / "requirements.lock").write_text("honcho==2.0.1", encoding="utf-8")
    set_up(project)
    assert ["pip sync" in line for line in asked(machine)[before:]] == [True]


def test_after_a_failed_installation_it_is_tried_again(machine, project):
    uv(machine, fails_at="sync")
    with pytest.raises(SetupError, match="Installing the packages"):
        set_up(project)
    assert not is_current(project)
    uv(machine)
    set_up(project)
    assert is_current(project)


def test_an_environment_whose_python_is_gone_is_made_anew(machine, project):
    uv(machine)
    set_up(project)
    (project / ".venv" / "bin" / "python").unlink()
    (project / ".venv" / "old").touch()
    set_up(project)
    assert is_current(project) and not (project / ".venv" / "old").exists()


def test_a_uv_that_does_not_run_is_replaced_by_one_of_the_projects_own(machine, project, monkeypatch):
    command(machine, "uv", "exit 127")
    steps = []
    monkeypatch.setattr(setup_environment, "run_step", lambda message, line, environment=None: steps.append(line))
    found = setup_environment.find_or_get_uv(project)
    assert found == str(project / ".uv" / "bin" / "uv")
    assert steps[0][1:3] == ["-m", "venv"] and steps[1][-1] == "uv"


def test_without_virtual_environments_the_message_says_what_to_install(machine, project):
    command(project.parent / "own", "python3", "exit 1")
    with pytest.raises(SetupError, match="python3-venv"):
        set_up(project)


@pytest.fixture
def pip_says(machine, monkeypatch):
    """``pip_says(line, ...)``: what pip lists as its settings; no variable says anything."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "SSL_CERT_FILE", "PIP_CERT", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)

    def say(*lines):
        command(machine.parent / "own", "python3", "\n".join(f'echo "{line}"' for line in lines) or "exit 1")

    return say


def test_what_pips_files_say_about_index_and_certificates_is_told_to_uv(pip_says):
    pip_says("global.cert='/etc/certs.crt'", "install.index-url='https://a.example/'", "global.index-url='https://b'")
    told = index_settings()
    assert (told["UV_DEFAULT_INDEX"], told["SSL_CERT_FILE"]) == ("https://a.example/", "/etc/certs.crt")


def test_what_pips_variables_say_is_told_to_uv(pip_says, monkeypatch):
    pip_says()
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    told = index_settings()
    assert told["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert "SSL_CERT_FILE" not in told


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX_URL"])
def test_what_uv_itself_was_told_wins(pip_says, monkeypatch, name):
    pip_says("global.index-url='https://b.example/'")
    monkeypatch.setenv(name, "https://other.example/simple")
    assert "https://b.example/" not in index_settings().values()


def test_without_settings_uv_is_told_nothing(pip_says):
    pip_says()
    assert index_settings() == dict(os.environ)


def test_the_stamp_is_the_hash_of_the_lock(machine, project):
    uv(machine)
    set_up(project)
    stamp = (project / ".venv" / ".requirements-stamp").read_text(encoding="utf-8")
    assert stamp == hashlib.sha256(b"honcho==2.0.0").hexdigest()


def test_the_script_reads_on_the_oldest_python_it_promises():
    import ast

    source = Path(setup_environment.__file__).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 8))
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)
