# ruff: noqa: F821, INP001
# mypy: ignore-errors
#
# Create or compare-and-set up to 500 records of one model, in this one transaction, with the caller's own rights.
#
# In:  env.context['binome_apply'] = {'model': name, 'rows': [[external_id, expected, values], ...]}
#      expected  None: create.  Else {column: the raw value that the caller last read}; a column that differs now
#                makes the row stale. Links compare by id, many2many as sets, archived targets counted.
#      values    {column: scalar | external id or False (many2one)
#                         | {'set': [...]} or {'link': [...], 'unlink': [...]} of external ids (many2many)}
# Out: action = {'results': [[status, id or False, columns?], ...]}, in the order of the rows:
#      created   written, and bound to the external id
#      existing  create asked, external id already bound to a live record: nothing written (a resend is harmless)
#      updated   every expected value still held; written
#      stale     an expected value changed meanwhile, or the record already has a row in this batch: nothing written
#      missing   update asked, but the external id is unbound, or its record is gone
#      foreign   the external id is bound to a record of another model
#      dangling  a link names an unknown external id: nothing written for that row; columns names the links
model_name, rows, work = request_of('binome_apply')
if model_name not in MODELS:
    refuse(model_name)
target = work[model_name]
columns = {column for row in rows for part in (row[1], row[2]) for column in part or {}}
unknown = sorted(columns - set(target._fields))
if unknown:
    raise UserError('Binôme: %s has no column %s' % (model_name, ', '.join(unknown)))
kinds = {column: target._fields[column].type for column in columns}
comodels = {column: target._fields[column].comodel_name for column in columns if '2' in kinds[column]}


def targets_of(value):
    """List the external ids that the wire value of a link names."""
    if isinstance(value, str):
        return [value]
    listed = []
    if isinstance(value, dict):
        for verb in value:
            listed += value[verb]
    return listed


def comparable(column, value):
    """Give a value, read here or sent by the caller, one form for both."""
    kind = kinds[column]
    if kind == 'many2one' and isinstance(value, (list, tuple)):
        return value[0] if value else False
    if kind.endswith('2many'):
        return sorted(value or [])
    if kind == 'date' and value and not isinstance(value, str):
        return value.strftime('%Y-%m-%d')
    if kind == 'datetime' and value and not isinstance(value, str):
        return value.strftime('%Y-%m-%d %H:%M:%S')
    return value or False


def known(external_ids, comodel):
    """Give the id of each live record of that model, False for the others."""
    ids = []
    for external_id in external_ids:
        bound = bindings.get(external_id)
        ids.append(bound[1] if bound in alive and bound[0] == comodel else False)
    return ids


def commands(value, comodel):
    """Turn the wire value of a many2many into Odoo's commands; None where it adds an unknown link."""
    written = []
    for verb in value:
        ids = known(value[verb], comodel)
        if verb == 'unlink':
            written += [(3, res_id) for res_id in ids if res_id]
        elif not all(ids):
            return None
        elif verb == 'set':
            written.append((6, 0, ids))
        else:
            written += [(4, res_id) for res_id in ids]
    return written


def resolved(values):
    """Turn wire values into what Odoo writes; the second part names the columns with an unknown link."""
    ready, dangling = {}, []
    for column in values:
        ready[column] = False if values[column] is None else values[column]
        if column in comodels and isinstance(values[column], str):
            ready[column] = known([values[column]], comodels[column])[0] or None
        elif column in comodels and isinstance(values[column], dict):
            ready[column] = commands(values[column], comodels[column])
        if column in comodels and ready[column] is None:
            dangling.append(column)
    return ready, dangling


def still_holds(expected, current):
    """Tell whether every column reads as the caller last saw it."""
    for column in expected:
        if comparable(column, expected[column]) != comparable(column, current[column]):
            return False
    return True


bindings = bindings_of(work, {row[0] for row in rows} | {
    external_id for row in rows for column in row[2] if column in comodels for external_id in targets_of(row[2][column])
})
alive = alive_of(work, set(bindings.values()))

asked = [bindings[row[0]][1] for row in rows if row[1] is not None
         and bindings.get(row[0]) in alive and bindings[row[0]][0] == model_name]
compared = sorted({column for row in rows for column in row[1] or {}})
before = {record['id']: record for record in target.browse(asked).read(['id', *compared], load='')} if asked else {}

results, creates, updates, taken = [], {}, {}, set()
for external_id, expected, values in rows:
    bound = bindings.get(external_id)
    if bound and bound[0] != model_name:
        results.append(['foreign', False])
    elif expected is None and (bound in alive or external_id in creates):
        results.append(['existing', bound[1] if bound in alive else False])
    elif expected is not None and bound not in alive:
        results.append(['missing', False])
    elif expected is not None and (bound[1] in taken or not still_holds(expected, before[bound[1]])):
        results.append(['stale', bound[1]])
    else:
        ready, dangling = resolved(values)
        if dangling:
            results.append(['dangling', bound[1] if bound in alive else False, dangling])
        elif expected is None:
            creates[external_id] = ready
            results.append(['created', False])
        else:
            updates[bound[1]] = ready
            taken.add(bound[1])
            results.append(['updated', bound[1]])

if creates:
    # As Odoo's own import creates: the records and their external ids in one go (docs/adr/0014).
    made = target._load_records([
        {'xml_id': ours(external_id), 'noupdate': True, 'values': creates[external_id]} for external_id in creates
    ])
    created = dict(zip(creates, made.ids))
    for row, result in zip(rows, results):
        if result[0] in ('created', 'existing') and not result[1]:
            result[1] = created[row[0]]

# Equal values go in one write; the rest share one prefetch: browsing id by id reads each record on its own.
groups = {}
for record in target.browse(list(updates)):
    groups.setdefault(repr(sorted(updates[record.id].items())), []).append(record.id)
everything = target.browse(list(updates))
for ids in groups.values():
    if updates[ids[0]]:
        everything.browse(ids).with_prefetch(everything.ids).write(updates[ids[0]])

action = {'results': results}
