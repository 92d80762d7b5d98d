# ruff: noqa: F821, INP001, PLR2004
# mypy: ignore-errors
#
# Take back from contacts what their people do not share any more, in this one transaction: the columns are emptied, and
# what hangs on the contact and shows what they hold or held is deleted. The values are read here and leave nowhere.
#
# In:  env.context['binome_pull_back'] = {'rows': [[external_id, [column, ...]], ...]}
# Out: action = {'results': [[status, id or False], ...]}, in the order of the rows:
#      pulled   nothing of it is left on this contact; a resend finds nothing more to do
#      missing  the external id is unbound, or its contact is gone
_model, rows, work = request_of('binome_pull_back')
system = work(su=True)  # what hangs on a contact may be others' mail; the contact itself is written as the user may
HANGING = {
    'mail.mail': ('model', ('subject', 'body', 'body_html', 'email_from', 'email_to', 'email_cc', 'reply_to', 'headers')),
    'mail.message': ('model', ('subject', 'body', 'email_from', 'reply_to', 'record_name', 'incoming_email_to',
                               'incoming_email_cc', 'outgoing_email_to')),
    'mail.scheduled.message': ('model', ('subject', 'body')),
    'mail.activity': ('res_model', ('summary', 'note', 'feedback')),
    'ir.attachment': ('res_model', ('name', 'description', 'index_content')),
}
SHORTEST = 6
bindings = bindings_of(work, {ours(row[0]) for row in rows})
alive = alive_of(work, set(bindings.values()))
asked = {}
for external_id, columns in rows:
    bound = bindings.get(external_id)
    if bound in alive:
        if bound[0] != 'res.partner':
            refuse(bound[0])
        asked.setdefault(bound[1], set()).update(columns)


def digits_of(text):
    """Give the last nine digits of a phone number, or nothing: people write the same number in many ways."""
    digits = [letter for letter in text if letter.isdigit()]
    return ''.join(digits[-9:]) if text.lower() == text.upper() and len(digits) >= 9 else ''


def shows(texts, values):
    """Tell whether one of these values stands in one of these texts."""
    for text in texts:
        told = str(text or '').lower()
        numbers = ''.join([letter for letter in told if letter.isdigit()])
        for value in values:
            if value.lower() in told or (digits_of(value) and digits_of(value) in numbers):
                return True
    return False


def tracked(contact, columns):
    """Find what the chatter kept of former values of these columns."""
    domain = [('mail_message_id.model', '=', 'res.partner'), ('mail_message_id.res_id', '=', contact.id),
              ('field_id.name', 'in', list(columns))]
    return contact.env['mail.tracking.value'].search(domain)


def values_of(contact, columns):
    """Name what the columns hold and held."""
    found = []
    for column in columns:
        if contact._fields[column].type in ('char', 'text'):
            found.append(contact[column])
    for row in tracked(contact, columns):
        found += [row.old_value_char, row.new_value_char]
    return {value for value in found if value and len(value) >= SHORTEST}


def texts_of(record, columns):
    """Give what a record shows."""
    texts = []
    for column in columns:
        if column in record._fields:
            texts.append(record[column])
    return texts


def delete(record, name):
    """Delete what hangs on a contact; a message takes the files along that came with it."""
    if name == 'mail.message':
        for file in record.attachment_ids:
            if file.res_model in (False, 'res.partner') and file.res_id in (0, record.res_id):
                file.unlink()
    record.exists().unlink()


def delete_shown(contact, values):
    """Delete what shows these values on the contact, a message with its attachments."""
    for name in HANGING:
        link, columns = HANGING[name]
        if name in contact.env and values:
            hanging = contact.env[name].search([(link, '=', 'res.partner'), ('res_id', '=', contact.id)])
            for record in hanging:
                if record.exists() and shows(texts_of(record, columns), values):
                    delete(record, name)


tags = system['ir.model.data'].search([('module', '=', 'binome_mentoring'), ('model', '=', 'res.partner.category')])
for contact in work['res.partner'].browse(sorted(asked)):
    known = [column for column in sorted(asked[contact.id]) if column in contact._fields]
    behind = system['res.partner'].browse(contact.id)
    delete_shown(behind, values_of(behind, known))
    rows_kept = tracked(behind, known)
    lines = rows_kept.mapped('mail_message_id')
    rows_kept.unlink()
    lines.filtered(lambda line: not line.tracking_value_ids and not line.body).unlink()
    emptied = {}
    for column in known:
        if contact[column] and contact._fields[column].type not in ('one2many', 'many2many'):
            emptied[column] = False
    if 'category_id' in known:
        emptied['category_id'] = [(3, tag) for tag in tags.mapped('res_id')]
    if emptied:
        contact.write(emptied)

results = []
for external_id, _columns in rows:
    bound = bindings.get(external_id)
    results.append(['pulled', bound[1]] if bound in alive else ['missing', False])
action = {'results': results}
