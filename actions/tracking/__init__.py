"""What carriers and tracking providers say, in one vocabulary. One module a provider."""
