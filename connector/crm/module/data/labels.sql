-- Odoo translates the fields that come with chatter and activities ("Activities", "Created on") for its own models
-- alone. Contacts have the same fields, and theirs are translated: where the English is the same, ours take their words.
-- By SQL, since Odoo would set its models up anew for each of the 300 labels written one by one.
UPDATE ir_model_fields AS ours
   SET field_description = theirs.field_description || ours.field_description
  FROM ir_model_fields AS theirs
 WHERE ours.model LIKE 'x\_mentoring\_%' AND ours.state = 'base'
   AND theirs.model = 'res.partner' AND theirs.name = ours.name
   AND theirs.field_description ->> 'en_US' = ours.field_description ->> 'en_US';

UPDATE ir_model_fields AS ours
   SET help = theirs.help || ours.help
  FROM ir_model_fields AS theirs
 WHERE ours.model LIKE 'x\_mentoring\_%' AND ours.state = 'base'
   AND theirs.model = 'res.partner' AND theirs.name = ours.name
   AND theirs.help ->> 'en_US' = ours.help ->> 'en_US';

UPDATE ir_model_fields_selection AS ours
   SET name = theirs.name || ours.name
  FROM ir_model_fields AS our_field, ir_model_fields AS their_field, ir_model_fields_selection AS theirs
 WHERE our_field.id = ours.field_id AND our_field.model LIKE 'x\_mentoring\_%' AND our_field.state = 'base'
   AND their_field.id = theirs.field_id AND their_field.model = 'res.partner' AND their_field.name = our_field.name
   AND theirs.value = ours.value AND theirs.name ->> 'en_US' = ours.name ->> 'en_US';
