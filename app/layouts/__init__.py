"""Official layouts of forms (表式): a folder a standard, one dated TOML file a layout."""
