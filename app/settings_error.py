"""What is wrong with a setting; it stands alone, so that every reader of settings may raise it."""


class SettingsError(ValueError):
    """A setting that cannot be used; the message says in Chinese which one and how to mend it."""
