"""What people are told about chapters."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "chapters-few": (
        "รายการนี้แบ่งเป็นช่วงบน YouTube ไม่ได้ เพราะต้องมีอย่างน้อย {0} ช่วง ช่วงละ {1} วินาทีขึ้นไป",
        "This list has no chapters on YouTube: it takes at least {0}, of {1} s or more each.",
    ),
    "chapters-skipped": (
        "ส่วนที่สั้นกว่า {0} วินาทีไม่มีบรรทัดของตัวเอง เพราะ YouTube ไม่รับช่วงที่สั้นเท่านี้: {1}",
        "What is shorter than {0} s has no line of its own, as YouTube takes no chapter so short: {1}",
    ),
}
