"""Published self-evaluation forms: found in plain rows by their headings, not by position."""
