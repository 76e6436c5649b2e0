"""What collecting makes of modules that import each other."""

import re

from django.conf import settings

from kling_site.storage import StaticFilesStorage

IMPORT = re.compile(r"""^import\b(.*)$""", re.MULTILINE)


def test_an_import_names_the_very_version_it_was_written_for(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js/part.js").write_text("export const one = 1;\n")
    (tmp_path / "js/page.js").write_text('import { one } from "./part.js";\n')
    storage = StaticFilesStorage(location=tmp_path, base_url="/static/")
    names = {"js/page.js": (storage, "js/page.js"), "js/part.js": (storage, "js/part.js")}
    made = {name: hashed for name, hashed, _ in storage.post_process(names)}
    page = (tmp_path / made["js/page.js"]).read_text()
    assert page == f'import {{ one }} from "./{made["js/part.js"].removeprefix("js/")}";\n'


def test_our_modules_import_in_the_form_that_is_looked_for():
    folder = settings.BASE_DIR / "static/js"
    found = [(path.name, line) for path in folder.glob("*.js") for line in IMPORT.findall(path.read_text())]
    assert found
    for name, line in found:
        form = re.fullmatch(r""".* from "\./([a-z_]+\.js)";""", line)
        assert form, (name, line)
        assert (folder / form[1]).is_file()
