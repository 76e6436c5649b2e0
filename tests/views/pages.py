"""Reading pages in tests."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.elements = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def elements(response, tag, **wanted):
    """The attributes of each `tag` whose attributes are as wanted (data_state for data-state)."""
    reader = _Reader()
    reader.feed(response.content.decode())
    wanted = {name.replace("_", "-"): value for name, value in wanted.items()}
    return [attrs for found, attrs in reader.elements if found == tag and wanted.items() <= attrs.items()]


def text_of(response):
    """The page's text, one space for any white space."""
    words = []
    reader = _Reader()
    reader.handle_data = words.append
    reader.feed(response.content.decode())
    return " ".join(" ".join(words).split())


def htmx(**headers):
    """The headers of a fragment's request."""
    return {"HX-Request": "true", **headers}
