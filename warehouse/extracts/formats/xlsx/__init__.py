"""The workbook: made to be read and printed, every number a number."""
