"""What people are told about presets and event files."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "presets-wrong": ("พบข้อผิดพลาดในไฟล์ตั้งค่า {0} จุด", "The presets have {0} mistakes."),
    "preset-not-toml": ("ไฟล์ {0} เขียนไม่ถูกหลัก TOML: {1}", "{0} is not valid TOML: {1}"),
    "preset-unreadable": ("เปิดไฟล์ {0} ไม่ได้: {1}", "{0} cannot be opened: {1}"),
    "preset-missing-field": ("ไฟล์ {0}: ขาดค่า {1} โปรดเติม", "{0}: {1} is missing. Add it."),
    "preset-unknown-field": (
        "ไฟล์ {0}: ไม่รู้จักชื่อ {1} โปรดตรวจตัวสะกดหรือลบออก",
        "{0}: {1} is not a known name. Check its spelling or remove it.",
    ),
    "preset-wrong-value": ("ไฟล์ {0}: ค่าของ {1} ใช้ไม่ได้ ({2})", "{0}: the value of {1} cannot be used ({2})."),
    "preset-duplicate": ("ไฟล์ {0}: {1} ใช้ชื่อ {2} ซ้ำกัน", "{0}: {1} uses {2} more than once."),
    "preset-not-found": (
        "ไฟล์ {0}: {1} อ้างถึง {2} ซึ่งไม่มีอยู่ มีให้ใช้คือ {3}",
        "{0}: {1} refers to {2}, which does not exist. There are: {3}.",
    ),
    "preset-dates": ("ไฟล์ {0}: วันสิ้นสุดอยู่ก่อนวันเริ่มงาน", "{0}: the event ends before it starts."),
    "template-broken": (
        "แม่แบบ {0} ใช้ไม่ได้: {1} โปรดแก้ในโฟลเดอร์ presets/templates",
        "The template {0} cannot be used: {1}. Correct it in presets/templates.",
    ),
    "event-not-chosen": (
        "มีไฟล์งานหลายไฟล์ ({0}) โปรดเลือกด้วย --event ชื่อ",
        "There are several event files ({0}). Choose one with --event NAME.",
    ),
    "event-missing": (
        "ไม่พบไฟล์งาน {0} ใน {1}",
        "There is no event file {0} in {1}.",
    ),
    "folder-missing": (
        "ไม่พบโฟลเดอร์ {0} โปรดสร้างแล้ววางคลิปและภาพถ่ายไว้ข้างใน",
        "There is no folder {0}. Make it and put the clips and photos in it.",
    ),
    "folder-not-empty": (
        "โฟลเดอร์ {0} มีไฟล์อยู่แล้ว โปรดเลือกโฟลเดอร์ว่างหรือโฟลเดอร์ใหม่ ไฟล์เดิมไม่ถูกแตะต้อง",
        "The folder {0} already has files in it. Choose an empty or a new one; nothing was changed.",
    ),
    "already-running": (
        "มีการทำงานกับ {0} อยู่แล้ว โปรดรอให้เสร็จก่อน",
        "Another run is already working on {0}. Wait until it has finished.",
    ),
    "path-outside": (
        "{0} ไม่ได้อยู่ในโฟลเดอร์ {1}",
        "{0} is not inside the folder {1}.",
    ),
    "out-not-demo": (
        "โฟลเดอร์ {0} มีผลงานของงานจริงอยู่ งานตัวอย่างจึงไม่เขียนทับ โปรดวางไฟล์ใน media_in หรือเลือก --out อื่น",
        "The folder {0} holds a real event, which the demo does not replace. Put files into media_in, or choose another --out.",
    ),
    "out-unusable": (
        "เขียนลงโฟลเดอร์ {0} ไม่ได้ ({1}) โปรดเลือก --out อื่น",
        "The folder {0} cannot be written to ({1}). Choose another --out.",
    ),
    "folders-nested": (
        "โฟลเดอร์เข้า ({0}) กับโฟลเดอร์ออก ({1}) ต้องไม่อยู่ซ้อนกัน",
        "The input folder ({0}) and the output folder ({1}) must not lie inside each other.",
    ),
}
