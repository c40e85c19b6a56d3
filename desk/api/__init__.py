"""The desk's record for other programs: JSON, with the installation's bearer token."""
