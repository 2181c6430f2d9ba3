"""Reads a contract's YAML strictly, and knows the line and the name of every place in it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any

import yaml

_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_NAMING = ("name", "property", "username", "server", "id")
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _StrictLoader(yaml.SafeLoader):
    """Safe loader that refuses a key given twice instead of keeping the last, and leaves dates as text."""

    # A date is read where one is expected: an impossible one is then a mistake with its place, like any other.
    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class declares it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            kind = node.tag.rsplit(":", 1)[-1]
            raise yaml.constructor.ConstructorError(
                None, None, f"what stands here cannot be read as '{kind}'", node.start_mark
            ) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            if isinstance(key, Hashable):  # any other is refused below, with its place
                seen.add(key)
        return super().construct_mapping(node, deep)


class Places:
    """Where things stand in one document: the line, and the names on the way."""

    def __init__(self, root: yaml.Node | None) -> None:
        self._root = root

    def line(self, path: str) -> int:
        """Return the line of a path such as ``schema[0].properties[3].codes``, or of what is nearest above it."""
        return self._walk(path)[1]

    def describe(self, path: str) -> str:
        """Return the path with the names of the items in it, and its line."""
        parts, line = self._walk(path)
        return f"{' › '.join(parts) or path}, line {line}" if self._root else path

    def _walk(self, path: str) -> tuple[list[str], int]:
        node, parts = self._root, list[str]()
        line = node.start_mark.line + 1 if node else 1
        for index, word in _STEP.findall(path):
            step = _item(node, int(index)) if index else _entry(node, word)
            node = step[1] if step else None
            line = step[0].start_mark.line + 1 if step else line
            if index:
                name = _name(node)
                parts[-1:] = [f"{parts[-1] if parts else ''}[{index}]" + (f" ({name})" if name else "")]
            else:
                parts.append(word)
        return parts, line


def read(text: str) -> tuple[Any, Places]:
    """Return the document and its places.

    Raises:
        yaml.YAMLError: It is not YAML that can be read one way only.
    """
    loader = _StrictLoader(text)
    try:
        node = loader.get_single_node()
        return (loader.construct_document(node) if node else None), Places(node)
    except RecursionError as error:
        raise yaml.YAMLError("lists or mappings nested too deeply") from error
    finally:
        loader.dispose()


def _item(node: yaml.Node | None, index: int) -> tuple[yaml.Node, yaml.Node] | None:
    if not isinstance(node, yaml.SequenceNode) or index >= len(node.value):
        return None
    return node.value[index], node.value[index]


def _entry(node: yaml.Node | None, word: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Return where a key stands and its value; a custom property is found by its name."""
    if isinstance(node, yaml.MappingNode):
        found = next(((k, v) for k, v in node.value if k.value == word), None)
        if found:
            return found
        return next((_entry(v, word) for k, v in node.value if k.value == "customProperties"), None)
    if isinstance(node, yaml.SequenceNode):
        item = next((n for n in node.value if _name(n) == word), None)
        value = _entry(item, "value") if isinstance(item, yaml.MappingNode) else None
        return (item, value[1]) if item and value else None
    return None


def _name(node: yaml.Node | None) -> str:
    if not isinstance(node, yaml.MappingNode):
        return ""
    texts = {k.value: v.value for k, v in node.value if isinstance(k.value, str) and isinstance(v.value, str)}
    return next((texts[key] for key in _NAMING if texts.get(key)), "")
