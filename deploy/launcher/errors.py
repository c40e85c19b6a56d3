"""What keeps Porchlight from starting."""


class LaunchError(Exception):
    """Porchlight can not start; the text says why and what helps."""
