"""What settings.py reads and what .env.example explains are the same, down to the defaults."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTERNAL = {"IN_WORKER"}
"""Set by the programs themselves."""
ELSEWHERE = {"DEMO_PASSWORD", "ADMIN_PASSWORD", "SANDBOX_SECONDS", "SANDBOX_MEGABYTES"}
"""Read by a command and by the sandbox."""


def settings_with_defaults() -> dict[str, object]:
    """Return every variable that settings.py reads, with its default where that is a plain value."""
    found: dict[str, object] = {}
    for node in ast.walk(ast.parse((ROOT / "kling_site/settings.py").read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func.value) == "env" and node.args and isinstance(node.args[0], ast.Constant):
            default = node.args[1] if len(node.args) > 1 else ast.Constant(None)
            found[node.args[0].value] = default.value if isinstance(default, ast.Constant) else ...
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
