"""Words about packaging for HLS."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "hls-format": (
        "ไฟล์ออกอากาศ {0} ทำเป็น HLS ไม่ได้ เพราะ{1} เป็นความผิดของระบบ ไม่ใช่ของไฟล์ที่ส่งมา โปรดแจ้งผู้ดูแลระบบ",
        "{0} cannot be packaged for HLS: {1}. This is a mistake of Showcase, not of the file that was sent; please report it",
    ),
}
