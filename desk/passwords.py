"""Passwords of agents: hashed with Argon2id, and readable ones made up."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 256  # hashing takes time with length, and anybody may send one
HASHER = PasswordHasher()
# Verified when there is no such agent, so that the answer takes as long as for one that exists.
NOBODY = HASHER.hash(secrets.token_hex(16))
CONSONANTS = "bdfghklmnprstvwz"
VOWELS = "aeiou"


class PasswordTooWeak(ValueError):
    """The password is too short or too long; the message says what it takes."""


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, with its own salt and parameters.

    Raises:
        PasswordTooWeak: it has fewer than 10 or more than 256 characters.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordTooWeak(f"a password has {SHORTEST} to {LONGEST} characters")
    return HASHER.hash(password)


def is_password(password: str, password_hash: str) -> bool:
    """Whether the password is the one that was hashed; False as well for a hash that can not be read."""
    if len(password) > LONGEST:
        return False
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def readable_password() -> str:
    """A new random password that can be read aloud: three groups of three syllables, 57 bits."""
    groups = ("".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(3)) for _ in range(3))
    return "-".join(groups)
