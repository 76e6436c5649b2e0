"""Wrong settings are refused by name; what settings.py reads and what .env.example explains are the same."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from generations.checks import check_magnific, check_sandbox

ROOT = Path(__file__).resolve().parent.parent
INTERNAL = {"IN_WORKER", "Q_CLUSTER_NAME"}
"""Set by the programs themselves."""
ELSEWHERE = {"DEMO_PASSWORD", "ADMIN_PASSWORD", "SANDBOX_SECONDS", "SANDBOX_MEGABYTES"}
"""Read by a command and by the sandbox."""


NAME = re.compile(r"'[A-Z_]+'$")
WRONG = [
    ("PORT", "abc"),
    ("PORT", "99999"),
    ("PORT", "0"),
    ("PORT", "8000.5"),
    ("DEBUG", "perhaps"),
    ("LEASE_SECONDS", "abc"),
    ("LEASE_SECONDS", "60"),
    ("SAVE_SECONDS", "nan"),
    ("SLICE_SECONDS", "inf"),
    ("LIST_INTERVAL_SECONDS", "0"),
    ("GIVE_UP_AFTER_SECONDS", "1e300"),
    ("INVITATION_DAYS", "-1"),
    ("DATABASE_URL", "garbage"),
    ("DATABASE_URL", "foo://x"),
    ("DATABASE_URL", "mysql://127.0.0.1/name"),
    ("DATABASE_URL", "postgres://127.0.0.1"),
    ("DATABASE_URL", "postgres://127.0.0.1:port/name"),
    ("DATABASE_URL", "sqlite://"),
    ("EMAIL_URL", "bad://x"),
    ("EMAIL_URL", "submission://"),
    ("TIME_ZONE", "Nowhere"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("TIME_ZONE", "Europe"),
    ("MAGNIFIC_API_KEY", "a b"),
    ("MAGNIFIC_API_KEY", "schlüssel"),
    ("MAGNIFIC_API_HEADER", "x key"),
    ("MAGNIFIC_BASE_URL", "ftp://x"),
    ("MAGNIFIC_BASE_URL", "http://[::1"),
    ("MAGNIFIC_BASE_URL", "https://user:password@x"),
    ("MAGNIFIC_RESULT_HOSTS", "http://["),
    ("MAGNIFIC_RESULT_HOSTS", "*.magnific.com, a b"),
    ("MAGNIFIC_MAX_CONCURRENT", "0"),
    ("MAGNIFIC_REQUESTS_PER_MINUTE", "many"),
    ("MAGNIFIC_REQUEUE_ABSENT", "2"),
    ("PUBLIC_URL", "studio.example.com"),
    ("PUBLIC_URL", "https://studio.example.com/path"),
    ("PUBLIC_URL", "https://studio.example.com:99999"),
    ("REDIS_URL", "nonsense"),
    ("REDIS_URL", "redis://"),
    ("LOG_LEVEL", "loud"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_one_sentence_with_its_name_and_leaves_no_trace(
    load: Callable[..., dict[str, Any]], tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(**{name: value})
    assert re.fullmatch(rf"{name} must be [^\n]+\.", str(refused.value))
    assert not (tmp_path / "var").exists()


def test_a_refused_value_is_not_quoted(load: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(MAGNIFIC_API_KEY="half a secret", DATABASE_URL="postgres://mia:secret@[", REDIS_URL="x:secret")
    assert "secret" not in str(refused.value)


def test_all_wrong_values_are_named_at_once(load: Callable[..., dict[str, Any]]) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        load(PORT="abc", TIME_ZONE="Nowhere", REDIS_URL="nonsense")
    assert [line.split()[0] for line in str(refused.value).splitlines()] == ["PORT", "TIME_ZONE", "REDIS_URL"]


def test_an_empty_value_means_the_default(load: Callable[..., dict[str, Any]]) -> None:
    usual = {name: value for name, value in load().items() if name.isupper()}
    empty = load(**dict.fromkeys(set(settings_with_defaults()) - {"VAR_DIR"}, " "))
    assert {name: value for name, value in empty.items() if name.isupper()} == usual


def test_right_values_arrive(load: Callable[..., dict[str, Any]]) -> None:
    found = load(
        PORT="65535",
        DEBUG="Yes",
        SLICE_SECONDS="2.5",
        PUBLIC_URL="https://studio.example.com/",
        ALLOWED_HOSTS="one.example, two.example",
        DATABASE_URL="postgres://mia:p%40ss@db.example:5433/clips",
        REDIS_URL="rediss://cache.example:6380/1",
        EMAIL_URL="submission://mia:p%40ss@mail.example",
        MAGNIFIC_API_KEY=" FPSX-1 ",
        MAGNIFIC_BASE_URL="https://api.freepik.com/",
        MAGNIFIC_RESULT_HOSTS="*.freepik.com, http://127.0.0.1:8001",
        MAGNIFIC_WEBHOOK_SECRETS="one, two,",
    )
    assert (found["PORT"], found["DEBUG"], found["SLICE_SECONDS"]) == (65535, True, 2.5)
    assert found["PUBLIC_URL"] == "https://studio.example.com"
    assert found["ALLOWED_HOSTS"] == ["one.example", "two.example", "studio.example.com"]
    database = found["DATABASES"]["default"]
    assert [database[part] for part in ("HOST", "PORT", "NAME", "USER", "PASSWORD")] == [
        *("db.example", 5433, "clips"),
        *("mia", "p@ss"),
    ]
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert found["EMAIL_HOST_PASSWORD"] == "p@ss"
    assert (found["MAGNIFIC_API_KEY"], found["REHEARSAL"]) == ("FPSX-1", False)
    assert found["MAGNIFIC_BASE_URL"] == "https://api.freepik.com"
    assert found["MAGNIFIC_RESULT_HOSTS"] == ["*.freepik.com", "http://127.0.0.1:8001"]
    assert found["MAGNIFIC_WEBHOOK_SECRETS"] == ["one", "two"]


def test_two_installations_on_one_redis_use_different_keys(
    load: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    def prefix(**variables: str) -> str:
        return load(REDIS_URL="redis://127.0.0.1:6379/0", **variables)["CACHES"]["default"]["KEY_PREFIX"]

    one, two = prefix(VAR_DIR=str(tmp_path / "one")), prefix(VAR_DIR=str(tmp_path / "two"))
    assert one != two
    shared = {"DATABASE_URL": "postgres://mia@db.example/clips", "SECRET_KEY": "shared"}
    assert prefix(**shared, VAR_DIR=str(tmp_path / "one")) == prefix(**shared, VAR_DIR=str(tmp_path / "two"))
    assert prefix(**shared | {"SECRET_KEY": "another"}) != prefix(**shared)


def test_two_copies_on_one_host_share_no_cookie(load: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """A browser knows no ports. Machines of one installation do share them."""

    def names(**variables: str) -> set[str]:
        found = load(**variables)
        return {found["SESSION_COOKIE_NAME"], found["CSRF_COOKIE_NAME"]}

    one, two = names(VAR_DIR=str(tmp_path / "one")), names(VAR_DIR=str(tmp_path / "two"))
    assert len(one | two) == 4
    assert names(VAR_DIR=str(tmp_path / "one"), PORT="8010") == one
    shared = {"DATABASE_URL": "postgres://mia@db.example/clips", "SECRET_KEY": "shared"}
    assert names(**shared, VAR_DIR=str(tmp_path / "one")) == names(**shared, VAR_DIR=str(tmp_path / "two"))


def test_a_file_of_settings_reaches_everything_and_the_environment_goes_first(
    load: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Also those that read the environment themselves: the accounts' command, the sandbox, the supervisor."""
    for name in ("PORT", "DEMO_PASSWORD", "SANDBOX_SECONDS"):
        monkeypatch.setenv(name, "to be put back")
        monkeypatch.delenv(name)
    file = tmp_path / "studio.env"
    file.write_text("PORT=8123\nHOST=localhost\nDEMO_PASSWORD=from-the-file\nSANDBOX_SECONDS=3\n")
    found = load(ENV_FILE=str(file), HOST="127.0.0.2")
    assert (found["PORT"], found["HOST"]) == (8123, "127.0.0.2")
    assert (os.environ["DEMO_PASSWORD"], os.environ["SANDBOX_SECONDS"]) == ("from-the-file", "3")


