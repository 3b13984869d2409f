"""Rules about people and their accounts, as data: no figure of theirs stands in code."""
