# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Erase records for good, in this one transaction, with every record of our models that needs them. Odoo itself deletes
# what hangs on a record (chatter, tracked values, mail, attachments, followers; in this context, which shows archived
# records, activities that were done too): tests/odoo/test_erasure.py searches every table.
#
# In:  env.context['binome_erase'] = {'rows': [[external_id, {column: value}], ...]}
#      the columns of a contact that stays are emptied where they hold that value
# Out: action = {'results': [[status, id or False], ...]}, in the order of the rows:
#      erased   gone
#      unbound  a contact that this user did not create, that other records need, or that has a name of ours which is
#               not in this batch (staff merged two people): it stays, without these names, our tags and those values
#      missing  the external id is unbound, or its record is gone: a resend is harmless
_model, rows, work = request_of('binome_erase')
bindings = bindings_of(work, {ours(row[0]) for row in rows})
alive = alive_of(work, set(bindings.values()))
found = {name: bindings[name] for name in bindings if bindings[name] in alive}
for name in found:
    if found[name][0] not in MODELS:
        refuse(found[name][0])
names_of = {}
for name in found:
    names_of.setdefault(found[name], []).append(name.partition('.')[2])

data = work['ir.model.data'].sudo()
contacts = [res_id for model_name, res_id in names_of if model_name == 'res.partner']
if contacts:
    # Whoever writes to one of them at this moment is waited for here (Odoo then runs all of this again), so that no
    # quarrel over a row is taken for a contact that the CRM needs.
    work.cr.execute('SELECT id FROM res_partner WHERE id IN %s FOR UPDATE', [tuple(contacts)])
shared = data.search([
    ('module', '=', 'binome'), ('model', '=', 'res.partner'), ('res_id', 'in', contacts),
    ('name', 'not in', [name.partition('.')[2] for name in found]),
]).mapped('res_id')

# What needs a record goes with it; MODELS names each model after those that it links to.
doomed = ids_by_model([key for key in names_of if key[0] != 'res.partner'])
whole = dict(doomed)
whole['res.partner'] = [res_id for res_id in contacts if res_id not in shared]
for model_name in MODELS:
    fields = work[model_name]._fields
    for column in fields if model_name != 'res.partner' else []:
        if fields[column].type == 'many2one' and fields[column].required and whole.get(fields[column].comodel_name):
            needy = work[model_name].search([(column, 'in', whole[fields[column].comodel_name])]).ids
            whole[model_name] = doomed[model_name] = sorted(set(doomed.get(model_name, [])) | set(needy))


def attempt(record, values):
    """Write these values, or delete where there are none; what Odoo refuses is undone, and the rest goes on."""
    point = record.env.cr.savepoint()
    try:
        if values:
            record.write(values)
        else:
            record.unlink()
        point.close(rollback=False)
    except Exception:
        point.close(rollback=True)
        return False
    return True


for model_name in MODELS[::-1]:
    if model_name != 'res.partner' and doomed.get(model_name):
        work[model_name].browse(doomed[model_name]).unlink()

shown, erased = {}, set(names_of) - {('res.partner', res_id) for res_id in contacts}
for external_id, columns in rows:
    if found.get(external_id, ('', 0))[0] == 'res.partner':
        shown.setdefault(found[external_id][1], {}).update(columns)
tags = data.search([('module', '=', 'binome_mentoring'), ('model', '=', 'res.partner.category')]).mapped('res_id')
for contact in work['res.partner'].browse(sorted(contacts)):
    contact_id = contact.id
    if contact_id not in shared and contact.create_uid == work.user and attempt(contact, {}):
        erased.add(('res.partner', contact_id))
        continue
    # An invoice, a user, whatever: the CRM needs this contact. That of a user only an administrator may write to.
    values = {column: False for column in shown[contact_id] if contact[column] == shown[contact_id][column]}
    if values:
        attempt(contact, values)
    if contact_id not in shared:
        contact.sudo().write({'category_id': [(3, tag) for tag in tags]})  # the tags are ours
    data.search([('module', '=', 'binome'), ('name', 'in', names_of[('res.partner', contact_id)])]).unlink()

results = []
for external_id, _columns in rows:
    if external_id not in found:
        results.append(['missing', False])
    else:
        status = 'erased' if found[external_id] in erased else 'unbound'
        results.append([status, found[external_id][1]])
action = {'results': results}
