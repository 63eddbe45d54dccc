"""The data dictionary: every column with type, unit, meaning, example, and in what part of the rows it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storage.export.examples import detail
from storage.export.facts import Facts
from storage.export.tables import Table


def dictionary(tables: Sequence[Table], facts: Facts | None = None, *, title: str = "# Data dictionary") -> str:
    """Return the dictionary as Markdown; without facts of an export there is no share of empty values."""
    parts = [title, "", "Times are UTC. Keys join the tables. Examples are made up.", ""]
    for table in tables:
        parts += _table(table, facts)
    return "\n".join(parts)


def _table(table: Table, facts: Facts | None) -> Iterator[str]:
    rows = f" {facts.rows[table.name]:,} rows." if facts else ""
    yield f"## {table.name}"
    yield ""
    yield f"{table.meaning}{rows} Key: {', '.join(f'`{name}`' for name in table.key)}."
    yield ""
    yield "| column | type | unit | meaning | example |" + (" empty |" if facts else "")
    yield "|---|---|---|---|---|" + ("---|" if facts else "")
    for column in table.columns:
        known = detail(table.name, column)
        join = table.references.get(column.name)
        meaning = column.meaning + (f" → `{join[0]}.{join[1]}`" if join else "")
        cells = [f"`{column.name}`", str(column.type), known.unit, meaning, f"`{known.example}`"]
        if facts:
            share = facts.null_share(table.name, column.name)
            cells.append(
                "" if share is None else "0 %" if share == 0 else f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.4g} %"
            )
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
