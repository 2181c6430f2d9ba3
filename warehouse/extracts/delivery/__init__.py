"""Delivery: an issued extract → the funder's folder, SFTP server, S3 bucket or mailbox, with a receipt.

    extracts/<funder>/<period>/<issue>/ ──verify──► send ──read back──► SHA256SUMS, last ──► extracts/_receipts/

Where to stands in the agreement, host and secret in an Airflow connection. A receipt is written last, so a delivery
that was killed is done again, which is harmless: the same names, the same bytes. What has a receipt is not sent again.
By hand: ``sala extract deliver FUNDER``.
"""

from warehouse.extracts.delivery.run import Attempt, deliver, deliver_issued, failure, undelivered

__all__ = [
    "Attempt",
    "deliver",
    "deliver_issued",
    "failure",
    "undelivered",
]
