"""The tiles of the home that coordinators see first: their sections and words, in the order they are shown."""

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "pairs": ("Pairs by state", "Binômes par état"), "to_do": ("To follow up", "À suivre"),
    "year": ("This year", "Cette année"),
})

TILES_OF: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType({
    "pairs": {
        "proposed": ("Proposed", "Proposés"), "accepted": ("Accepted", "Acceptés"),
        "charter_pending": ("Charter to sign", "Charte à signer"), "active": ("Active", "Actifs"),
        "paused": ("Paused", "En pause"),
    },
    "to_do": {
        "charters": ("Charters waiting for a signature", "Chartes en attente de signature"),
        "overdue": ("Meetings overdue", "Rencontres en retard"),
        "to_confirm": ("Meetings to confirm", "Rencontres à confirmer"),
        "stays": ("Stays ending within 90 days", "Hébergements finissant sous 90 jours"),
        "declared": ("Hours to confirm", "Heures à confirmer"),
    },
    "year": {
        "hours": ("Volunteer hours confirmed", "Heures bénévoles confirmées"),
        "held": ("Meetings held", "Rencontres tenues"),
        "ended": ("Pairs ended", "Binômes terminés"),
    },
})

TILES: Mapping[str, tuple[str, str]] = MappingProxyType({
    tile: words for tiles in TILES_OF.values() for tile, words in tiles.items()
})
