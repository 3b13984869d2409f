"""Published self-evaluation forms: recognised in plain rows by their headings, never by position."""
