"""What people are told about photos. Codes that clips share (``empty-file``, ``wrong-extension``) live with clips."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "photo-not-photo": (
        "ไฟล์นี้ไม่ใช่รูปที่ใช้ได้ (เนื้อหาเป็น{0}) โปรดส่งเป็น JPEG, PNG, WebP, HEIC, AVIF, GIF หรือ TIFF",
        "This is not a photo that can be used (its content is {1}). Send JPEG, PNG, WebP, HEIC, AVIF, GIF or TIFF.",
    ),
    "photo-raw": (
        "ไฟล์นี้เป็นไฟล์ RAW จากกล้อง โปรดส่งออกเป็น JPEG แล้วส่งใหม่",
        "This is a camera RAW file. Export it as JPEG and send that.",
    ),
    "photo-damaged": (
        "เปิดรูปไม่ได้ ไฟล์เสียหายหรือมาไม่ครบ ({0}) โปรดส่งไฟล์ต้นฉบับใหม่",
        "The photo is damaged or incomplete and cannot be opened ({0}). Send the original again.",
    ),
    "photo-cut-off": (
        "ไฟล์รูปมาไม่ครบ อาจคัดลอกหรืออัปโหลดไม่จบ โปรดส่งไฟล์เต็มใหม่",
        "The photo is cut off: copying or uploading did not finish. Send the whole file again.",
    ),
    "photo-unsupported": (
        "เปิดรูปแบบย่อยนี้ไม่ได้ ({0}) โปรดส่งออกเป็น JPEG หรือ PNG แล้วส่งใหม่",
        "This kind of picture data cannot be used ({0}). Export it as JPEG or PNG and send that.",
    ),
    "photo-too-large": (
        "รูปใหญ่เกินไป ({0}×{1} พิกเซล) โปรดย่อให้ไม่เกิน {2} ล้านพิกเซล และด้านละไม่เกิน {3} พิกเซล",
        "The photo is too large ({0}×{1} pixels). Send at most {2} megapixels and {3} pixels a side.",
    ),
    "photo-size-absurd": (
        "ไฟล์ระบุขนาดภาพใหญ่ผิดปกติ จึงไม่เปิด โปรดส่งรูปต้นฉบับ",
        "The file claims an absurdly large picture, so it was not opened. Send the original photo.",
    ),
    "photo-file-too-big": (
        "ไฟล์รูปใหญ่เกินไป ({0} MB) โปรดส่งไฟล์ไม่เกิน {1} MB",
        "The file is too big for a photo ({0} MB). Send at most {1} MB.",
    ),
    "photo-transparency": (
        "ส่วนโปร่งใสของรูปถูกเติมเป็นสีขาว",
        "The transparent parts of the picture were filled with white.",
    ),
    "photo-first-frame": (
        "ไฟล์มีหลายภาพ ({0} ภาพ) ใช้เฉพาะภาพหลักภาพเดียว",
        "The file holds several pictures ({0}); only the main or first one is used.",
    ),
    "photo-small": (
        "รูปเล็ก ({0}×{1} พิกเซล) อาจไม่คมชัดบนจอ โปรดส่งรูปที่ด้านยาวอย่างน้อย {2} พิกเซลถ้ามี",
        "The photo is small ({0}×{1} pixels) and may look soft. Send one of at least {2} pixels on the long side if you can.",
    ),
    "photo-tiny": (
        "รูปเล็กมาก ({0}×{1} พิกเซล) อาจเป็นเพียงภาพตัวอย่าง โปรดส่งรูปต้นฉบับ",
        "The photo is very small ({0}×{1} pixels), perhaps only a preview. Send the original.",
    ),
    "photo-colours-guessed": (
        "รูปเป็นสี CMYK แต่ไม่มีโปรไฟล์สี สีจึงอาจเพี้ยน โปรดส่งออกเป็น sRGB ถ้าทำได้",
        "The photo is CMYK without a colour profile, so its colours are a guess. Export it as sRGB if you can.",
    ),
    "photo-reduced-depth": (
        "รูปมีความละเอียดสี {0} บิต ถูกลดเป็น 8 บิต",
        "The photo has {0} bits per channel and was reduced to 8.",
    ),
    "photo-profile-ignored": (
        "โปรไฟล์สีในรูปใช้ไม่ได้ จึงไม่นำมาใช้ โปรดตรวจสีของรูป",
        "The photo's colour profile is invalid and was ignored. Check the colours.",
    ),
    "photo-decoder-errors": (
        "ข้อมูลในรูปมีข้อผิดพลาด แต่ยังเปิดได้ โปรดตรวจรูป หากภาพเสียโปรดส่งใหม่",
        "The picture data contains errors but could be opened. Look at it, and send it again if it is spoilt.",
    ),
    "photo-palette": (
        "รูปมีสีไม่เกิน 256 สี โปรดส่งต้นฉบับที่เป็น JPEG หรือ PNG ถ้ามี",
        "The picture has at most 256 colours. Send the original as JPEG or PNG if there is one.",
    ),
}
