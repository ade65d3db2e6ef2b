"""Names of files that would do harm where they are shown unchanged, each with what it tries."""

from __future__ import annotations

NASTY = {
    "line breaks": "users\r\nBcc: everybody@example.com\r\n\r\nhello.csv",
    "unicode line breaks": "users\u2028next\u2029paragraph\x85line.csv",
    "control characters": "\x00\x07\x1b[31mred\x7f\x9b.csv",
    "right to left override": "users\u202egpj.csv",
    "isolates": "\u2066\u2067\u2068users\u2069.csv",
    "direction marks": "\u200e\u200f\u061cusers.csv",
    "zero width": "us\u200be\u200cr\u200ds\u2060\ufeff.csv",
    "soft hyphen": "us\u00aders.csv",
    "tags": "users\U000e0041\U000e007f.csv",
    "fillers": "users\u3164\u115f\uffa0\u2800.csv",
    "towers of marks": "u" + "\u0301" * 50 + "sers.csv",
    "private use": "users\ue000\U0010fffd.csv",
    "not a character": "users\uffff\ufdd0.csv",
    "markup": '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;.csv',
    "quotes": 'it\'s "quoted" `backticks` $(id) ${HOME}.csv',
    "link": "<a href='https://example.com'>[x](https://example.com).csv",
    "percent and plus": "100%25 a+b&c=d#e?f.csv",
    "backslashes": "..\\..\\users\\u0000.csv",
    "template": "<run_id> {{outcome}} %s $.file.csv",
    "leading dash": "-rf.csv",
    "blanks only": "   ",
    "right to left letters": "משתמשים 123.csv",
    "other scripts": "顧客-ñame-Отчёт-🙂.csv",
    "very long": "x" * 900 + ".csv",
    "very long, three bytes each": "顧" * 330 + ".csv",
}
"""S3 takes each of them as the last part of a key: UTF-8, 1,024 bytes in all."""