@pytest.mark.parametrize(
    "command", [("manage.py", "check"), ("manage.py", "cluster", "kling"), ("-m", "kling_site.web")]
)
def test_every_program_refuses_in_a_sentence(command: tuple[str, ...]) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kling_site.settings", "TIME_ZONE": "Nowhere"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "TIME_ZONE must be the name of a time zone, such as Europe/Berlin.\n"


@pytest.mark.parametrize(
    ("name", "value"), [("SANDBOX_SECONDS", "abc"), ("SANDBOX_PLAIN", "perhaps"), ("SANDBOX_LIST_DELAY", "x")]
)
def test_the_check_names_what_the_sandbox_cannot_use(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert check_sandbox() == []
    monkeypatch.setenv(name, value)
    (found,) = check_sandbox()
    assert found.is_serious()
    assert found.msg.startswith(f"{name} cannot be used: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SANDBOX_JITTER", "2"), ("SANDBOX_FAULTS", "nonsense=1"), ("SANDBOX_ERROR_SHAPE", "odd")],
)
def test_the_check_refuses_what_makes_no_sense_in_the_sandbox(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    (found,) = check_sandbox()
    assert found.msg.startswith("SANDBOX_* cannot be used: ")
    assert name.removeprefix("SANDBOX_").lower().rstrip("s") in found.msg


def test_the_check_refuses_what_no_request_can_be_made_with(settings: Any) -> None:
    assert check_magnific() == []
    settings.MAGNIFIC_BASE_URL = "http://a host"
    (found,) = check_magnific()
    assert found.is_serious()


def test_our_checks_run_with_django_s() -> None:
    registered = checks.registry.registry.get_checks()
    assert {check_magnific, check_sandbox} <= set(registered)


def settings_with_defaults() -> dict[str, object]:
    """Return every variable that settings.py reads, with its default where that is a plain value."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse((ROOT / "kling_site/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func.value) == "env" and node.args and NAME.match(ast.unparse(node.args[0])):
            default = node.args[1] if len(node.args) > 1 else ast.Constant("")
            found[ast.literal_eval(node.args[0])] = (
                default.value if isinstance(default, ast.Constant) else ...
            )
    return found


def explained() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", text, re.MULTILINE))


def test_every_setting_is_explained_and_nothing_else() -> None:
    assert set(explained()) == set(settings_with_defaults()) - INTERNAL | ELSEWHERE


def test_the_defaults_in_the_example_are_the_true_ones() -> None:
    told = explained()
    wrong = {
        name: (told[name], default)
        for name, default in settings_with_defaults().items()
        if name in told and default is not ... and told[name] != str(default).replace("False", "false")
    }
    assert not wrong


def test_every_explained_setting_has_a_sentence_above_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z_]+=", line):
            assert lines[number - 1].startswith("#"), line
