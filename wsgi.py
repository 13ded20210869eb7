"""The WSGI entry point for a server of one's own choice: `wsgi:app`. Settings come from the environment (docs/configuration.md)."""

from compounding.web.serving import application

app = application()
