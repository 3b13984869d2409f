"""Documents to and from plain rows, one module a format; no rule is known here."""
