"""What travels in and out, shared by both faces; never a table."""
