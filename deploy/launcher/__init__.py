"""``python -m deploy.launcher``: starts all processes, says when they are ready, and ends them together."""
