"""Declaration of the interface's texts: several names per line, each a field of a struct.

mypy reads the classes as written; at run time they become structs for msgspec.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, cast, get_origin

from msgspec import Meta, Struct, defstruct

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A placeholder in a text, which the program fills."""
_Declared = TypeVar("_Declared")
_Value = TypeVar("_Value")


class Lookup(Struct, Generic[_Value], frozen=True):
    """Texts looked up by names declared elsewhere: of commands, keys or problems."""

    def __getitem__(self, name: str) -> _Value:
        if name not in self:
            raise KeyError(name)
        return cast("_Value", getattr(self, name))

    def __contains__(self, name: str) -> bool:
        return name in self.__struct_fields__


def template(*placeholders: str) -> Meta:
    """The annotation of a text that may hold these placeholders, each written `{name}`.

    Only the schema finds unknown ones: compiled for msgspec, the patterns would take longer than
    the rest of loading.
    """
    names = "|".join(placeholders)
    return Meta(
        min_length=1,
        title="text",
        description="Placeholders: " + ", ".join(placeholders) if placeholders else None,
        extra_json_schema={
            "pattern": rf"^[^{{]*(\{{(?!(?!({names})\}})\w+\}})[^{{]*)*$",
            "placeholders": list(placeholders),
        },
    )


def text(*placeholders: str) -> str:
    """Declares texts in the body of a class: `title = note = text()`, `due = text("date")`."""
    return cast("str", Annotated[str, template(*placeholders)])


class PluralForms(Struct, frozen=True):
    """A text for each CLDR plural category of the language; `other` is for all the rest."""

    other: str
    zero: str = ""
    one: str = ""
    two: str = ""
    few: str = ""
    many: str = ""


Plural = str | PluralForms
"""A text with a count: one for all numbers, or one for each plural category."""


def plural(*placeholders: str) -> Plural:
    """Declares a text that depends on its `count`, in the body of a class like `text`."""
    return cast("Plural", Annotated[str, template(*placeholders)] | _forms(*placeholders))


@cache
def _forms(*placeholders: str) -> type[Struct]:
    each = Annotated[str, template(*placeholders)]
    others = [name for name in PluralForms.__struct_fields__ if name != "other"]
    return defstruct(
        "_".join(("PluralForms", *placeholders)),
        [("other", each), *((name, each, "") for name in others)],
        bases=(PluralForms,),
        namespace={"__doc__": PluralForms.__doc__},
        frozen=True,
        forbid_unknown_fields=True,
    )


def section(declared: type[_Declared]) -> type[_Declared]:
    """A frozen struct whose fields are the texts and the annotations of a class.

    An annotation with a default is an optional field.
    """
    texts = {name: value for name, value in vars(declared).items() if get_origin(value)}
    return cast("type[_Declared]", _struct(declared, declared.__annotations__ | texts, Struct))


def lookup(names: str, of: Any = None) -> Callable[[type[_Declared]], type[_Declared]]:
    """A struct with these fields, `plain filled{placeholder}`; each a text, or of type `of`."""
    fields = {
        name: of or text(*re.findall(r"\w+", placeholders))
        for name, placeholders in re.findall(r"(\w+)((?:\{\w+\})*)", names)
    }

    def declare(declared: type[_Declared]) -> type[_Declared]:
        return cast("type[_Declared]", _struct(declared, fields, declared))

    return declare


def _struct(declared: type, fields: dict[str, Any], base: type) -> type[Struct]:
    defaults = vars(declared)
    optional = [name for name in declared.__annotations__ if name in defaults]
    return defstruct(
        declared.__name__,
        [
            *(field for field in fields.items() if field[0] not in optional),
            *((name, fields[name], defaults[name]) for name in optional),
        ],
        bases=(base,),
        namespace={"__doc__": declared.__doc__, "__module__": declared.__module__},
        frozen=True,
        forbid_unknown_fields=True,
    )
