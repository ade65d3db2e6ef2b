"""Which instances of EC2 a region offers is read when it is asked for.

moto 5.2.5 keeps the lists of all regions, 300,000 texts in 50 MB, from the moment that CloudFormation is imported.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import instance_types
from moto.utilities.utils import load_resource


class Offerings(dict[str, list[dict[str, str]]]):
    """The lists of one kind of location, by region; in the place of moto's dict, of which it asks no more than this."""

    def __init__(self, location_type: str, regions: frozenset[str]) -> None:
        super().__init__()
        self._location_type, self._regions = location_type, regions

    def __missing__(self, region: str) -> list[dict[str, str]]:
        """Read the list, as moto does, and keep it."""
        if region not in self._regions:
            raise KeyError(region)
        read = load_resource(f"ec2/resources/instance_type_offerings/{self._location_type}/{region}.json")
        self[region] = [{**offered, "LocationType": self._location_type} for offered in read]
        return self[region]

    def get(self, region: str, default: Any = None) -> Any:  # noqa: ANN401  (dict's signature)
        """Likewise."""
        return self[region] if region in self._regions else default


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    kinds: Any = instance_types.INSTANCE_TYPE_OFFERINGS
    for kind, regions in list(kinds.items()):
        if not isinstance(regions, Offerings):
            kinds[kind] = Offerings(kind, frozenset(regions))
