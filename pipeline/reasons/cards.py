"""What is wrong with a card as it would be drawn: said by the preview, before anything goes on air."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "still-left-out": (
        "ไม่มีภาพ {0} สำหรับโพสต์: {1}",
        "There is no {0} for posts: {2}",
    ),
    "card-overflow": (
        "ข้อความ “{0}” ล้นขอบปลอดภัยของภาพแบบ {1} · ย่อข้อความในไฟล์งาน",
        "“{0}” reaches beyond the safe area of the {1} picture. Shorten it in the event file.",
    ),
    "card-collision": (
        "ข้อความ “{0}” ชนกับ “{1}” · ย่อข้อความใดข้อความหนึ่งในไฟล์งาน",
        "“{0}” touches “{1}”. Shorten one of them in the event file.",
    ),
    "card-glyph": (
        "ข้อความ “{0}” มีอักขระที่แบบอักษรทุกตัวไม่มี: {1} · พิมพ์ด้วยอักขระอื่น",
        "“{0}” has characters that no installed face has: {1}. Write it with others.",
    ),
    "card-contrast": (
        "ข้อความ “{0}” อ่านยาก สีต่างจากพื้นเพียง {1} : 1 ต้องได้อย่างน้อย 4.5 : 1 · เปลี่ยนสีในไฟล์รูปแบบหรือสีของประเด็น",
        "“{0}” is hard to read: its colour differs from the ground by {1} : 1 only, it takes 4.5 : 1. Change the colours of the style or of the theme.",
    ),
}  # fmt: skip
