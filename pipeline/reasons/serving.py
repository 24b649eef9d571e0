"""Words about the server: what it will not do, and who may change the show."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "port-taken": (
        "เปิดเซิร์ฟเวอร์ที่ {0}:{1} ไม่ได้ เพราะมีโปรแกรมอื่นใช้อยู่ (อาจเป็น showcase serve อีกตัว) ให้ปิดตัวนั้น หรือเลือกเลขอื่นด้วย --port",
        "Cannot serve at {0}:{1}: another program is using it, perhaps a second showcase serve. Stop that one, or choose another number with --port.",
    ),
    "address-unusable": (
        "เปิดเซิร์ฟเวอร์ที่ {0}:{1} ไม่ได้: {2} ให้ใช้ที่อยู่ของเครื่องนี้กับ --host เช่น 127.0.0.1 และเลขตั้งแต่ 1024 ถึง 65535 กับ --port",
        "Cannot serve at {0}:{1}: {2}. Give --host an address of this machine, such as 127.0.0.1, and --port a number from 1024 to 65535.",
    ),
    "token-weak": (
        "รหัสใน SHOWCASE_TOKEN ต้องมี {0} ถึง {1} ตัว ใช้ตัวอักษรอังกฤษ ตัวเลข และเครื่องหมาย ไม่มีเว้นวรรค ให้ตั้งใหม่ให้เดายาก",
        "SHOWCASE_TOKEN must have {0} to {1} characters: Latin letters, figures and signs, no spaces. Set one that is hard to guess.",
    ),
    "serving": (
        "เปิดดูได้ที่ {0} (กด Ctrl-C เพื่อหยุด)",
        "Open {0} (Ctrl-C stops it).",
    ),
    "open-to-all": (
        "ทุกเครื่องในเครือข่ายเปิดดูได้ แต่สั่งเปลี่ยนรายการได้จากเครื่องนี้เครื่องเดียว ถ้าจะสั่งจากเครื่องอื่นด้วย ให้ตั้งรหัสใน SHOWCASE_TOKEN ก่อนเปิด",
        "Every machine on the network can look, but the show can be changed from this machine only. To change it from others too, set a token in SHOWCASE_TOKEN before you start.",
    ),
    "token-wrong": (
        "รหัสไม่ถูกต้อง รายการยังเหมือนเดิม ให้ขอรหัสจากผู้ที่เปิดเซิร์ฟเวอร์",
        "That token is wrong, and nothing was changed. Ask whoever started the server for it.",
    ),
    "only-here": (
        "สั่งเปลี่ยนรายการได้จากเครื่องที่เปิดเซิร์ฟเวอร์เท่านั้น รายการยังเหมือนเดิม ถ้าจะสั่งจากเครื่องอื่น ให้ผู้ดูแลตั้งรหัสใน SHOWCASE_TOKEN",
        "Only the machine that serves may change the show, and nothing was changed. To change it from elsewhere, have a token set in SHOWCASE_TOKEN.",
    ),
    "other-site": (
        "คำสั่งนี้มาจากหน้าเว็บอื่น จึงไม่ได้ทำตาม ให้เปิดหน้าควบคุมจากที่อยู่ของเซิร์ฟเวอร์โดยตรง",
        "This came from another web page and was not done. Open the operator page by the server's own address.",
    ),
    "not-a-change": (
        "คำสั่งนี้อ่านไม่ออก รายการยังเหมือนเดิม ให้โหลดหน้าใหม่แล้วลองอีกครั้ง",
        "This request cannot be read, and nothing was changed. Load the page again and try once more.",
    ),
}
