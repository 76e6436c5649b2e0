"""The house's own rules: which way imports go, how long a file may be, what has no place in it."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 300
MAX_FUNCTION_LINES = 30

GROUND = ("generations.constraints", "generations.deadlines")
"""What everything may stand on, the vendor's package too: pure data, and time."""
LAYERS = {
    **dict.fromkeys(GROUND, 0),
    **dict.fromkeys(["generations.magnific", "generations.media", "generations.orphans"], 1),
    **dict.fromkeys(["generations.stopping", "generations.site"], 1),
    **dict.fromkeys(
        [
            "generations.append_only",
            "generations.csv_file",
            "generations.search_index",
            "generations.lasting",
            "generations.money",
            "generations.moment",
            "generations.durable",
            "generations.plain_text",
            "generations.variables",
        ],
        1,
    ),
    "generations.preflight": 2,
    "generations.models": 2,
    **dict.fromkeys(["generations.queue", "generations.access", "generations.mail"], 3),
    "generations.lifecycle": 4,
    **dict.fromkeys(["generations.views", "generations.forms", "generations.templatetags"], 5),
    **dict.fromkeys(["generations.tasks", "generations.admin", "generations.management"], 5),
    "generations.migrations": 5,
    **dict.fromkeys(["generations.urls", "generations.checks"], 6),
    "generations.apps": 7,
}
"""From the ground up. A module imports from its own package or from a lower layer, never sideways or up."""

SIDEWAYS = {
    ("generations.views", "generations.forms"),
    ("generations.views", "generations.templatetags"),
    ("generations.admin", "generations.forms"),
    ("generations.admin", "generations.views"),
    ("generations.management", "generations.tasks"),
}
"""Within the top layer: pages are made of these, and a cluster runs tasks."""

EVERYWHERE = {"generations.orphans", "generations.stopping"}
SANDBOX_STARTERS = {"generations.management.commands.sandbox", "generations.checks"}
MAGNIFIC_FOR_MODELS = "generations.magnific.messages"


MADE = {"var", "node_modules", "__pycache__"}
HIDDEN = {".ci", ".env.example", ".gitignore"}
"""Of what begins with a dot, only these are the project's; tools leave the rest."""


class Import(NamedTuple):
    """`module` is imported by the file `path` of the module `by`."""

    by: str
    module: str
    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} imports {self.module}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def names_in(node: ast.stmt) -> list[str]:
    """Return what an import statement may import: `from a.b import c` gives a.b and a.b.c."""
    if isinstance(node, ast.ImportFrom):
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


@cache
def nodes_of(path: Path) -> list[ast.AST]:
    """Return all there is in a file, read by the first test that asks: not by every process that only collects."""
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imports() -> list[Import]:
    return [
        Import(module_name(path), name, path, node.lineno)
        for path in PYTHON
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in names_in(node)
    ]


def layer_of(module: str) -> str | None:
    """Return the part of the house that a module belongs to, or None for what is not ours."""
    return next((name for name in LAYERS if f"{module}.".startswith(f"{name}.")), None)


def is_allowed(by: str, to: str) -> bool:
    return by == to or to in EVERYWHERE or LAYERS[by] > LAYERS[to] or (by, to) in SIDEWAYS


PYTHON = sorted((ROOT / "generations").rglob("*.py"))
OURS = [*PYTHON, *sorted((ROOT / "kling_site").rglob("*.py"))]


def test_every_module_has_its_place() -> None:
    homeless = [name for path in PYTHON if not layer_of(name := module_name(path))]
    assert homeless == ["generations"]
    assert not (ROOT / "generations/__init__.py").read_text()


def test_imports_go_one_way() -> None:
    wrong = []
    for found in imports():
        by, to = layer_of(found.by), layer_of(found.module)
        if by and to and not is_allowed(by, to):
            wrong.append(str(found))
    assert not wrong


