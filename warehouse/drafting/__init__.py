"""A contract before there is one, and beside a file: drafted from a sample export, compared with a delivery, tried out.

sample ──opening (sandboxed)──► grids ──finding──► header, rows ──mapping──► columns ──writing──► contract.odcs.yaml
"""
