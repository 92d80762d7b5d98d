# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Take back activities whose cause is gone, in this one transaction. Nothing is left in the chatter.
#
# In:  env.context['binome_withdraw'] = {'rows': [[external_id, type, summary], ...]}
#      type is the external id of a mail.activity.type
# Out: action = {'results': [[status, False], ...]}, in the order of the rows:
#      withdrawn  the open automated activities of this record, type and summary are gone
#      missing    there was none; one that staff scheduled by hand is left
# A contact is refused.
_model, rows, work = request_of('binome_withdraw')
records = own_records(work, rows)
types = bindings_of(work, {row[1] for row in rows})

open_ones = {}
by_model = ids_by_model(records.values())
for model_name in by_model:
    for activity in work['mail.activity'].search(
            [('res_model', '=', model_name), ('res_id', 'in', by_model[model_name]), ('active', '=', True),
             ('automated', '=', True)]):
        key = (model_name, activity.res_id, activity.activity_type_id.id, activity.summary or '')
        open_ones.setdefault(key, []).append(activity.id)

results, gone = [], []
for external_id, kind, summary in rows:
    type_bound = types.get(kind) or (False, False)
    key = records.get(external_id, (False, False)) + (type_bound[1], summary or '')
    found = open_ones.pop(key, []) if type_bound[0] == 'mail.activity.type' else []
    gone += found
    results.append(['withdrawn' if found else 'missing', False])

work['mail.activity'].browse(gone).unlink()
action = {'results': results}
