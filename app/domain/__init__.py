"""Pure rules: standard library only; no clock, file, session or framework."""
