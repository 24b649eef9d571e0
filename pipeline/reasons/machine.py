"""What people are told when a machine or Showcase itself is at fault, or a tool dies of a file."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "encoder-fallback": (
        "เครื่องนี้ไม่มีตัวเข้ารหัสวิดีโอแบบฮาร์ดแวร์ที่ใช้ได้ตามที่ขอ ({0}) จึงใช้ x264 กับทุกไฟล์ของรายการ",
        "No hardware encoder works on this machine as asked for ({0}), so every file of the show is made with x264.",
    ),
    "encoder-missing": (
        "เครื่องนี้ไม่มีตัวเข้ารหัส {0} ที่รายการนี้ใช้ เครื่องอื่นอาจทำแทนได้",
        "This machine lacks the encoder {0} that this show is made with; another machine may do it.",
    ),
    "tool-missing": (
        "ไม่พบโปรแกรม {0} ในเครื่องนี้ โปรดติดตั้งก่อน",
        "The program {0} is not on this machine. Install it.",
    ),
    "tool-timeout": (
        "โปรแกรม {0} ทำงานนานเกิน {1} วินาที จึงถูกหยุด จะลองใหม่",
        "{0} ran longer than {1} s and was stopped. It will be tried again.",
    ),
    "tool-stalled": (
        "โปรแกรม {0} ไม่คืบหน้าเลย {1} วินาที จึงถูกหยุด จะลองใหม่",
        "{0} made no progress for {1} s and was stopped. It will be tried again.",
    ),
    "tool-killed": (
        "โปรแกรม {0} ถูกระบบหยุด (สัญญาณ {1}) จะลองใหม่",
        "{0} was killed (signal {1}). It will be tried again.",
    ),
    "tool-failed": ("โปรแกรม {0} ทำงานไม่สำเร็จ (รหัส {1}): {2}", "{0} failed (status {1}): {2}"),
    "decoder-crashed": (
        "ตัวถอดรหัสวิดีโอหยุดทำงานกลางคันเพราะไฟล์นี้ ({0}) ไฟล์น่าจะเสียหาย โปรดส่งออกใหม่เป็น MP4 (H.264)",
        "The video decoder crashed on this file ({0}); it is probably damaged. Export it again as MP4 (H.264).",
    ),
    "decode-failed": (
        "ถอดรหัสไฟล์นี้ไม่ได้ ({0}) ไฟล์น่าจะเสียหาย โปรดส่งต้นฉบับใหม่ หรือส่งออกใหม่เป็น MP4 (H.264)",
        "The file cannot be decoded ({0}); it is probably damaged. Send the original again, or export it as MP4 (H.264).",
    ),
    "decode-hung": (
        "ถอดรหัสไฟล์นี้ไม่เสร็จภายใน {0} วินาที โปรดส่งออกใหม่เป็น MP4 (H.264)",
        "Decoding this file did not finish within {0} s. Export it again as MP4 (H.264).",
    ),
    "reader-hung": (
        "อ่านไฟล์นี้ไม่เสร็จภายใน {0} วินาที ไฟล์น่าจะเสียหาย โปรดส่งต้นฉบับใหม่ (คลิปเป็น MP4 ภาพเป็น JPEG)",
        "Reading this file did not finish within {0} s. It is probably damaged. Send the original again (clips as MP4, photos as JPEG).",
    ),
    "reader-crashed": (
        "โปรแกรมอ่านไฟล์หยุดทำงานกลางคันเพราะไฟล์นี้ ({0}) ไฟล์น่าจะเสียหาย โปรดส่งออกใหม่ (คลิปเป็น MP4 ภาพเป็น JPEG)",
        "The reader crashed on this file ({0}); it is probably damaged. Export it again (clips as MP4, photos as JPEG).",
    ),
    "reader-memory": (
        "ไฟล์นี้ต้องใช้หน่วยความจำมากผิดปกติ จึงไม่เปิด โปรดส่งออกใหม่ (คลิปเป็น MP4 ภาพเป็น JPEG)",
        "This file asks for an absurd amount of memory, so it was not opened. Export it again (clips as MP4, photos as JPEG).",
    ),
    "disk-full": (
        "พื้นที่ดิสก์ไม่พอ ({0}) โปรดลบไฟล์ที่ไม่ใช้แล้วสั่งใหม่",
        "The disk is full ({0}). Free some space and run again.",
    ),
    "machine-trouble": ("เครื่องมีปัญหา: {0} จะลองใหม่", "The machine had trouble: {0}. It will be tried again."),
    "shaping-missing": (
        "เครื่องนี้วาดอักษรไทยไม่ถูกต้อง เพราะไม่มี FriBiDi โปรดติดตั้ง {0}",
        "This machine cannot draw Thai correctly because FriBiDi is missing. Install {0}.",
    ),
    "ffmpeg-too-old": (
        "โปรแกรม {0} ทำตัวกรอง {1} แบบที่ต้องใช้ไม่ได้ โปรดใช้ FFmpeg รุ่นใหม่กว่านี้ที่มี libass หรือเอา SHOWCASE_FFMPEG ออกเพื่อใช้ตัวที่มากับระบบ",
        "{0} lacks the filter {1} as it is needed. Use a newer FFmpeg with libass, or unset SHOWCASE_FFMPEG to use the one that comes along.",
    ),
    "face-missing": (
        "ไม่พบแบบอักษร {0} น้ำหนัก {1} โปรดแก้ไฟล์รูปแบบ หรือติดตั้ง fontpkg-{0}",
        "There is no face {0} of weight {1}. Change the style file, or install fontpkg-{0}.",
    ),
    "captions-not-drawn": (
        "ฝังคำบรรยายลงในภาพไม่ได้ เพราะวาดออกมาไม่ถูกต้อง ({0}) จึงไม่นำออกเผยแพร่ โปรดแจ้งทีมพัฒนา",
        "The captions cannot be burned in: they would not be drawn right ({0}). Nothing is published. Tell the developers.",
    ),
    "captions-tool": (
        "โปรแกรม {0} ของเครื่องนี้ฝังคำบรรยายไทยลงในภาพไม่ได้ เพราะไม่มี {1} โปรดเลิกตั้งค่า SHOWCASE_FFMPEG เพื่อใช้ตัวที่มากับ Showcase",
        "This machine's {0} cannot burn Thai captions in: it lacks {1}. Unset SHOWCASE_FFMPEG to use the one that comes with Showcase.",
    ),
    "broker-failed": ("เริ่มตัวกลางส่งงานไม่ได้: {0}", "The private broker did not start: {0}"),
    "promise-broken": (
        "ผลลัพธ์ {0} ไม่ตรงตามที่กำหนด ({1}) จึงไม่นำออกเผยแพร่ โปรดแจ้งทีมพัฒนา",
        "{0} is not what was promised ({1}), so it is not published. Tell the developers.",
    ),
    "crash-loop": (
        "ทำ {0} ไม่สำเร็จหลังลอง {1} ครั้ง โปรดแจ้งทีมพัฒนา",
        "{0} could not be made after {1} tries. Tell the developers.",
    ),
    "our-fault": (
        "เกิดข้อผิดพลาดในโปรแกรมขณะทำ {0} ({1}) โปรดแจ้งทีมพัฒนา",
        "Showcase made a mistake while making {0} ({1}). Tell the developers.",
    ),
    "text-does-not-fit": (
        "ข้อความ “{0}” ยาวเกินกว่าจะวางบนภาพได้ โปรดย่อข้อความในไฟล์งานหรือไฟล์ .toml ข้างคลิป",
        "The text “{0}” is too long to fit the picture. Shorten it in the event file or in the .toml beside the clip.",
    ),
    "glyph-missing": (
        "ไม่มีตัวอักษร {1} ในแบบอักษร {2} สำหรับข้อความ “{0}” โปรดแก้ข้อความในไฟล์งานหรือไฟล์ .toml ข้างคลิป",
        "The face {2} has no glyph for {1} in “{0}”. Change the text in the event file or in the .toml beside the clip.",
    ),
    "master-missing": (
        "ไฟล์ออกอากาศของ {0} ยังไม่พร้อม จะทำส่วนที่เหลือภายหลัง",
        "The on-air master of {0} is not ready yet; the rest is made later.",
    ),
}
