"""The local page of `fanfit open`: a workbook in, a ranked list and its files out, in a browser on this machine."""
