"""Hand the corpus over as files: CSV, JSONL or Parquet beside a manifest that says what they are."""

from storage.export.base import export_articles
from storage.export.columns import COLUMNS, Column, ColumnType
from storage.export.manifest import ExportedFile, ExportFormat, Manifest, read_manifest

__all__ = ["COLUMNS", "Column", "ColumnType", "ExportFormat", "ExportedFile", "Manifest", "export_articles", "read_manifest"]
