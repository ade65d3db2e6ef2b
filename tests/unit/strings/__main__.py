"""`make strings`: writes the snapshots of user-visible strings, and of the answers of checks, again."""

from tests.unit.answers import snapshot
from tests.unit.strings.collection import write

write()
snapshot.write()
