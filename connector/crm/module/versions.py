"""Write the hand-made files, which speak Odoo 19, in the dialect of an older major version."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ET
from typing import Final

NEWEST: Final = 19
SUPPORTED: Final = (17, 18, 19)
_GROUPED = ("ir.ui.view", "ir.ui.menu", "ir.actions.act_window", "ir.actions.server")


def in_dialect(root: ET.Element, version: int) -> ET.Element:
    """Give a copy of a data file as ``version`` understands it."""
    root = copy.deepcopy(root)
    if version < 19:  # a version number names itself
        _without_privileges(root)
        _old_names_of_groups(root)
        _keep_done(root)
    if version < 18:
        for record in root.iter("record"):
            _without_key_duration(record)
            _list_as_tree(record)
        for view in root.iter("kanban"):
            _card_as_box(view)
        for form in root.iter("form"):
            _chatter_as_fields(form)
    return root


def _without_privileges(root: ET.Element) -> None:
    """Before 19 a group sits in its category directly."""
    category = {}
    for record in root.findall("record[@model='res.groups.privilege']"):
        category[record.get("id")] = record.find("field[@name='category_id']").get("ref")  # type: ignore[union-attr]
        root.remove(record)
    for field in root.iterfind("record[@model='res.groups']/field[@name='privilege_id']"):
        field.attrib.update(name="category_id", ref=category[field.get("ref")] or "")
    for record in root.findall("record[@model='res.groups']"):
        for field in record.findall("field[@name='sequence']"):
            record.remove(field)


def _old_names_of_groups(root: ET.Element) -> None:
    for model in _GROUPED:
        for field in root.iterfind(f"record[@model='{model}']/field[@name='group_ids']"):
            field.set("name", "groups_id")


def _keep_done(root: ET.Element) -> None:
    """Before 19 an activity that is done is deleted, unless its type says otherwise; 19 keeps all."""
    for record in root.iterfind("record[@model='mail.activity.type']"):
        ET.SubElement(record, "field", name="keep_done", eval="True")


def _without_key_duration(record: ET.Element) -> None:
    for field in record.findall("field[@name='api_key_duration']"):
        record.remove(field)


def _list_as_tree(record: ET.Element) -> None:
    for element in record.iter("list"):
        element.tag = "tree"
    for field in record.iterfind("field[@name='view_mode']"):
        field.text = (field.text or "").replace("list", "tree")


def _card_as_box(kanban: ET.Element) -> None:
    """Before 18 the template of a card has another name and draws its own frame."""
    for template in kanban.iterfind("templates/t[@t-name='card']"):
        template.set("t-name", "kanban-box")
        frame = ET.Element("div", {"class": "oe_kanban_global_click"})
        frame.extend(list(template))
        for child in list(template):
            template.remove(child)
        template.append(frame)


def _chatter_as_fields(form: ET.Element) -> None:
    for element in form.iter("chatter"):
        element.tag = "div"
        element.set("class", "oe_chatter")
        for name in ("message_follower_ids", "activity_ids", "message_ids"):
            ET.SubElement(element, "field", name=name)
