"""`make strings`: writes the snapshot of user-visible strings again."""

from tests.unit.strings.collection import write

write()
