"""Files that a person exports or keeps: CSV, TSV, XLSX, JSONL, Parquet, read into records."""
