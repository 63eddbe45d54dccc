"""The one console command `dragoman`: joins the command groups of the packages and turns errors into one line."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

import crawler.backfill_cli
import crawler.cli
import crawler.rehydration_cli
import crawler.snapshot_cli
import crawler.tagging_cli
import crawler.ties_cli
import scheduler
import storage.cli
from crawler.errors import CrawlerError
from crawler.watch.crews import hold_leash
from storage.errors import StorageError
from storage.terminal import Outside, UsageMistake, err, visible

EXIT_INTERNAL = 70  # EX_SOFTWARE of sysexits.h
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells do
EXIT_MISTAKE = 2

app = typer.Typer(
    name="dragoman",
    help="Turn the news of a region into a corpus that a researcher can query, trust and cite.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dragoman {version('dragoman')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of an error.")] = False,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Turn the news of a region into a corpus that a researcher can query, trust and cite."""


# in the order in which a newcomer meets them
for _commands in (
    crawler.cli.app,
    crawler.backfill_cli.app,
    crawler.tagging_cli.app,
    scheduler.app,
    storage.cli.app,
    crawler.snapshot_cli.app,
    crawler.rehydration_cli.app,
    crawler.ties_cli.app,
):
    app.add_typer(_commands)


def _expected_low() -> dict[str, float]:
    """Tell storage, which knows no catalog, how few articles a day the catalog expects of its sources."""
    from crawler.catalog import load_catalog

    try:
        catalog = load_catalog(os.environ.get("DRAGOMAN_CATALOG"))
    except CrawlerError as error:
        err.print(f"dragoman: nothing is known of what to expect: {visible(error, limit=500)}", markup=False)
        return {}
    return {source.id: source.expected.low for source in catalog if source.expected is not None}


def _actor_id(written: str) -> str:
    """Tell storage, which knows no gazetteer, whom a user means; DRAGOMAN_GAZETTEER names a folder of actors of one's own."""
    from crawler.tagging.naming import actor_id

    own = os.environ.get("DRAGOMAN_GAZETTEER")
    return actor_id(written, Path(own) if own else None)


def _topic_id(written: str) -> str:
    from crawler.tagging.naming import topic_id

    return topic_id(written)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line (default: this process's).

    Returns: the exit code: 0 done, 1 a source failed, 2 a mistake (one line on stderr), 70 a defect of ours, 130 interrupted.
    """
    hold_leash()
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in words
    if not sys.warnoptions and not debug:
        warnings.simplefilter("ignore")  # a library's remarks to developers are no business of the user's
    try:
        result = typer.main.get_command(app).main(
            args=words, prog_name="dragoman", standalone_mode=False, obj=Outside(_expected_low, _actor_id, _topic_id)
        )
    except (StorageError, CrawlerError, UsageMistake, TyperException) as error:
        if debug:
            raise
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        err.print(f"dragoman: {visible(message, limit=1000)}", markup=False)
        return EXIT_MISTAKE
    except (KeyboardInterrupt, typer.Abort):
        err.print("dragoman: interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last resort: one line for the user, the traceback for --debug
        if debug:
            raise
        message = visible(f"{type(error).__name__}: {error}", limit=500)
        err.print(f"dragoman: unexpected {message}; run again with --debug for the traceback", markup=False)
        return EXIT_INTERNAL
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
