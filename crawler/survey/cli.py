"""The commands of the catalog, joined: `dragoman sources list|show|check|add|import-opml|export-opml|try`."""

from __future__ import annotations

import typer

from crawler.survey import adding_cli, checking_cli, listing_cli, opml_cli, trial_cli

sources_app = typer.Typer(help="Look at the catalog, and let it grow.", no_args_is_help=True)

for _commands in (listing_cli.app, checking_cli.app, adding_cli.app, opml_cli.app, trial_cli.app):
    sources_app.add_typer(_commands)
