# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Adopt existing records: give each an external id of ours, in this one transaction.
#
# In:  env.context['binome_bind'] = {'model': name, 'rows': [[external_id, id], ...]}
# Out: action = {'results': [[status, id or False], ...]}, in the order of the rows:
#      bound     the record now answers to the external id (a binding to a record that is gone was let go)
#      existing  it already did: nothing written
#      missing   there is no record with that id
#      taken     the external id is bound to another live record: nothing written
model_name, rows, work = request_of('binome_bind')
if model_name not in MODELS:
    refuse(model_name)
bindings = bindings_of(work, {row[0] for row in rows})
alive = alive_of(work, set(bindings.values()) | {(model_name, row[1]) for row in rows})

results, pairs = [], {}
for external_id, res_id in rows:
    bound = bindings.get(external_id)
    if external_id in pairs:
        bound = (model_name, pairs[external_id])
    if (model_name, res_id) not in alive:
        results.append(['missing', False])
    elif bound == (model_name, res_id):
        results.append(['existing', res_id])
    elif bound in alive:
        results.append(['taken', bound[1] if bound[0] == model_name else False])
    else:
        pairs[external_id] = res_id
        results.append(['bound', res_id])

if pairs:
    bind(work, model_name, list(pairs.items()), bindings)
action = {'results': results}
