"""Words of the operator page."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "air-no-show": (
        "ยังไม่มีรายการออกอากาศ ให้สั่ง showcase run ก่อน แล้วหน้านี้จะขึ้นเอง",
        "There is no show yet. Start showcase run; this page then fills by itself.",
    ),
    "air-unknown-key": (
        "ไม่มี {0} ในรายการแล้ว จึงไม่ได้เปลี่ยนอะไร ให้ดูรายการล่าสุดแล้วลองอีกครั้ง",
        "{0} is no longer in the show, and nothing was changed. Look at the latest order and try again.",
    ),
    "air-only-clips": (
        "พักได้เฉพาะคลิป {0} ไม่ใช่คลิป จึงไม่ได้เปลี่ยนอะไร ถ้าไม่ต้องการให้ออก ให้กดข้าม",
        "Only clips can be held and {0} is none, so nothing was changed. To leave it out, skip it.",
    ),
    "air-only-fills": (
        "{0} ตรงนี้เป็นเพียงรายการคั่นเวลาที่ระบบใส่ให้เอง จึงพัก ข้าม หรือย้ายไม่ได้ และไม่ได้เปลี่ยนอะไร ถ้าไม่ต้องการ ให้แก้ fills_with ในไฟล์งาน",
        "Here {0} only fills time until the session's end. It cannot be held, skipped or moved, and nothing was changed. To have none, change fills_with in the event file.",
    ),
    "air-give-token": (
        "ดูได้ทุกอย่าง ถ้าจะเปลี่ยนรายการ ให้ใส่รหัสก่อน ขอได้จากผู้ที่เปิดเซิร์ฟเวอร์",
        "You can see everything. To change the show, enter the token first; whoever started the server has it.",
    ),
    "air-order-changed": (
        "มีคนเปลี่ยนลำดับไปก่อนหน้านี้ จึงยังไม่ได้ทำตามคำสั่งของคุณ ให้ดูลำดับใหม่แล้วกดอีกครั้งถ้ายังต้องการ",
        "Somebody changed the order just before you, so yours was not done. Look at the new order and press again if you still want it.",
    ),
    "air-not-delivered": (
        "จดคำสั่งไว้แล้ว แต่ยังปรับรายการไม่สำเร็จ: {0} จะมีผลในการทำงานรอบถัดไป",
        "Your change is noted, but the show could not be made anew: {0}. It takes effect with the next run.",
    ),
}
