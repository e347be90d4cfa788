"""Results to what a person reads: frozen parts, every sentence (zh, en), charts, HTML, XLSX, CSV."""
