"""What people are told about captions that are not in step with what is said."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # Told, and left as they are.
    "captions-late": (
        'คำบรรยาย ({0}) น่าจะขึ้นช้ากว่าเสียงพูด {1} วินาที ยังไม่ได้แก้ให้ โปรดแก้ไฟล์คำบรรยาย หรือตั้ง captions_sync = "mend" ในไฟล์งานให้ระบบเลื่อนให้',
        'The captions ({0}) seem to be {1} s late against the speech; nothing was changed. Correct the file, or set captions_sync = "mend" in the event file to have them moved.',
    ),
    "captions-early": (
        'คำบรรยาย ({0}) น่าจะขึ้นเร็วกว่าเสียงพูด {1} วินาที ยังไม่ได้แก้ให้ โปรดแก้ไฟล์คำบรรยาย หรือตั้ง captions_sync = "mend" ในไฟล์งานให้ระบบเลื่อนให้',
        'The captions ({0}) seem to be {1} s early against the speech; nothing was changed. Correct the file, or set captions_sync = "mend" in the event file to have them moved.',
    ),
    "captions-drift": (
        'คำบรรยาย ({0}) น่าจะทำจากคลิปที่ {1} เฟรมต่อวินาที แต่คลิปนี้เดินแบบ {2} จึงคลาดจากเสียงพูดถึง {3} วินาที ยังไม่ได้แก้ให้ โปรดส่งคำบรรยายที่ตรงกับคลิปนี้ หรือตั้ง captions_sync = "mend" ในไฟล์งานให้ระบบปรับให้',
        'The captions ({0}) seem to be made for {1} frames a second, while this clip runs as at {2}: they are up to {3} s away from the speech. Nothing was changed. Send captions that fit this clip, or set captions_sync = "mend" in the event file to have them fitted.',
    ),
    # Mended.
    "captions-late-mended": (
        'คำบรรยาย ({0}) ขึ้นช้ากว่าเสียงพูด {1} วินาที จึงเลื่อนให้เร็วขึ้นเท่านั้น ไฟล์ที่ส่งมาไม่ถูกแก้ โปรดตรวจว่าตรงกับเสียง ถ้าไม่ต้องการให้เลื่อน ตั้ง captions_sync = "off" ในไฟล์งาน',
        'The captions ({0}) were {1} s late against the speech and are shown that much earlier; the file itself was not touched. Check that they fit. To switch this off, set captions_sync = "off" in the event file.',
    ),
    "captions-early-mended": (
        'คำบรรยาย ({0}) ขึ้นเร็วกว่าเสียงพูด {1} วินาที จึงเลื่อนให้ช้าลงเท่านั้น ไฟล์ที่ส่งมาไม่ถูกแก้ โปรดตรวจว่าตรงกับเสียง ถ้าไม่ต้องการให้เลื่อน ตั้ง captions_sync = "off" ในไฟล์งาน',
        'The captions ({0}) were {1} s early against the speech and are shown that much later; the file itself was not touched. Check that they fit. To switch this off, set captions_sync = "off" in the event file.',
    ),
    "captions-drift-mended": (
        'คำบรรยาย ({0}) ทำจากคลิปที่ {1} เฟรมต่อวินาที แต่คลิปนี้เดินแบบ {2} จึงคลาดจากเสียงพูดถึง {3} วินาที ปรับเวลาให้ตรงแล้ว ไฟล์ที่ส่งมาไม่ถูกแก้ โปรดตรวจว่าตรงกับเสียง ถ้าไม่ต้องการให้ปรับ ตั้ง captions_sync = "off" ในไฟล์งาน',
        'The captions ({0}) were made for {1} frames a second, while this clip runs as at {2}: they were up to {3} s away from the speech, and their times were fitted to it. The file itself was not touched. Check that they fit. To switch this off, set captions_sync = "off" in the event file.',
    ),
}
