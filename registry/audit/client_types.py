"""Reads a Python snippet against the OpenAI client's own classes: does it parse, do the attributes and arguments exist?

Nothing of the snippet is run. The client is built without a network, its methods are asked for their signatures, and
what they return is followed through its annotations. What cannot be told is taken to be right: names from elsewhere,
and code that lost its indentation when the page became plain text.
"""

import ast
import inspect
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from registry.audit.words import quoted

SERVER_EXTRAS = {"reasoning", "reasoning_content"}
"""Fields that vLLM adds to messages: the client hands them on, though its classes do not list them."""

Known = object
"""A live client, resource or method; or the type of a result, in `Result`; or None for what is not known."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a snippet fails, and what stands there when it works, if that can be told."""

    sentence: str
    right: str | None


@dataclass(frozen=True)
class Result:
    """A value the client returns, known by its type only."""

    annotation: object


class _Broken(Exception):
    """Carries the first problem out of the walk."""

    def __init__(self, sentence: str, right: str | None = None) -> None:
        super().__init__(sentence)
        self.problem = Problem(sentence=sentence, right=right)


def snippet_problem(source: str) -> Problem | None:
    """The first thing in the snippet that fails; None when nothing is known to fail."""
    try:
        tree = ast.parse(source)
    except IndentationError:
        return None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f" in line {line}" if line else ""
        return Problem(sentence=f"it is no Python{where} ({getattr(error, 'msg', error)}).", right=None)
    if not any(name.partition(".")[0] == "openai" for name in _imported(tree)):
        return None
    walk = _Walk()
    try:
        for statement in tree.body:
            walk.statement(statement)
    except _Broken as broken:
        return broken.problem
    except RecursionError:
        return None
    return None


def snippet_requests(source: str) -> tuple[str, ...]:
    """The model names, written out, that a snippet for the OpenAI client asks for."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    if not any(name.partition(".")[0] == "openai" for name in _imported(tree)):
        return ()
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    models = (word.value for call in calls for word in call.keywords if word.arg == "model")
    return tuple(node.value for node in models if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@lru_cache(maxsize=8)
def _client(name: str) -> Known:
    """A client of the library that would answer nobody: it serves to ask what attributes it has."""
    # Imported here: it takes a second, and only an audit that meets such a snippet needs it.
    import openai

    found = getattr(openai, name, None)
    return found(api_key="none", base_url="http://localhost/") if found in (openai.OpenAI, openai.AsyncOpenAI) else None


class _Walk:
    """Follows a snippet from top to bottom, with what is known of each name."""

    def __init__(self) -> None:
        self.names: dict[str, Known] = {}
        self.clients: dict[str, str] = {}
        self.modules: set[str] = set()

    def statement(self, node: ast.AST) -> None:
        match node:
            case ast.Import():
                self.modules |= {alias.asname or alias.name for alias in node.names if alias.name == "openai"}
            case ast.ImportFrom(module="openai"):
                self._import(node)
            case ast.Assign(targets=targets, value=value):
                known = self.value(value)
                for target in targets:
                    self._bind(target, known)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, self.value(value))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for argument in ast.walk(node.args):
                    if isinstance(argument, ast.arg):
                        self.names.pop(argument.arg, None)
                self._children(node.body)
            case ast.For(target=target, iter=source) | ast.AsyncFor(target=target, iter=source):
                self._bind(target, _item(self.value(source)))
                self._children([*node.body, *node.orelse])
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    opened = self.value(item.context_expr)
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, opened)
                self._children(node.body)
            case ast.expr():
                self.value(node)
            case _:
                self._children(ast.iter_child_nodes(node))

    def _children(self, nodes: typing.Iterable[ast.AST]) -> None:
        for node in nodes:
            self.statement(node)

    def _bind(self, target: ast.expr, known: Known) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name):
                self.names[node.id] = known if node is target else None

    def _import(self, node: ast.ImportFrom) -> None:
        import openai

        for alias in node.names:
            if alias.name != "*" and not hasattr(openai, alias.name):
                raise _Broken(f"the library openai has no {quoted(alias.name)}.")
            self.clients[alias.asname or alias.name] = alias.name

    def value(self, node: ast.expr) -> Known:
        """What is known of an expression's value; its parts are looked at on the way."""
        match node:
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Call():
                return self._call(node)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Subscript(value=inner, slice=index):
                self.value(index)
                return _subscript(self.value(inner), ast.unparse(inner))
            case ast.Await(value=inner):
                return self.value(inner)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                for source in node.generators:
                    self._bind(source.target, _item(self.value(source.iter)))
        self._children(ast.iter_child_nodes(node))
        return None

    def _call(self, node: ast.Call) -> Known:
        for argument in (*node.args, *(word.value for word in node.keywords)):
            self.value(argument)
        match node.func:
            case ast.Name(id=name) if name in self.clients:
                return _client(self.clients[name])
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in self.modules:
                return _client(name)
        function = self.value(node.func)
        if not inspect.isroutine(function):
            return None
        _check_arguments(function, node)
        return _returned(function, node)

    def _attribute(self, node: ast.Attribute) -> Known:
        owner = self.value(node.value)
        if owner is None or node.attr.startswith("_") or node.attr in SERVER_EXTRAS:
            return None
        text = ast.unparse(node.value)
        if isinstance(owner, Result):
            return _member(owner, node.attr, text)
        if not hasattr(owner, node.attr):
            raise _Broken(f"`{text}` has no `{node.attr}`.")
        return getattr(owner, node.attr)


