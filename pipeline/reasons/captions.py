"""What people are told about captions."""

from __future__ import annotations

REMARKS = frozenset(
    {"captions-tags", "captions-run-on", "captions-fast", "captions-brief", "captions-ended", "captions-together"}
)
"""Of how captions are paced: nothing is wrong with the file, and machine-made captions are often so."""
WORDS: dict[str, tuple[str, str]] = {
    # Refused: there is nothing to show.
    "captions-empty": (
        "ไฟล์คำบรรยายว่างเปล่า โปรดส่งไฟล์ใหม่",
        "The caption file is empty. Send it again.",
    ),
    "captions-too-big": (
        "ไฟล์คำบรรยายใหญ่เกินไป ({0} MB รับได้ไม่เกิน {1} MB) โปรดตรวจว่าเป็นไฟล์คำบรรยายจริง",
        "The caption file is too big ({0} MB; at most {1} MB). Check that it really holds captions.",
    ),
    "captions-encoding": (
        "อ่านตัวอักษรในไฟล์คำบรรยายไม่ออก โปรดเปิดในโปรแกรมที่ใช้ทำ แล้วบันทึกใหม่เป็น UTF-8",
        "The letters in the caption file cannot be read. Open it where it was made and save it again as UTF-8.",
    ),
    "captions-mojibake": (
        "ตัวอักษรในไฟล์คำบรรยายเสียไปแล้ว (เช่น เธชเธง หรือ ???) โปรดส่งไฟล์ต้นฉบับ โดยบันทึกเป็น UTF-8",
        "The letters in the caption file are already garbled (such as เธชเธง or ???). Send the original, saved as UTF-8.",
    ),
    "captions-format": (
        "ไฟล์คำบรรยายเป็นแบบ {0} ซึ่งยังใช้ไม่ได้ โปรดส่งเป็น .srt หรือ .vtt",
        "The captions are {0}, which cannot be used. Send them as .srt or .vtt.",
    ),
    "captions-no-header": (
        "ไฟล์ .vtt นี้ไม่ได้ขึ้นต้นด้วยบรรทัด WEBVTT โปรดเติมบรรทัดนั้น หรือเปลี่ยนนามสกุลเป็น .srt",
        "This .vtt file does not start with the line WEBVTT. Add it, or rename the file to .srt.",
    ),
    "captions-no-cue": (
        "ไม่พบคำบรรยายที่มีเวลาใช้ได้ในไฟล์นี้ โปรดตรวจบรรทัดเวลา เช่น 00:00:01,000 --> 00:00:04,000",
        "No caption with a usable time was found. Check the time lines, such as 00:00:01,000 --> 00:00:04,000.",
    ),
    "captions-unsafe-xml": (
        "ไฟล์คำบรรยายมีคำสั่ง DOCTYPE หรือ ENTITY จึงไม่เปิดเพื่อความปลอดภัย โปรดส่งเป็น .srt หรือ .vtt",
        "The caption file declares a DOCTYPE or ENTITY, so it is not opened. Send the captions as .srt or .vtt.",
    ),
    "captions-mixed": (
        "ไฟล์คำบรรยายมีรหัสอักษรปนกัน (บางบรรทัดเป็น UTF-8 บางบรรทัดเป็นรหัสไทยเดิม) โปรดเปิดในโปรแกรมที่ใช้ทำ แล้วบันทึกใหม่เป็น UTF-8 ทั้งไฟล์",
        "The caption file mixes encodings (some lines UTF-8, some an old Thai one). Open it where it was made and save all of it as UTF-8.",
    ),
    "captions-frame-rate": (
        "คำบรรยายนี้นับเวลาเป็นเฟรม แต่ไม่ทราบอัตราเฟรมของคลิป โปรดวางไว้คู่กับคลิป หรือส่งเป็น .srt",
        "These captions count time in frames, but the clip's frame rate is not known. Put them beside the clip or send .srt.",
    ),
    # Used, with something worth knowing.
    "captions-converted": (
        "ไฟล์คำบรรยายเป็นรหัส {0} แปลงเป็น UTF-8 ให้แล้ว โปรดตรวจตัวอักษรสักเล็กน้อย",
        "The caption file was {0}; it was converted to UTF-8. Have a quick look at the letters.",
    ),
    "captions-cut": (
        "ไฟล์คำบรรยายขาดตอนท้าย ใช้เท่าที่อ่านได้ โปรดตรวจคำบรรยายสุดท้าย แล้วส่งไฟล์ใหม่ถ้าไม่ครบ",
        "The caption file is cut off at its end; what is whole is used. Check the last caption and send it again if any is missing.",
    ),
    "captions-broken-times": (
        "มี {0} จุดที่เขียนเวลาผิด จึงไม่ได้ใช้ข้อความตรงนั้น จุดแรกคือ “{1}” โปรดแก้แล้วส่งใหม่",
        "{0} captions have a broken time and are not shown; the first is “{1}”. Correct them and send the file again.",
    ),
    "captions-ends-before-zero": (
        "มี {0} ข้อความที่จบก่อนวินาทีที่ 0 จึงไม่ได้ใช้ ข้อความแรกคือ “{1}” โปรดแก้เวลาแล้วส่งใหม่",
        "{0} captions end before second 0 and are not shown; the first is “{1}”. Correct their times and send the file again.",
    ),
    "captions-before-zero": (
        "มี {0} ข้อความที่เริ่มก่อนวินาทีที่ 0 ให้เริ่มที่ 0 แทนแล้ว ข้อความแรกคือ “{1}”",
        "{0} captions began before second 0 and begin at 0 now; the first is “{1}”.",
    ),
    "captions-no-length": (
        "มี {0} ข้อความที่จบก่อนหรือพร้อมกับที่เริ่ม ให้ขึ้นนานพอให้อ่านทันแล้ว ข้อความแรกคือ “{1}” โปรดตรวจว่าขึ้นตรงกับเสียง",
        "{0} captions ended before or as they began and show as long as it takes to read them; the first is “{1}”. Check that they fit the sound.",
    ),
    "captions-beyond": (
        "มี {0} ข้อความที่เริ่มหลังคลิปจบ จึงไม่ได้ใช้ ข้อความแรกคือ “{1}” โปรดตรวจว่าเป็นคำบรรยายของคลิปนี้",
        "{0} captions begin after the clip's end and are not shown; the first is “{1}”. Check that they belong to this clip.",
    ),
    "captions-over-end": (
        "มี {0} ข้อความที่ค้างเกินเวลาของคลิป ให้จบพร้อมคลิปแล้ว ข้อความแรกคือ “{1}”",
        "{0} captions stayed on after the clip's end and end with it now; the first is “{1}”.",
    ),
    "captions-overlap": (
        "มี {0} ข้อความที่ขึ้นซ้อนกัน ปรับเวลาให้ขึ้นทีละข้อความแล้ว",
        "{0} captions overlapped; their times were changed so that one shows at a time.",
    ),
    "captions-order": (
        "มี {0} ข้อความที่เรียงสลับเวลากัน เรียงใหม่ตามเวลาแล้ว",
        "{0} captions were out of order and have been sorted by time.",
    ),
    "captions-normalised": (
        "มี {0} ข้อความที่พิมพ์สระหรือวรรณยุกต์ผิดลำดับ แก้ให้ถูกต้องแล้ว",
        "{0} captions had Thai vowels or tone marks typed the wrong way; they were corrected.",
    ),
    "captions-tags": (
        "มี {0} ข้อความที่มีคำสั่งตกแต่งตัวอักษร แสดงเป็นตัวอักษรธรรมดา",
        "{0} captions had formatting tags; their words are shown plain.",
    ),
    "captions-run-on": (
        "มี {0} ข้อความที่ไม่ได้เว้นบรรทัดก่อนหน้า แยกให้แล้ว",
        "{0} captions had no empty line before them; they were told apart.",
    ),
    "captions-whole-seconds": (
        "มี {0} ข้อความที่เวลาไม่มีเศษวินาที จึงอ่านเป็นวินาทีเต็ม โปรดตรวจว่าขึ้นตรงกับเสียง",
        "{0} captions have times without milliseconds, read as whole seconds. Check that they fit the sound.",
    ),
    "captions-frames": (
        "คำบรรยายนี้นับเวลาเป็นเฟรม คิดที่ {0} เฟรมต่อวินาที โปรดตรวจว่าขึ้นตรงกับเสียง",
        "These captions count time in frames, taken as {0} per second. Check that they fit the sound.",
    ),
    "captions-header-joined": (
        "หลังบรรทัด WEBVTT ไม่ได้เว้นบรรทัด อ่านให้แล้ว",
        "There is no empty line after WEBVTT; the captions were read all the same.",
    ),
    # What the house style cannot make right, or did with what was said.
    "captions-fast": (
        "มี {0} ข้อความที่ขึ้นเร็วเกินอ่านทัน (เกิน {1} ตัวอักษรต่อวินาที) เร็วที่สุดคือ {2} ({3} ตัวอักษรต่อวินาที) โปรดตัดคำให้สั้นลงหรือให้ขึ้นนานขึ้น",
        "{0} captions are too fast to read (over {1} characters per second); the fastest is {2} ({3} per second). Shorten them or show them longer.",
    ),
    "captions-brief": (
        "มี {0} ข้อความที่ขึ้นไม่ถึง 5/6 วินาที เพราะข้อความถัดไปตามมาทันที สั้นที่สุดคือ {1} โปรดรวมกับข้อความข้างเคียงหรือปรับเวลา",
        "{0} captions show for less than 5/6 s because the next follows at once; the shortest is {1}. Join them with a neighbour or change their times.",
    ),
    "captions-crowded": (
        "มี {0} ข้อความที่ยาวเกินสองบรรทัดแต่ไม่มีเวลาให้แบ่ง ข้อความแรกคือ {1} โปรดตัดคำให้สั้นลงหรือให้ขึ้นนานขึ้น",
        "{0} captions need more than two lines and leave no time to be split; the first is {1}. Shorten them or show them longer.",
    ),
    "captions-wide": (
        "มี {0} ข้อความที่มีคำเดียวยาวเกินบรรทัด ({1} ตัวอักษร) ซึ่งไม่ตัดกลางคำ ข้อความแรกคือ {2} โปรดเว้นวรรคหรือเขียนให้สั้นลง",
        "{0} captions have a single word longer than a line ({1} characters), which is not cut; the first is {2}. Put a space in it or shorten it.",
    ),
    "captions-ended": (
        "มี {0} ข้อความที่ค้างนานเกิน 7 วินาที ให้จบที่ 7 วินาทีแล้ว ข้อความแรกคือ {1}",
        "{0} captions stayed for more than 7 s and end after 7 s now; the first is {1}.",
    ),
    "captions-together": (
        "มี {0} ข้อความที่ขึ้นเกือบพร้อมกับข้อความก่อนหน้า จึงแสดงด้วยกัน ข้อความแรกคือ {1}",
        "{0} captions began almost at the same time as the one before and are shown with it; the first is {1}.",
    ),
}
