"""Runs the components of a loaded model one after the other."""

import copy
from functools import lru_cache
from typing import Any, Dict, List, Optional, Text, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner

from bot.policies.rules import by_intent


class StraightGraphRunner:
    """Runs the same components as Rasa's runner, in an order that is found once.

    Rasa's runner has Dask plan the graph anew for every message and every prediction, which costs more than our
    components need.
    """

    def __init__(self, loaded: DaskGraphRunner) -> None:
        """Takes over the components of a loaded model, which is not changed."""
        self._nodes = {name: copy.copy(node) for name, node in loaded._instantiated_nodes.items()}
        for node in self._nodes.values():
            if type(node._component) is RulePolicy:
                node._component = by_intent(node._component)
        self._schema = loaded._graph_schema
        self._order = lru_cache(maxsize=None)(self._find_order)

    def run(self, inputs: Optional[Dict[Text, Any]] = None, targets: Optional[List[Text]] = None) -> Dict[Text, Any]:
        """The outputs of the target components.

        Args:
            inputs: values for the places where a message or a tracker goes in.
            targets: names of components; those of the model if there are none.
        """
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        wanted = tuple(targets or self._schema.target_names)
        for name, needs in self._order(wanted):
            outputs[name] = self._nodes[name](*(outputs[need] for need in needs))
        return {name: outputs[name][1] for name in wanted}

    def _find_order(self, targets: Tuple[Text, ...]) -> List[Tuple[Text, Tuple[Text, ...]]]:
        """The components that the targets need, each after what it needs itself."""
        nodes = self._schema.minimal_graph_schema(list(targets)).nodes
        order: Dict[Text, Tuple[Text, ...]] = {}

        def add(name: Text) -> None:
            if name in nodes and name not in order:
                needs = tuple(nodes[name].needs.values())
                for need in needs:
                    add(need)
                order[name] = needs

        for target in targets:
            add(target)
        return list(order.items())
