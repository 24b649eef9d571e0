"""What is said about the show: slates, times, and changes made on site."""

WORDS = {
    "slate-held": ("พักคลิปนี้ไว้ตามคำสั่งหน้างาน ออกการ์ดแทน", "This clip is held by the team on site; its slate is shown."),
    "order-unreadable": (
        "อ่านไฟล์ลำดับ {0} ไม่ได้: {1} ใช้ลำดับเดิมไปก่อน โปรดแก้ไฟล์ หรือลบทิ้งเพื่อกลับไปใช้ลำดับตามกำหนดการ",
        "The order file {0} cannot be read: {1}. What it last said counts; correct it, or delete it to go back to the plan.",
    ),
    "order-unknown": (
        "ไฟล์ลำดับ {0} พูดถึง {1} ซึ่งไม่มีในรายการ จึงไม่มีผล โปรดตรวจตัวสะกด",
        "The order file {0} names {1}, which is not in the show; it changes nothing. Check the spelling.",
    ),
    "order-no-slate": (
        "พัก {0} ไว้แล้ว แต่ยังไม่มีการ์ดแทน จึงข้ามไปก่อน การ์ดจะมาในการทำงานรอบถัดไป",
        "{0} is held, but there is no slate yet, so it is left out; the slate comes with the next run.",
    ),
    "start-unreadable": (
        "อ่านเวลาเริ่ม {0} ไม่ได้ โปรดพิมพ์ now หรือวันและเวลา เช่น 2022-09-27T09:00",
        "The start {0} cannot be read. Type now, or a date and time such as 2022-09-27T09:00.",
    ),
    "session-overruns": (
        "ช่วง {0} ยาวเกินกำหนด {1} (กำหนดจบ {2} น.) โปรดตัดคลิป เลื่อนกำหนด หรือข้ามบางรายการ",
        "The session {0} is {1} too long (it should end at {2}). Shorten a clip, move the end, or skip an entry.",
    ),
    "session-idle": (
        "หลังช่วง {0} มีเวลาว่าง {1} (รายการหมดเวลา {2} น.) ระหว่างนั้นช่องสดจะออกการ์ดคั่น",
        "After the session {0} there is nothing for {1} (it is over at {2}); the live channel shows a card meanwhile.",
    ),
    "session-clash": (
        "ช่วง {0} ยังไม่จบเมื่อช่วง {1} ต้องเริ่มในห้องเดียวกัน ทับกัน {2} ช่วงหลังจะเริ่มช้า",
        "The session {0} is not over when {1} should start in the same room; they overlap by {2} and the later one is late.",
    ),
    "countdown-off": (
        "การ์ดนับถอยหลัง {0} บอกว่าเริ่ม {1} น. แต่ตามลำดับจะนับถึงศูนย์เวลา {2} น. โปรดแก้ starts_at ของการ์ดหรือของช่วง",
        "The countdown {0} says {1} but reaches zero at {2}. Correct starts_at of the card or of the session.",
    ),
    "no-such-list": (
        "ไม่มีรายการชื่อ {0} รายการที่มีคือ {1}",
        "There is no list {0}. There are: {1}.",
    ),
}
