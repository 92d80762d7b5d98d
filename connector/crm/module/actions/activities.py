# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Schedule activities for staff, each once while it is open, in this one transaction.
#
# In:  env.context['binome_activities'] = {'rows': [[external_id, type, summary, deadline, user_id or False], ...]}
#      type is the external id of a mail.activity.type. Without a user the coordinator of the record's pair is
#      asked, or another one; the caller where there is none at all.
# Out: action = {'results': [[status, activity id or False], ...]}, in the order of the rows:
#      created   scheduled
#      existing  the same record, type and summary is still open: nothing written
#      missing   the external id (of the record or of the type) is unbound, or its record is gone
# A contact is refused.
_model, rows, work = request_of('binome_activities')
found = own_records(work, rows)
types = bindings_of(work, {row[1] for row in rows})
live_types = alive_of(work, set(types.values()))
by_model = ids_by_model(found.values())


def is_coordinator(user):
    """Tell whether a user is one of the staff who run the programme; the sync's own user is not."""
    return user.active and user != work.user and user.has_group('binome_mentoring.group_coordinator')


def spare_coordinator():
    """Give the first coordinator there is, administrators last; the caller where there is none at all."""
    for administers in (False, True):
        for user in work['res.users'].sudo().search([('share', '=', False)], order='id'):
            if is_coordinator(user) and user.has_group('base.group_system') == administers:
                return user
    return work.user


def coordinator_of(record):
    """Give the user whom this record concerns: the pair's coordinator while one of the staff, or another of them."""
    pair = record if 'x_coordinator_id' in record._fields else record['x_pair_id'] if 'x_pair_id' in record._fields else []
    user = pair['x_coordinator_id'] if pair else work.user
    if is_coordinator(user):
        return user
    return work.user if pair and pair['x_private'] else spare_coordinator()  # others know nothing of a private pair


open_ones, records = {}, {}
for model_name in by_model:
    ids = by_model[model_name]
    for record in work[model_name].browse(ids):
        records[(model_name, record.id)] = record
    for activity in work['mail.activity'].with_context(active_test=True).search(
            [('res_model', '=', model_name), ('res_id', 'in', ids)]):
        key = (model_name, activity.res_id, activity.activity_type_id.id, activity.summary or '')
        open_ones[key] = activity.id

results, planned = [], {}
for external_id, kind, summary, deadline, user_id in rows:
    bound, type_bound = found.get(external_id), types.get(kind)
    if not bound or type_bound not in live_types or type_bound[0] != 'mail.activity.type':
        results.append(['missing', False])
        continue
    key = bound + (type_bound[1], summary or '')
    results.append(['existing' if key in open_ones or key in planned else 'created', open_ones.get(key) or key])
    if key not in open_ones and key not in planned:
        planned[key] = {
            'res_model_id': work['ir.model'].sudo()._get_id(bound[0]), 'res_id': bound[1],
            'activity_type_id': type_bound[1], 'summary': summary, 'date_deadline': deadline, 'automated': True,
            'user_id': user_id or coordinator_of(records[bound]).id,
        }

if planned:
    made = dict(zip(planned, work['mail.activity'].create(list(planned.values())).ids))
    for result in results:
        result[1] = made.get(result[1], result[1])
action = {'results': results}
