# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Post internal notes on the chatter of records of our own models, in this one transaction: no mail, no notification,
# no new follower, no edit of the record.
#
# In:  env.context['binome_notes'] = {'rows': [[external_id, body], ...]}
#      body is plain text
# Out: action = {'results': [[status, message id or False], ...]}, in the order of the rows:
#      created   posted
#      existing  the record's newest message is this very note by this user: nothing posted
#      missing   the external id is unbound, or its record is gone
# A contact is refused.
_model, rows, work = request_of('binome_notes')
records = own_records(work, rows)
messages = work['mail.message'].sudo()


def stored(body):
    """Give plain text as Odoo keeps it once posted: escaped, and cleaned by its field."""
    escaped = body.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    return str(messages._fields['body'].convert_to_cache(escaped, messages))


newest = {}
by_model = ids_by_model(records.values())
for model_name in by_model:
    # Logging runs as superuser: who may not read one of the records is refused here.
    work[model_name].browse(by_model[model_name]).read(['write_date'])
    last = messages._read_group(
        [('model', '=', model_name), ('res_id', 'in', by_model[model_name])], ['res_id'], ['id:max'])
    for message in messages.browse([message_id for _res_id, message_id in last]):
        if message.create_uid == work.user and message.subtype_id == work.ref('mail.mt_note'):
            newest[(model_name, message.res_id)] = (str(message.body), message.id)

# A record with two notes in one batch takes two rounds: each logs one note a record.
rounds, results, seen = [], [], {}
for external_id, body in rows:
    if external_id not in records:
        results.append(['missing', False])
        continue
    key, text = records[external_id], stored(body)
    if newest.get(key, ('', False))[0] == text:
        results.append(['existing', newest[key][1]])
        continue
    seen[key] = seen.get(key, -1) + 1
    newest[key] = (text, (seen[key], key))
    if seen[key] == len(rounds):
        rounds.append({})
    rounds[seen[key]].setdefault(key[0], {})[key[1]] = body
    results.append(['created', (seen[key], key)])

made = {}
for number, bodies in enumerate(rounds):
    for model_name in bodies:
        target = work[model_name].browse(list(bodies[model_name]))
        for message in target._message_log_batch(bodies=bodies[model_name]):
            made[(number, (model_name, message.res_id))] = message.id
for result in results:
    result[1] = made.get(result[1], result[1])
action = {'results': results}
