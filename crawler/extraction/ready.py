"""Importing this loads what extraction otherwise loads with the first page that needs it: a server of workers has it once for all."""

from __future__ import annotations

from crawler.extraction import language

language.load()
