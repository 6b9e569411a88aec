"""译文: templates compiled once for each language, their own sentences put in as text.

A page of fifty rows looked up more than a thousand sentences; now a sentence without variables is part of the text
around it, and one with variables is formatted without being looked up. What a template prints is escaped without
being wrapped as safe: fifteen hundred objects a page that nobody looked at again.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, override
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape

NAMES = ("_", "gettext")


class Sentences(NodeTransformer):
    """Puts the sentence of one language in place of every `_("…")` whose original is written out in the template."""

    def __init__(self, language: str) -> None:
        self.language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """Return the sentence, the sentence with its variables to be put in, or the call as it was."""
        self.generic_visit(node)
        if not (isinstance(node.node, nodes.Name) and node.node.name in NAMES and _written_out(node)):
            return node
        original = node.args[0].value  # type: ignore[attr-defined]
        with override(self.language):
            sentence = Markup(gettext(original))
        if not node.kwargs:
            return nodes.Const(sentence % {}, lineno=node.lineno)
        pairs = [nodes.Pair(nodes.Const(one.key), one.value, lineno=node.lineno) for one in node.kwargs]
        return nodes.Mod(nodes.Const(sentence), nodes.Dict(pairs, lineno=node.lineno), lineno=node.lineno)


def printed(value: Any) -> str:
    """Return a value as it stands in a page: escaped as `markupsafe.escape` does it."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else escape(value)


def _written_out(node: nodes.Call) -> bool:
    plain = len(node.args) == 1 and node.dyn_args is None and node.dyn_kwargs is None
    return plain and isinstance(node.args[0], nodes.Const) and isinstance(node.args[0].value, str)


def compiler(language: str) -> type[CodeGenerator]:
    """Return the code generator that compiles templates for a language; the environment escapes by itself."""

    class Translated(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> Any:
            Sentences(language).visit(node)
            return super().visit_Template(node, frame)

        def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
            if not frame.eval_ctx.volatile and frame.eval_ctx.autoescape and finalize.src is None:
                self.write("environment.printed(")
            else:
                super()._output_child_pre(node, frame, finalize)

    return Translated
