# ruff: noqa: F821, INP001, PLR2004
# mypy: ignore-errors
#
# Shared head of Binôme's batch actions. build.py puts it, after the line `MODELS = [...]`, before each of them.
#
# The code runs inside Odoo's safe_eval: no import, no docstring of the whole, no `with`, no attribute assignment,
# and no closure (so a comprehension in a function may use that function's arguments only as its first iterable).
LIMIT = 500


def request_of(key):
    """Give the batch of this call and an environment without it: a payload left in the context makes writes crawl."""
    batch = env.context.get(key) or {}
    rows = batch.get('rows') or []
    if len(rows) > LIMIT:
        raise UserError('Binôme: a batch holds at most %s rows' % LIMIT)
    quiet = dict(env.context, active_test=False)
    quiet.pop(key, None)
    return batch.get('model'), rows, env(context=quiet)


def refuse(model_name):
    """Stop a call that names a model which the catalogue does not."""
    raise UserError('Binôme: this model is not open to batches: %s' % model_name)


def bindings_of(work, external_ids):
    """Look all external ids up with one search: external id -> (model, id), of records that are gone too."""
    names = {}
    for external_id in external_ids:
        module, _dot, name = external_id.partition('.')
        names.setdefault(module, []).append(name)
    domain = ['|'] * (len(names) - 1)
    for module in names:
        domain += ['&', ('module', '=', module), ('name', 'in', names[module])]
    found = work['ir.model.data'].sudo().search_read(domain, ['module', 'name', 'model', 'res_id']) if names else []
    return {'%s.%s' % (row['module'], row['name']): (row['model'], row['res_id']) for row in found}


def alive_of(work, keys):
    """Keep the (model, id) keys whose record still exists: one query a model. Archived records exist."""
    ids = {}
    for model_name, res_id in keys:
        ids.setdefault(model_name, []).append(res_id)
    alive = []
    for model_name in ids:
        if model_name in work:
            for res_id in work[model_name].browse(ids[model_name]).exists().ids:
                alive.append((model_name, res_id))
    return set(alive)


def ours(external_id):
    """Give an external id back if it is of ours; stop the call if it is not."""
    module, _dot, name = external_id.partition('.')
    if module != 'binome' or not name:
        raise UserError('Binôme: not an external id of ours: %s' % external_id)
    return external_id


def bind(work, model_name, pairs, bindings):
    """Give records their external ids in one create; bindings that led to records now gone make way."""
    rows, dead = [], []
    for external_id, res_id in pairs:
        module, _dot, name = ours(external_id).partition('.')
        rows.append({'module': module, 'name': name, 'model': model_name, 'res_id': res_id, 'noupdate': True})
        if external_id in bindings:
            dead.append(name)
    data = work['ir.model.data'].sudo()
    if dead:
        data.search([('module', '=', 'binome'), ('name', 'in', dead)]).unlink()
    data.create(rows)
