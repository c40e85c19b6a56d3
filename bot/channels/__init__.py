"""The doors through which buyers write. One module a platform: verify, read, send."""
