"""What people are told of the show before it goes on air, and of the continuous videos."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "join-impossible": (
        "ต่อรายการ {0} เป็นไฟล์เดียวไม่ได้ เพราะไม่มีคลิป หรือความยาวไม่ลงตัว ({1}) โปรดสั่ง showcase run อีกครั้ง",
        "The list {0} cannot be joined into one file: it is empty, or a length does not join ({1}). Run showcase run again.",
    ),
    "join-source": (
        "ต่อรายการ {0} เป็นไฟล์เดียวไม่ได้ เพราะไฟล์ออกอากาศหายหรือไม่ตรงกับที่ทำไว้ ({1}) โปรดสั่ง showcase run อีกครั้ง",
        "The list {0} cannot be joined into one file: on-air files are missing or not as they were made ({1}). Run showcase run again.",
    ),
    "join-differs": (
        "ไฟล์ต่อเนื่องของรายการ {0} ไม่ครบหรือไม่ตรงกับคลิป ({1}) จึงไม่นำออกเผยแพร่ โปรดสั่งใหม่ หากยังไม่ได้โปรดแจ้งทีมพัฒนา",
        "The continuous video of the list {0} is not what went into it ({1}), so it is not published. Run again; if that does not help, tell the developers.",
    ),
    "list-bom": (
        "รายการเริ่มด้วยเครื่องหมาย BOM ซึ่งเครื่องเล่นบางตัวอ่านเป็นคลิปปลอม โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list begins with a byte order mark, which some players take for a clip. Run showcase run to write it again.",
    ),
    "list-first-line": (
        "บรรทัดแรกของรายการต้องเป็น {0} โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list must begin with {0}. Run showcase run to write it again.",
    ),
    "list-is-hls": (
        "รายการธรรมดามีคำสั่งของ HLS เครื่องเล่นจะอ่านผิดชนิด โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "A simple list holds a tag of HLS, so players take it for HLS. Run showcase run to write it again.",
    ),
    "list-rule": (
        "รายการบรรทัดหรือลำดับที่ {0} เขียนไม่ถูกแบบ ({1}) โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "Line or entry {0} of the list is not as its players need it ({1}). Run showcase run to write it again.",
    ),
    "list-unreadable": (
        "อ่านรายการนี้ไม่ได้ ({0}) โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list cannot be read ({0}). Run showcase run to write it again.",
    ),
    "list-unknown": (
        "ไม่มีรายการนี้ในผังออกอากาศ ({0}) อาจเป็นไฟล์เก่า โปรดลบ หรือสั่ง showcase run",
        "The show has no such list ({0}); it may be an old file. Delete it, or run showcase run.",
    ),
    "list-absent": (
        "ขาดรายการ {0} โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list {0} is missing. Run showcase run to write it.",
    ),
    "list-missing": (
        "รายการขาด “{0}” โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "“{0}” is missing in the list. Run showcase run to write it again.",
    ),
    "list-extra": (
        "ลำดับที่ {0} ของรายการไม่ได้อยู่ในผังออกอากาศ ({1}) โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "Entry {0} of the list is not in the running order ({1}). Run showcase run to write it again.",
    ),
    "list-order": (
        "ลำดับในรายการไม่ตรงกับผังออกอากาศ (อยู่ที่ {0} ควรอยู่ที่ {1}) โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list is not in running order (at {0}, should be at {1}). Run showcase run to write it again.",
    ),
    "list-mixed": (
        "รายการปนไฟล์หลายขนาด ({0}) ภาพจะสะดุดที่รอยต่อ โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list mixes renditions ({0}); players stumble where they meet. Run showcase run to write it again.",
    ),
    "list-duration": (
        "รายการบอกความยาว {0} วินาที แต่ไฟล์ยาว {1} วินาที โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list says {0} s but the file lasts {1} s. Run showcase run to write it again.",
    ),
    "list-length": (
        "ความยาวรวมของรายการเป็น {0} วินาที ควรเป็น {1} วินาที โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list lasts {0} s in all and should last {1} s. Run showcase run to write it again.",
    ),
    "entry-outside": (
        "รายการชี้ไปนอกโฟลเดอร์ส่งออก ({0}) โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The list names something outside the output folder ({0}). Run showcase run to write it again.",
    ),
    "name-unsafe": (
        "ชื่อไฟล์ {0} มีอักขระที่เครื่องเล่นบางตัวอ่านไม่ได้ โปรดใช้เฉพาะ A–Z a–z 0–9 . _ -",
        "The file name {0} holds signs that some players cannot read. Use only A–Z a–z 0–9 . _ -",
    ),
    "file-missing": (
        "ไม่พบไฟล์ {0} โปรดสั่ง showcase run เพื่อทำใหม่",
        "The file {0} is not there. Run showcase run to make it again.",
    ),
    "file-empty": (
        "ไฟล์ {0} ว่างเปล่า โปรดลบทุกชื่อที่บอกไว้ แล้วสั่ง showcase run เพื่อทำใหม่",
        "The file {0} is empty. Delete it under every name given here, and run showcase run to make it again.",
    ),
    "file-is-link": (
        "{0} เป็นลิงก์ ซึ่งอาจหายหรือพาออกนอกโฟลเดอร์ส่งออก โปรดลบแล้วสั่ง showcase run",
        "{0} is a symbolic link, which may break or lead out of the output folder. Delete it and run showcase run.",
    ),
    "file-unreadable": (
        "เปิดไฟล์ {0} ไม่ได้ ({1}) โปรดลบทุกชื่อที่บอกไว้ แล้วสั่ง showcase run เพื่อทำใหม่",
        "The file {0} cannot be opened ({1}). Delete it under every name given here, and run showcase run to make it again.",
    ),
    "bytes-changed": (
        "ไฟล์ {0} ไม่ใช่ไฟล์เดิมที่ทำไว้ อาจเสียหายหรือถูกแก้ โปรดลบทุกชื่อที่บอกไว้ แล้วสั่ง showcase run เพื่อทำใหม่",
        "The file {0} is not as it was made: damaged, or changed. Delete it under every name given here, and run showcase run to make it again.",
    ),
    "frames-differ": (
        "ไฟล์มี {0} เฟรม แต่ผังออกอากาศบอก {1} เฟรม โปรดลบไฟล์แล้วสั่ง showcase run เพื่อทำใหม่",
        "The file has {0} frames but the show says {1}. Delete it and run showcase run to make it again.",
    ),
    "sound-differs": (
        "เสียงในไฟล์ {0} มี {1} ส่วน ควรมี {2} ส่วน เสียงจะสะดุดที่รอยต่อ โปรดลบไฟล์แล้วสั่ง showcase run",
        "The sound in {0} has {1} packets and should have {2}; it would stumble at the join. Delete the file and run showcase run.",
    ),
    "times-uneven": (
        "เวลาในไฟล์ {0} ไม่สม่ำเสมอ ({1}) ภาพหรือเสียงจะสะดุด โปรดลบไฟล์แล้วสั่ง showcase run",
        "The times in {0} are not even ({1}); picture or sound would stumble. Delete the file and run showcase run.",
    ),
    "not-joinable": (
        "ความยาว {0} เฟรมไม่ลงตัวกับ {1} เสียงจะสะดุดที่รอยต่อ โปรดสั่ง showcase run เพื่อทำใหม่",
        "{0} frames are no multiple of {1}, so sound would stumble at the join. Run showcase run to make it again.",
    ),
    "signature-differs": (
        "รูปแบบไฟล์ {0} ต่างจากคลิปอื่น ({1}) ภาพหรือเสียงจะสะดุดที่รอยต่อ โปรดลบไฟล์แล้วสั่ง showcase run",
        "The format of {0} is not that of the others ({1}), so players stumble at the join. Delete the file and run showcase run.",
    ),
    "sound-missing": (
        "ไฟล์ {0} ไม่มีเสียง ({1}) โปรดลบไฟล์แล้วสั่ง showcase run เพื่อทำใหม่",
        "There is no sound track in {0} ({1}). Delete the file and run showcase run to make it again.",
    ),
    "decode-fails": (
        "เล่นไฟล์ {0} ไม่จบ ({1}) ไฟล์เสียหาย โปรดลบทุกชื่อที่บอกไว้ แล้วสั่ง showcase run เพื่อทำใหม่",
        "The file {0} does not play to its end ({1}); it is damaged. Delete it under every name given here, and run showcase run to make it again.",
    ),
    "loudness-out": (
        "เสียงดัง {0} LUFS ควรเป็น {1} ± {2} โปรดฟังแล้วส่งคลิปที่เสียงดีกว่านี้ หรือข้ามคลิปนี้",
        "The sound is at {0} LUFS and should be at {1} ± {2}. Listen to it; send a clip with better sound, or skip this one.",
    ),
    "loudness-jump": (
        "เสียงต่างจากคลิปก่อนหน้า {0} LU ผู้ชมจะตกใจ โปรดสลับลำดับ หรือส่งคลิปที่เสียงดีกว่านี้",
        "The sound jumps by {0} LU from the entry before it. Change the order, or send a clip with better sound.",
    ),
    "loudness-silent": (
        "ควรมีเสียงแต่วัดแล้วเงียบ ({0} LUFS) โปรดลบไฟล์แล้วสั่ง showcase run เพื่อทำใหม่",
        "There should be sound but it is silent ({0} LUFS). Delete the file and run showcase run to make it again.",
    ),
    "captions-gone": (
        "ไม่พบคำบรรยาย {0} หรือเปิดไม่ได้ ({1}) โปรดสั่ง showcase run เพื่อทำใหม่",
        "The captions {0} are not there or cannot be read ({1}). Run showcase run to make them again.",
    ),
    "captions-overrun": (
        "คำบรรยาย {0} จบที่ {1} วินาที แต่คลิปยาว {2} วินาที โปรดแก้ไฟล์คำบรรยายแล้วสั่ง showcase run",
        "The captions {0} end at {1} s but the clip lasts {2} s. Correct the caption file and run showcase run.",
    ),
    "hls-captions": (
        "รายการ HLS ไม่มีคำบรรยายภาษา {0} ทั้งที่คลิปมี โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "The HLS list has no captions in {0} though its clips do. Run showcase run to write it again.",
    ),
    "copy-differs": (
        "ไฟล์ {0} ไม่ตรงกับไฟล์ออกอากาศ ({1}) โปรดลบแล้วสั่ง showcase run เพื่อทำใหม่",
        "{0} is not a copy of the on-air file ({1}). Delete it and run showcase run to make it again.",
    ),
    "no-show": (
        "ยังไม่มีผังออกอากาศให้ตรวจใน {0} โปรดสั่ง showcase run ก่อน",
        "There is no show to check in {0}. Run showcase run first.",
    ),
    "list-time": (
        "“{0}” ในรายการไม่ตรงเวลา ต่างไป {1} วินาที โปรดสั่ง showcase run เพื่อเขียนใหม่",
        "“{0}” is not at its time in the list: {1} s. Run showcase run to write it again.",
    ),
    "list-elsewhere": (
        "รายการนี้เขียนไว้สำหรับโฟลเดอร์ {0} โปรดสั่ง showcase run ที่นี่ หรือตั้ง SHOWCASE_PLAYOUT_ROOT ให้ตรง",
        "The list was written for {0}. Run showcase run here, or set SHOWCASE_PLAYOUT_ROOT.",
    ),
    "show-damaged": (
        "ไฟล์ผังออกอากาศ {0} เสียหาย อ่านไม่ได้ ({1}) โปรดลบไฟล์นี้แล้วสั่ง showcase run",
        "The show {0} is damaged and cannot be read ({1}). Delete it and run showcase run.",
    ),
    "page-unwritten": (
        "เขียนหน้าผลตรวจไม่ได้ ({0}) ผลด้านบนยังใช้ได้ หน้าที่มีอยู่เป็นผลครั้งก่อน",
        "The page of the report could not be written ({0}). What is said here holds; a page that is there is an older one.",
    ),
    "captions-segment": (
        "ไฟล์คำบรรยาย {0} ไม่ใช่ WebVTT สำหรับ HLS (WEBVTT, X-TIMESTAMP-MAP) โปรดลบแล้วสั่ง showcase run เพื่อทำใหม่",
        "The captions {0} are not WebVTT for HLS (WEBVTT, X-TIMESTAMP-MAP). Delete the file and run showcase run.",
    ),
}