@pytest.mark.parametrize(
    ("by", "to"),
    [
        ("generations.models", "generations.lifecycle"),
        ("generations.lifecycle", "generations.views"),
        ("generations.views", "generations.admin"),
        ("generations.views", "generations.tasks"),
        ("generations.magnific", "generations.media"),
        ("generations.constraints", "generations.models"),
    ],
)
def test_the_guard_refuses_the_other_way(by: str, to: str) -> None:
    assert not is_allowed(by, to)


def test_the_vendor_package_knows_no_django_and_nothing_of_ours() -> None:
    wrong = [
        str(found)
        for found in imports()
        if found.by.startswith("generations.magnific")
        and (
            found.module.split(".")[0] == "django"
            or (layer_of(found.module) not in {None, "generations.magnific", *GROUND})
        )
    ]
    assert not wrong


def test_only_lifecycle_talks_to_the_vendor() -> None:
    """Models may speak its words; the sandbox is run by its own command, and its settings are checked."""
    wrong = []
    for found in imports():
        by = layer_of(found.by)
        if not found.module.startswith("generations.magnific") or by in {
            "generations.lifecycle",
            "generations.magnific",
        }:
            continue
        if by == "generations.models" and found.module.startswith(MAGNIFIC_FOR_MODELS):
            continue
        if found.by in SANDBOX_STARTERS and found.module.startswith("generations.magnific.sandbox"):
            continue
        wrong.append(str(found))
    assert not wrong


def test_only_the_queue_enqueues() -> None:
    users = {found.by for found in imports() if found.module.endswith(("async_task", "django_q.tasks"))}
    assert users == {"generations.queue"}


def test_no_import_hides_in_a_function() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in OURS
        for function in nodes_of(path)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its docstring not counted."""
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return lines - (first.end_lineno - first.lineno + 1 if told else 0)


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": count
        for path in OURS
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (count := own_lines(node)) > MAX_FUNCTION_LINES
    }
    assert not long


def is_written(path: Path) -> bool:
    """Whether a file is one of the project's: not made by a tool or a run, nor anybody's own settings."""
    parts = path.relative_to(ROOT).parts
    own = all(part in HIDDEN or not part.startswith(".") for part in parts)
    return path.is_file() and own and not MADE.intersection(parts)


def written(*folders: str) -> list[Path]:
    """Return the project's files, of some folders or all; a copy without its history has them too."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    return [path for root in roots for path in sorted(root.rglob("*")) if is_written(path)]


def test_files_are_short() -> None:
    """Not the tests, which are lists, nor the migrations, which Django writes."""
    code = [
        path
        for path in written("generations", "kling_site", "templates", "static", "script", ".ci")
        if path.suffix in {".py", ".html", ".css", ".js", ""} and "migrations" not in path.parts
    ]
    long = {str(path): count for path in code if (count := len(path.read_text().splitlines())) > MAX_LINES}
    assert not long


def test_templates_have_no_inline_script_or_style() -> None:
    inline = re.compile(
        r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=|\shx-on|javascript:", re.IGNORECASE
    )
    found = {
        str(path): hit.group() for path in written("templates") if (hit := inline.search(path.read_text()))
    }
    assert not found


def test_no_test_is_skipped() -> None:
    """One that does not run proves nothing, and nobody notices. In pieces, as below."""
    skips = re.compile(r"pytest\.(mark\.)?(importor)?" + "(skip|xfail)")
    assert not [
        str(path) for path in written("tests") if path.suffix == ".py" and skips.search(path.read_text())
    ]


def test_nothing_points_outside_the_repository() -> None:
    """Written in pieces, so that this file passes its own test."""
    outside = re.compile(
        "|".join(["/wo" + "rk/", "/ro" + "ot/", r"\bissues? #?\d", "TO" + "DO", "FIX" + "ME"])
    )
    text = {".py", ".html", ".css", ".js", ".md", ".txt", ".toml", ".example", ".svg", ""}
    found = {
        str(path): hit.group()
        for path in written()
        if path.suffix in text and (hit := outside.search(path.read_text()))
    }
    assert not found
