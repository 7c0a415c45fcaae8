"""How `make docs` builds the guides as HTML: the Markdown of the repository, with nothing loaded from the network."""

project = "research-culture"
html_title = "research-culture: guides"
language = "en"
root_doc = "docs/index"

# The source folder is the repository, so that one link works there, on a web page of it and in the HTML.
include_patterns = ["README.md", "CHANGELOG.md", "docs/**.md", "schemas/*.md"]
exclude_patterns = [".*", "build", "dist", "research-culture-home*"]

extensions = ["myst_parser"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # CSV has no highlighter

html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["guides.css"]
html_js_files = ["guides.js"]
html_show_search_summary = False  # it would be fetched, which no browser allows of a file
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
