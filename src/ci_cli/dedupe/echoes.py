"""Columns of the store that say one thing twice, said once.

A person's name may stand whole, in parts and as a contact; compared three times, two people called
John Smith would be the same for three reasons.
"""

from __future__ import annotations

from ci_cli.models.names import name_key, person_name

from .fields import recognise

Columns = dict[str, list[str | None]]
NEARLY_ALL = 0.95  # of the records with a name, before its parts can stand for it


def without_echoes(columns: Columns) -> Columns:
    """Return the columns of a scan without those that only repeat another.

    The short name stands where there is no name. Given and family names are compared where nearly
    all records have them, else the whole names are. A contact who is the customer is no contact.
    """
    found = dict(columns)
    short = found.pop("short_name")
    found["name"] = [name or other for name, other in zip(found["name"], short, strict=True)]
    _prefer_parts(found)
    keys = [name_key(name) for name in columns["name"]]
    found["contact_name"] = [
        None if contact and name_key(contact) == key else contact
        for contact, key in zip(found["contact_name"], keys, strict=True)
    ]
    return found


def _prefer_parts(found: Columns) -> None:
    """Drop the whole names or their parts, whichever fewer records have."""
    parts = {
        kind: [head for head, values in found.items() if recognise(head, values).type == kind]
        for kind in ("given", "surname")
    }
    if not all(len(heads) == 1 for heads in parts.values()):
        if parts["given"] and parts["surname"]:  # two sources with columns of their own
            for head in (*parts["given"], *parts["surname"]):
                del found[head]
        return
    given, surname = (found[heads[0]] for heads in parts.values())
    names = [name_key(name) for name in found["name"]]
    same = sum(
        name == name_key(person_name(first, last))
        for name, first, last in zip(names, given, surname, strict=True)
        if name
    )
    if same >= NEARLY_ALL * sum(name is not None for name in names):
        found["name"] = [None] * len(names)
        return
    for head in (*parts["given"], *parts["surname"]):
        del found[head]
