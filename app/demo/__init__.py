"""Demo data as files; `app.services.demo` loads it."""
