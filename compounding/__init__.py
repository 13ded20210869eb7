"""Levigate: from a prescriber's order for topical sodium thiosulfate to a documented, labelled preparation.

A map of the package, top to bottom; arrows of import point down only (setup.cfg proves it):

- `__main__`, `prepare`, `web`: the doors: commands, the main job without a server, the browser.
- `pipeline`: one order through all stages, in one sequence, used by every door; `result` says what came of it.
- `fhir`, `reference`, `site_file`, `lot_file`, `config`, `logs`: reading what comes from outside. (`labels`, a package of its own, sets the paper.)
- `domain`: the rules themselves, pure.
"""

__version__ = "0.1.0"
