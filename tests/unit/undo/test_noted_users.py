"""How the recorded users of a run are read: from any record on, and never one for another."""

from __future__ import annotations

import pytest

from cognito_drop.core.undo.noted_users import IdsDamagedError, NotedUser, noted_users

SUB = "11111111-2222-3333-4444-55555555555{}"
HEADER = b"line,old_id,username,sub\n"
FILE = (
    HEADER
    + f"2,old,maria,{SUB.format(0)}\n".encode()
    + f'3,"a\n""b""\r,c","zo\u00eb, the\nfirst",{SUB.format(1)}\n'.encode()
    + b"5,,jose,\n"
    + b'7,,eve,x" or sub ^= "\n'
)
USERS = [
    NotedUser(2, "maria", SUB.format(0)), NotedUser(3, "zo\u00eb, the\nfirst", SUB.format(1)), NotedUser(5, "jose", ""),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_users_are_read_from_any_record_on(size: int) -> None:
    """Whatever blocks the file comes in; values with line breaks, quotation marks, and separators."""
    file = FILE[: FILE.index(b"7,")]
    read = list(noted_users(_blocks(file, size), 0))
    assert [user for _, user in read] == USERS
    for number, (end, _) in enumerate(read, 1):
        assert [user for _, user in noted_users(_blocks(file[end:], size), end)] == USERS[number:]


@pytest.mark.parametrize(
    "file",
    [
        b"line,old_id,sub,username\n2,,maria,x\n",
        HEADER + b"2,,maria\n",
        HEADER + b"two,,maria,\n",
        HEADER + b"2,,maria,\xff\n",
        HEADER + b"2,,maria,",
        HEADER + b'2,,"maria,\n',
        b"\n" + HEADER,
    ],
)
def test_damaged_file_is_an_error(file: bytes) -> None:
    """No user is deleted by what cannot be read."""
    with pytest.raises(IdsDamagedError) as caught:
        list(noted_users([file], 0))
    assert "maria" not in str(caught.value)


@pytest.mark.parametrize("sub", ['x"', "maria", SUB.format(""), SUB.format("00"), SUB.format("g")])
def test_only_the_form_of_a_sub_is_searched_for(sub: str) -> None:
    """A filter is made of it."""
    quoted = sub.replace('"', '""')
    ((_, user),) = noted_users([HEADER + f'2,,maria,"{quoted}"\n'.encode()], 0)
    assert user.sub == ""


def _blocks(file: bytes, size: int) -> list[bytes]:
    return [file[start : start + size] for start in range(0, len(file), size)]
