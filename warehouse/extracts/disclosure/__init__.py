"""Disclosure: which figures are too small to show, and which others would give them away.

    figures ──cells──► what each number counts ──relations──► what is known of it ──attack──► its bounds
                                                                       │
                                                    protect: hide small figures, then others, until nothing is narrow

docs/decisions/0014-disclosure.md says what is promised and what is not.
"""
