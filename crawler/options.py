"""Options of the command line that several commands take: each is worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

CatalogOption = Annotated[
    Path | None,
    typer.Option("--catalog", metavar="DIR", envvar="DRAGOMAN_CATALOG", help="The folder of the source files (default: the bundled one)."),
]
KeepIrrelevant = Annotated[bool, typer.Option("--keep-irrelevant", help="Store articles that are not regional politics, too.")]
Region = Annotated[str, typer.Option("--region", metavar="NAME", help="The region profile that decides what is relevant.")]
GazetteerOption = Annotated[
    Path | None,
    typer.Option("--gazetteer", metavar="DIR", envvar="DRAGOMAN_GAZETTEER", help="A folder of your own actors, beside the bundled ones."),
]
DelayOption = Annotated[
    float | None, typer.Option("--delay", metavar="SECONDS", min=0, help="Least time between two requests to one host (default 1).")
]
ContactOption = Annotated[
    str | None, typer.Option("--contact", envvar="DRAGOMAN_CONTACT", metavar="ADDRESS", help="Your address, for the user agent.")
]
RevisitOption = Annotated[
    str,
    typer.Option("--revisit", metavar="AGES", envvar="DRAGOMAN_REVISIT", help="Ages at which articles are fetched again, or 'none'."),
]
ArchiveOption = Annotated[
    Path | None, typer.Option("--archive", metavar="DIR", help="Write all that is received into WARC files in this folder.")
]
ArchiveSizeOption = Annotated[
    int, typer.Option("--archive-size", metavar="MB", min=1, help="Begin another WARC file when one has reached this size.")
]
PrivateHostsOption = Annotated[
    bool, typer.Option("--allow-private-hosts", help="Let loopback and private addresses be asked: for the demo and for tests.")
]
DEFAULT_AGES = "1h,6h,24h,7d,30d"
EXIT_FAILED = 1
EXIT_MISTAKE = 2
EXIT_INTERRUPTED = 130
