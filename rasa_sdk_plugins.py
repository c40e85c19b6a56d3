"""What Rasa's action server loads when it starts (``rasa_sdk/plugin.py``): our doors beside its own."""

import sys

import pluggy
from sanic import Sanic

from actions import webhook_door

hookimpl = pluggy.HookimplMarker("rasa_sdk")


@hookimpl
def attach_sanic_app_extensions(app: Sanic) -> None:
    """Opens the doors."""
    webhook_door.attach(app)


def init_hooks(manager: pluggy.PluginManager) -> None:
    """Called by rasa_sdk with its plugin manager."""
    manager.register(sys.modules[__name__])
