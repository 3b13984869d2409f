"""Tables and the queries over them, one module a noun; engine, transactions, exact types."""
