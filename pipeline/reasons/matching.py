"""What people are told about which file belongs to whom."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "no-partner": (
        "ไม่ทราบว่าเป็นคลิปของหน่วยงานใด โปรดตั้งชื่อไฟล์ขึ้นต้นด้วยลำดับ เช่น 07-ชื่อหน่วยงาน.mp4",
        "It is not clear whose clip this is. Start the file name with the roster number, such as 07-name.mp4.",
    ),
    "two-partners": (
        "ชื่อไฟล์ตรงกับมากกว่าหนึ่งหน่วยงาน ({0}) โปรดตั้งชื่อไฟล์ขึ้นต้นด้วยลำดับ เช่น 07-ชื่อหน่วยงาน.mp4",
        "The name fits more than one partner ({0}). Start the file name with the roster number, such as 07-name.mp4.",
    ),
    "superseded": (
        "มีคลิปใหม่กว่าของหน่วยงานเดียวกัน ({0}) จึงไม่ใช้คลิปนี้",
        "A newer clip of the same partner ({0}) is used instead of this one.",
    ),
    "duplicate": (
        "เนื้อหาเหมือนกับไฟล์ {0} ทุกประการ จึงทำเพียงครั้งเดียว",
        "The content is exactly that of {0}, so it is made only once.",
    ),
    "captions-without-clip": (
        "ไม่มีคลิปชื่อเดียวกันกับไฟล์คำบรรยายนี้ โปรดตั้งชื่อให้ตรงกับคลิป เช่น clip.mp4 กับ clip.srt",
        "No clip has the same name as these captions. Name them like the clip: clip.mp4 and clip.srt.",
    ),
    "captions-not-chosen": (
        "คลิปนี้มีคำบรรยายมากกว่าหนึ่งไฟล์ ใช้ {0} แทนไฟล์นี้",
        "The clip has more than one caption file; {0} is used instead of this one.",
    ),
    "sidecar-without-file": (
        "ไม่มีไฟล์ชื่อ {0} ให้ไฟล์ข้อมูลนี้ใช้ร่วม",
        "There is no file named {0} for this sidecar.",
    ),
    "sidecar-broken": (
        "ไฟล์ข้อมูลนี้อ่านไม่ได้: {0}",
        "This sidecar cannot be read: {0}",
    ),
    "unknown-file": (
        "ไฟล์ชนิดนี้ไม่ใช่คลิป ภาพถ่าย หรือคำบรรยาย จึงไม่ได้ใช้",
        "This is neither a clip, a photo nor captions, so it is not used.",
    ),
    "unreadable": (
        "เปิดไฟล์ไม่ได้ ({0}) โปรดตรวจสิทธิ์การอ่านไฟล์ แล้วส่งใหม่",
        "The file cannot be opened ({0}). Check its permissions, then send it again.",
    ),
    "outside-link": (
        "ไฟล์นี้เป็นทางลัดที่ชี้ออกนอกโฟลเดอร์ จึงไม่เปิด โปรดวางไฟล์จริงแทน",
        "This is a link that points out of the folder, so it is not opened. Put the real file here instead.",
    ),
    "slate-missing": (
        "ยังไม่ได้รับคลิป จึงใช้ภาพคั่นแทน",
        "The clip has not arrived; a slate stands in for it.",
    ),
    "slate-refused": (
        "คลิปที่ส่งมาใช้ไม่ได้ จึงใช้ภาพคั่นแทน",
        "The clip that was sent cannot be used; a slate stands in for it.",
    ),
    "bad-name": (
        "ชื่อไฟล์นี้เขียนด้วยรหัสอักขระที่ไม่ใช่ UTF-8 โปรดเปลี่ยนชื่อไฟล์",
        "The file's name is not UTF-8. Rename the file.",
    ),
    "duplicate-content": (
        "เนื้อหาเหมือนกับคลิปของหน่วยงานอื่น ({0}) โปรดตรวจว่าส่งถูกไฟล์",
        "The content is exactly that of another partner's clip ({0}). Check that the right file was sent.",
    ),
}