def _check_arguments(function: typing.Callable[..., object], call: ast.Call) -> None:
    """Names and number of the arguments, unless the snippet hands on arguments that are not written out."""
    if any(isinstance(argument, ast.Starred) for argument in call.args) or any(
        word.arg is None for word in call.keywords
    ):
        return
    try:
        inspect.signature(function).bind(*call.args, **{str(word.arg): word for word in call.keywords})
    except TypeError as error:
        raise _Broken(f"`{ast.unparse(call.func)}` is called wrongly: {error}.") from error


def _returned(function: typing.Callable[..., object], call: ast.Call) -> Known:
    try:
        annotation = typing.get_type_hints(inspect.unwrap(function)).get("return")
    except (NameError, TypeError):
        return None
    streams = any(
        word.arg == "stream" and not (isinstance(word.value, ast.Constant) and not word.value.value)
        for word in call.keywords
    )
    # A union of a result and a stream of its pieces: the argument `stream` says which of the two comes.
    choices = [choice for choice in _choices(annotation) if ("Stream" in str(typing.get_origin(choice))) == streams]
    return Result(choices[0]) if len(choices) == 1 else None


def _member(owner: Result, name: str, text: str) -> Known:
    """An attribute of a result, by its class's fields; of a union, by those of its classes that have it."""
    kinds = [_class(choice) for choice in _choices(owner.annotation)]
    if None in kinds:
        return None
    fields = [field for kind in kinds if (field := getattr(kind, "model_fields", {}).get(name))]
    if fields:
        return Result(fields[0].annotation) if len(fields) == 1 else None
    if any(hasattr(kind, name) for kind in kinds):
        return None
    if kinds == [list]:
        raise _Broken(f"`{text}` is a list and has no `{name}`; its items may.", f"`{text}[0].{name}`")
    raise _Broken(f"`{text}` has no `{name}`.")


def _subscript(owner: Known, text: str) -> Known:
    if not isinstance(owner, Result):
        return None
    kinds = [_class(choice) for choice in _choices(owner.annotation)]
    if all(kind is not None and not hasattr(kind, "__getitem__") for kind in kinds):
        raise _Broken(f"`{text}` is no list or dictionary: its parts are attributes.")
    return _item(owner) if kinds == [list] else None


def _item(owner: Known) -> Known:
    """What a list or stream holds."""
    choices = _choices(owner.annotation) if isinstance(owner, Result) else ()
    held = typing.get_args(choices[0]) if len(choices) == 1 else ()
    return Result(held[0]) if len(held) == 1 else None


def _class(annotation: object) -> type | None:
    kind = typing.get_origin(annotation) or annotation
    return kind if isinstance(kind, type) else None


def _choices(annotation: object) -> tuple[object, ...]:
    """The members of a union, without None; otherwise the annotation alone."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _choices(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = (choice for choice in typing.get_args(annotation) if choice is not types.NoneType)
        return tuple(part for member in members for part in _choices(member))
    return (annotation,)
