"""A withdrawn consent in a real Odoo: every table is searched for the value before the sync and after."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mappings.catalogue import BY_KIND
from mappings.known import DIRECTORY
from mappings.records import Key, Mentee, Mentor, Pair, Person, Record
from tests.property.strategies import key

from .client import OdooFault
from .ground import Ground

pytestmark = pytest.mark.odoo

CONTACT, CARD = "res.partner", "x_mentoring_card"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PASSWORD = "consent-tests-1"


def tables_with(ground: Ground, text: str) -> set[str]:
    """Name every table of Odoo's database in which this text stands."""
    question = f"""
SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM information_schema.tables
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (xpath('/row/c/text()', query_to_xml(
  format('SELECT count(*) AS c FROM %I t WHERE lower(t::text) LIKE %L', table_name, '%{text}%'),
  false, true, '')))[1]::text::int > 0
"""
    return set(ground.odoo.psql(question).split())


def confide(ground: Ground, contact: str, value: str) -> None:
    """Let staff put a value wherever a contact shows it: a message with a file, a queued mail, an activity."""
    odoo, record = ground.odoo, ground.staff.id_of(CONTACT, contact)
    content = base64.b64encode(f"fiche de {value}".encode()).decode()
    (file,) = odoo.execute("ir.attachment", "create", [
        {"name": f"{value}.txt", "res_model": CONTACT, "res_id": record, "datas": content},
    ])
    odoo.execute(CONTACT, "message_post", [record], body=f"Joindre {value}", subject=value, attachment_ids=[file],
                 message_type="comment", subtype_xmlid="mail.mt_note", email_from=f'"{value}" <x@example.org>')
    odoo.execute("mail.mail", "create", [{
        "subject": "Bonjour", "body_html": f"<p>{value}</p>", "model": CONTACT, "res_id": record, "email_to": value,
        "state": "outgoing",
    }])
    ground.staff.schedule(CONTACT, contact, "mail.mail_activity_data_call", f"Joindre {value}", "2027-01-01")


def people(number: int, **more: Any) -> tuple[dict[str, Key], list[Record]]:
    """Make a mentor who shares everything, a mentee, and their pair, which both let be known."""
    names = ("mentor", "mentee", "as_mentor", "as_mentee", "pair")
    k = {name: key(number * 100 + at) for at, name in enumerate(names, 1)}
    return k, [
        Person(key=k["mentor"], name=f"Anne {number}", share_email=True, share_phone=True, share_photo=True,
               share_expertise=True, **more),
        Person(key=k["mentee"], name="Tom"),
        Mentor(key=k["as_mentor"], person=k["mentor"], expertise=f"expertise{number}"),
        Mentee(key=k["as_mentee"], person=k["mentee"]),
        Pair(key=k["pair"], mentor=k["mentor"], mentee=k["mentee"], state="active", mentor_accepted=True,
             mentee_accepted=True, mentor_shares=True, mentee_shares=True),
    ]


@pytest.mark.parametrize(("field", "first", "value", "flag"), [
    ("email", "avant@{}.example.org", "anne@{}.example.org", "share_email"),
    ("phone", "+33 6 11 00 00 {:02}", "+33 6 12 34 56 {:02}", "share_phone"),
])
@pytest.mark.parametrize("side", ["register", "crm"])
def test_a_withdrawn_value_is_nowhere_but_on_the_card(
    ground: Ground, field: str, first: str, value: str, flag: str, side: str
) -> None:
    """Column, former values, message, file, queued mail and activity: one sync after, staff's card alone holds it."""
    number = ground.numbers(1)[0]
    first, value = first.format(number), value.format(number)
    k, made = people(number, **{field: first})
    contact, card = (BY_KIND[kind].external_id(k["mentor"]) for kind in ("person", "card"))
    with ground.open() as sides:
        sides.register.save(made)
        sides.cycle.run()
        ground.staff.write(CONTACT, contact, **{field: value})  # a tracked column: the chatter keeps both values
        sides.cycle.run()
        confide(ground, contact, value)
        held = {"res_partner", "mail_message", "mail_mail", "mail_activity", "mail_tracking_value", "ir_attachment"}
        assert tables_with(ground, value.lower()) >= held
        if side == "crm":
            ground.staff.write(CARD, card, **{f"x_{flag}": False})
        else:
            person = sides.register.get("person", k["mentor"])
            assert person is not None
            sides.register.save([person.model_copy(update={flag: False})])
        sides.cycle.run()
        assert tables_with(ground, value.lower()) == {"x_mentoring_card"}
        assert tables_with(ground, first.lower()) == set()
        assert sides.cycle.plan(full=True).plan.changes == []


def test_a_withdrawn_photo_leaves_its_files(ground: Ground) -> None:
    """The image and its smaller copies are gone from the contact's files, and stay while it is shared."""
    k, made = people(ground.numbers(1)[0])
    contact = BY_KIND["person"].external_id(k["mentor"])
    with ground.open() as sides:
        sides.register.save(made)
        sides.cycle.run()
        record = ground.staff.id_of(CONTACT, contact)
        ground.odoo.execute(CONTACT, "write", [record], {"image_1920": DOT})
        files = [("res_model", "=", CONTACT), ("res_id", "=", record), ("res_field", "like", "image_%")]

        def stored() -> list[str]:
            return [row["checksum"] for row in ground.odoo.execute("ir.attachment", "search_read", files, ["checksum"])]

        sides.cycle.run(full=True)
        assert stored()
        sides.register.save([made[0].model_copy(update={"share_photo": False})])
        sides.cycle.run()
        assert stored() == []


def test_the_directory_is_what_an_employee_may_know(ground: Ground) -> None:
    """An employee who signs in reads expertise and pair while they are shared, and nothing of them after."""
    number = ground.numbers(1)[0]
    k, made = people(number)
    login = f"consent-{number}"
    ground.odoo.create_user(login, PASSWORD, ("base.group_user",))
    session = ground.odoo.web_session(login, PASSWORD)

    def known() -> list[int]:
        counts = ("x_partner_id", "x_mentor_id")
        found = ground.staff.id_of(CONTACT, BY_KIND["person"].external_id(k["mentor"]))
        return [ground.odoo.call(session, entity.model, "search_count", [(column, "=", found)])
                for entity, column in zip(DIRECTORY, counts, strict=True)]

    with ground.open() as sides:
        sides.register.save(made)
        sides.cycle.run()
        assert known() == [1, 1]
        with pytest.raises(OdooFault, match="AccessError"):
            ground.odoo.call(session, DIRECTORY[0].model, "create", [{"x_expertise": "?"}])
        pair = BY_KIND["pair"].external_id(k["pair"])
        (admin,) = ground.odoo.execute("res.users", "search", [("login", "=", ground.odoo.login)])
        ground.staff.write("x_mentoring_pair", pair, x_private=True, x_coordinator_id=admin)
        sides.cycle.run()
        assert known() == [1, 0]
        ground.staff.write("x_mentoring_pair", pair, x_private=False)
        ground.staff.write(CARD, BY_KIND["card"].external_id(k["mentor"]), x_share_expertise=False)
        sides.cycle.run()
        assert known() == [0, 1]
        assert tables_with(ground, f"expertise{number}") == {"x_mentoring_profile"}
        ground.staff.write("x_mentoring_pair", pair, x_mentee_shares=False)
        sides.cycle.run()
        assert known() == [0, 0]
