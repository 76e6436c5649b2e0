"""Settings from arguments and environment."""

import argparse
from pathlib import Path

import pytest

from generations.magnific.sandbox.config import SandboxConfig, add_arguments, from_options


def read(*arguments: str, **env: str) -> SandboxConfig:
    parser = argparse.ArgumentParser()
    add_arguments(parser, env)
    return from_options(vars(parser.parse_args(arguments)))


def test_defaults_need_only_a_folder():
    assert read("--data-dir", "/somewhere") == SandboxConfig(data_dir=Path("/somewhere"))


def test_every_kind_of_value_is_read_from_the_environment():
    config = read(
        SANDBOX_DATA_DIR="/elsewhere",
        SANDBOX_PORT="0",
        SANDBOX_SECONDS="1.5",
        SANDBOX_LIST_GENERATED="true",
        SANDBOX_API_KEYS="one, two,",
        SANDBOX_WEBHOOK_SECRET="",
    )
    assert config == SandboxConfig(
        Path("/elsewhere"), port=0, seconds=1.5, list_generated=True, api_keys="one, two,"
    )
    assert config.allowed_keys == {"one", "two"}


def test_an_argument_goes_before_the_environment():
    assert read("--data-dir", "/x", "--seconds", "3", SANDBOX_SECONDS="9").seconds == 3


@pytest.mark.parametrize(
    "arguments",
    [("--seconds", "x"), ("--port", "1.5"), ("--list-generated", "perhaps"), ("--no-such-setting", "1")],
)
def test_a_value_that_cannot_be_read_is_named(arguments, capsys):
    with pytest.raises(SystemExit):
        read("--data-dir", "/x", *arguments)
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("jitter", "1"),
        ("error-shape", "odd"),
        ("seconds", "-1"),
        ("megabytes", "0"),
        ("requests-per-minute", "0"),
        ("rate-window", "0"),
        ("list-window", "0"),
        ("callback-attempts", "0"),
    ],
)
def test_a_value_that_could_not_work_is_named(name, value):
    with pytest.raises(ValueError, match=name.replace("-", "_")):
        read("--data-dir", "/x", f"--{name}", value)
