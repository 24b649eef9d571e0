"""Made-up names of organisations, built from real words; the same ones every time."""

from __future__ import annotations

import random

SEED = 2565
KINDS = (
    *("มูลนิธิ", "สมาคม", "ศูนย์", "เครือข่าย", "กลุ่ม", "วิสาหกิจชุมชน", "สหกรณ์", "องค์การบริหารส่วนตำบล", "ชมรม"),
    *("วิทยาลัย", "โรงพยาบาลส่งเสริมสุขภาพตำบล", "สภาเด็กและเยาวชน", "กองทุน", "สถาบัน", "คณะทำงาน", "ภาคี"),
)
WORK = (
    *("อนุรักษ์", "พัฒนา", "ฟื้นฟู", "ส่งเสริม", "เรียนรู้", "คุ้มครอง", "จัดการ", "เฝ้าระวัง", "สืบสาน", "ขับเคลื่อน"),
    *("แปรรูป", "ช่วยเหลือ", "ป้องกัน", "ต่อต้าน", "ปกป้อง"),
)
THINGS = (
    *("ป่าชายเลน", "ทะเลสาบ", "ผู้สูงอายุ", "ผู้ใหญ่บ้าน", "เด็กปฐมวัย", "น้ำสะอาด", "ที่ดินทำกิน", "เมืองเก่า", "ปูม้า"),
    *("เกษตรอินทรีย์", "ข้าวพื้นเมือง", "การท่องเที่ยว", "สื่อสร้างสรรค์", "ภูมิปัญญา", "สิ่งแวดล้อม", "คนพิการ", "ผู้หญิง"),
    *("ประมงพื้นบ้าน", "ญี่ปุ่นศึกษา", "เศรษฐกิจฐานราก", "ศิลปะมโนราห์", "ฟ้าใส", "กู้ภัย", "กีฬา", "ผ้าทอ"),
)
LINKS = ("และ", "เพื่อ", "เพื่อการ", "ด้าน", " ", " เพื่อ", "แห่ง")
PLACES = ("สงขลา", "สทิงพระ", "ระโนด", "กระแสสินธุ์", "สะเดา", "จะนะ", "เทพา", "สะบ้าย้อย", "ควนเนียง", "หาดใหญ่", "ท่าช้าง")
TAILS = (
    *(
        "",
        "",
        "",
        " จำกัด",
        " (สช.)",
        " รุ่น 12",
        " 4.0",
        " SME",
        " ปี 2565",
        " ม.อ.",
        " พ.ศ. ๒๕๖๕",
        " “รวมใจ”",
        " & Friends",
    ),
    *(" Young Smart Farmer", " 🌊", " 🌱💧", " 👨‍👩‍👧", " ❤️", " 🇹🇭", " No.1", " Café", " สสส.", " ฯลฯ", "/NGO", " ๆ"),
)


def made_names(count: int = 200) -> tuple[str, ...]:
    """Return ``count`` different names of up to about 120 characters, the shortest ones of two words."""
    dice = random.Random(SEED)  # noqa: S311 - names, not secrets
    names: dict[str, None] = {}
    while len(names) < count:
        name = dice.choice(KINDS)
        for _ in range(dice.randint(1, 6)):
            name += dice.choice(("", "", dice.choice(LINKS))) + dice.choice(WORK) + dice.choice(THINGS)
        name += dice.choice(("", "จังหวัด", "อำเภอ", " ตำบล")) + dice.choice(PLACES) + dice.choice(TAILS)
        if len(name) <= 120:
            names[name] = None
    return tuple(names)
