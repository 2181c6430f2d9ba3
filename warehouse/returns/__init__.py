"""Return packs: what a partner gets back of a delivery, to mend it in ten minutes.

    archive (sealed) ──┐
    quarantine ────────┼─► contents ──► child: the partner's own workbook, marked ──► returns/<partner>/<delivery>/
    earlier delivery ──┘                                                                     └──► the partner's outbox

A pack holds that partner's data alone and is written for its eyes: the zone is its keeper's only, like the inbox.
Nothing is imported here, so that the child, which loads `drawing`, loads no more than that needs.
"""
