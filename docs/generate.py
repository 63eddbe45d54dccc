"""Write the reference pages that come from the code: commands, settings, schema and data dictionary.

`make docs` writes them; a test compares them with the code, so that they cannot fall behind.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer.main
from sqlalchemy import Table

import cli
from storage.export.dictionary import dictionary
from storage.export.tables import TABLES
from storage.models import Base

ROOT = Path(__file__).parent.parent
WIDTH = 100
NOTE = "<!-- written by `make docs`; do not edit -->\n\n"


def commands() -> str:
    """Return the help of every command."""
    parts = [f"# Commands\n\n{NOTE}Exit codes: 0 done, 1 a source failed or records were skipped, 2 a mistake, 130 interrupted.\n"]
    for path, command in _walk(typer.main.get_command(cli.app), ("dragoman",)):
        context = command.make_context(" ".join(path), [], resilient_parsing=True, terminal_width=WIDTH)
        context.max_content_width = WIDTH
        text = re.sub(r"[ \t]+$", "", command.get_help(context), flags=re.MULTILINE).strip()
        parts.append(f"## {' '.join(path)}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    subcommands: Mapping[str, Any] = getattr(command, "commands", {})
    if not subcommands:
        yield path, command
    for name, subcommand in subcommands.items():
        yield from _walk(subcommand, (*path, name))


def settings() -> str:
    """Return every setting of Scrapy that a crawl changes, and our own, with the reasons that stand beside them."""
    source = (ROOT / "crawler" / "settings.py").read_text(encoding="utf-8")
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    rows = ["| setting | value | why |", "|---|---|---|"]
    for node in ast.parse(source).body:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Name) or not target.id.isupper() or node.end_lineno is None:
            continue
        value = ast.unparse(node.value) if isinstance(node, ast.Assign | ast.AnnAssign) and node.value else ""
        why = " ".join(comments[line] for line in range(node.lineno, node.end_lineno + 1) if line in comments)
        short = value if len(value) <= 60 else f"{value[:57]}…"
        rows.append(f"| `{target.id}` | `{_escaped(short)}` | {_escaped(why)} |")
    return "\n".join(
        [
            f"# Settings\n\n{NOTE}What a user sets:\n",
            "| environment variable | option | default | meaning |",
            "|---|---|---|---|",
            "| `DRAGOMAN_DB` | `--db` | `sqlite:///dragoman.db` | the database |",
            "| `DRAGOMAN_CATALOG` | `--catalog` | the bundled catalog | the folder of the source files |",
            "| `DRAGOMAN_CONTACT` | `--contact` | none | your address, for the user agent |",
            "| `DRAGOMAN_REVISIT` | `--revisit` | `1h,6h,24h,7d,30d` | ages at which articles are fetched again, or `none` |",
            "| `DRAGOMAN_PLAN` | `--plan` | none | the plan of the scheduler |",
            "| `DRAGOMAN_SNAPSHOTS` | `--dir` | `snapshots` | the folder in which snapshots stand |",
            "| `DRAGOMAN_LOCK_DIR` | | a folder of yours in the temporary one | where crawls of one machine take turns at a host |",
            "",
            "What the crawl sets for Scrapy, and why (`crawler/settings.py`):\n",
            *rows,
            "",
        ]
    )


def schema() -> str:
    """Return the tables of the database."""
    parts = [f"# Schema\n\n{NOTE}Times are UTC. `docs/concepts.md` explains the words.\n\n# Tables\n"]
    parts += [_table(table) for table in sorted(Base.metadata.tables.values(), key=lambda table: table.name)]
    parts.append("The columns of what is handed over are in the [data dictionary](data-dictionary.md).\n")
    return "\n".join(parts)


def data_dictionary() -> str:
    """Return the columns of every table that an export or a snapshot can hold."""
    made = dictionary(tuple(TABLES.values()), title=f"# Data dictionary of exports and snapshots\n\n{NOTE.rstrip()}")
    return made.rstrip() + "\n"


def _table(table: Table) -> str:
    rows = ["| column | type | null | key |", "|---|---|---|---|"]
    for column in table.columns:
        keys = [f"→ {foreign.target_fullname}" for foreign in column.foreign_keys] + (["primary"] if column.primary_key else [])
        rows.append(f"| `{column.name}` | {column.type!r} | {'yes' if column.nullable else ''} | {', '.join(keys)} |")
    about = f"{table.comment}\n\n" if table.comment else ""
    return f"## {table.name}\n\n{about}" + "\n".join(rows) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands,
    "settings.md": settings,
    "schema.md": schema,
    "data-dictionary.md": data_dictionary,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (ROOT / "docs" / name).write_text(make(), encoding="utf-8")
