# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Shared by the actions that put something on a record for staff to see; stands after common.py.


def own_records(work, rows):
    """Find the live records that the rows name first: external id -> (model, id). Only our own models are open:
    whoever may read a contact reads its activities and its chatter, and every employee may."""
    bindings = bindings_of(work, {row[0] for row in rows})
    alive = alive_of(work, set(bindings.values()))
    found = {}
    for external_id in bindings:
        if bindings[external_id] in alive:
            found[external_id] = bindings[external_id]
            if bindings[external_id][0] not in MODELS or bindings[external_id][0] == 'res.partner':
                refuse(bindings[external_id][0])
    return found


def ids_by_model(records):
    """Group (model, id) keys: model -> ids."""
    ids = {}
    for model_name, res_id in sorted(set(records)):
        ids.setdefault(model_name, []).append(res_id)
    return ids
