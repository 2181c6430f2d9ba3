"""The server description holds no secret, no unpinned image and no container that may do more than it must."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

SERVICES = {"postgres", "init", "api-server", "scheduler", "dag-processor", "triggerer", "sftp"}
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN|_KEY$")
REQUIRED = re.compile(r"\$\{[A-Z_]+:\?[^}]+\}")


@pytest.fixture(scope="module")
def text(project: Path) -> str:
    return (project / "docker-compose.yml").read_text("utf-8")


@pytest.fixture(scope="module")
def services(text: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    assert set(found) == SERVICES
    return found


def test_every_secret_is_required_from_outside(services: dict[str, Any]) -> None:
    secrets = {
        (service, name): value
        for service, options in services.items()
        for name, value in options.get("environment", {}).items()
        if SECRET.search(name)
    }
    assert len(secrets) >= 5
    assert {key: value for key, value in secrets.items() if not REQUIRED.search(str(value))} == {}


def test_no_variable_has_a_secret_as_its_default(text: str) -> None:
    defaults = re.findall(r"\$\{([A-Z_]+):-([^}]*)\}", text)
    assert defaults
    assert [name for name, _ in defaults if SECRET.search(name)] == []


def test_the_writers_pool_is_the_one_the_dags_use(project: Path, services: dict[str, Any]) -> None:
    conventions = (project / "dags" / "conventions.py").read_text("utf-8")
    pool = re.search(r'^WRITER_POOL = "(\w+)"', conventions, re.MULTILINE)
    assert pool is not None
    assert f"airflow pools set {pool[1]} 1 " in services["init"]["command"][-1]


def test_images_are_pinned_by_version(project: Path, services: dict[str, Any]) -> None:
    images = {options["image"] for options in services.values()}
    base = re.search(r"^FROM (\S+)", (project / "Dockerfile").read_text("utf-8"), re.MULTILINE)
    assert base is not None
    for image in {*images, base[1]}:
        assert re.search(r":[a-z]*-?\d+(\.\d+)+", image), image


def test_everything_that_keeps_running_has_a_healthcheck(services: dict[str, Any]) -> None:
    running = {name for name, options in services.items() if options.get("restart") != "no"}
    assert running == SERVICES - {"init"}
    assert {name for name in running if "healthcheck" not in services[name]} == set()


def test_containers_run_without_privileges(services: dict[str, Any]) -> None:
    ours = {name: options for name, options in services.items() if name != "sftp"}  # sshd must be root to sign users in
    for name, options in ours.items():
        assert options["user"] not in ("root", "0", "0:0"), name
        assert options["read_only"] is True, name
        assert options["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in options["security_opt"], name


def test_folders_of_the_host_are_mounted_read_only(services: dict[str, Any]) -> None:
    mounts = [v for options in services.values() for v in options.get("volumes", []) if v.startswith((".", "/", "$"))]
    assert mounts
    assert [mount for mount in mounts if not mount.endswith(":ro")] == []


def test_only_the_web_page_and_the_inbox_can_be_reached(services: dict[str, Any]) -> None:
    assert {name for name, options in services.items() if options.get("ports")} == {"api-server", "sftp"}
    assert services["api-server"]["ports"] == ["127.0.0.1:8080:8080"]
