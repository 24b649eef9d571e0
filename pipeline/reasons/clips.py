"""What people are told about clips."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "sting-unusable": (
        "ไฟล์เสียงประกอบ {0} ใน presets/ เปิดฟังไม่ได้ โปรดใส่ไฟล์เสียงอื่น หรือลบบรรทัด sting ออกจากไฟล์งาน",
        "The sound {0} in presets/ cannot be played. Put another one there, or take the line sting out of the event file.",
    ),
    "empty-file": (
        "ไฟล์ว่างเปล่า (0 ไบต์) การส่งอาจไม่สมบูรณ์ โปรดส่งใหม่",
        "The file is empty (0 bytes); the upload probably failed. Send it again.",
    ),
    "not-media": (
        "ไฟล์นี้ไม่ใช่วิดีโอ (เนื้อหาเป็น{0}) โปรดส่งไฟล์วิดีโอ เช่น MP4",
        "This is not a video (its content is {1}). Send a video file such as MP4.",
    ),
    "index-missing": (
        "ไฟล์วิดีโอไม่สมบูรณ์ (ไม่มีดัชนี moov) อาจคัดลอกไม่ครบหรือบันทึกไม่จบ โปรดส่งไฟล์ต้นฉบับใหม่",
        (
            "The video is incomplete (its moov index is missing): it was cut off while copying or recording. "
            "Send the original again."
        ),
    ),
    "cut-off": (
        "ไฟล์วิดีโอขาดตอน มาถึงเพียง {0} % โปรดส่งไฟล์เต็มใหม่",
        "The video is cut off: only {0} % of it arrived. Send the whole file again.",
    ),
    "cut-off-used": (
        "ไฟล์ขาดตอนท้าย ใช้ได้เพียง {0} วินาที หากไม่ครบโปรดส่งใหม่",
        "The end of the file is missing; {0} s of it are used. Send it again if that is not all.",
    ),
    "no-picture": (
        "ไม่มีภาพในไฟล์ ({0}) โปรดส่งไฟล์ที่มีภาพวิดีโอ",
        "There is no picture in the file ({0}). Send a file with video.",
    ),
    "no-frame": (
        "ถอดรหัสภาพไม่ได้แม้แต่เฟรมเดียว ({0}) โปรดส่งออกใหม่เป็น MP4 (H.264)",
        "Not one frame can be decoded ({0}). Export it again as MP4 (H.264).",
    ),
    "encrypted": (
        "ไฟล์ถูกเข้ารหัสลับ (DRM) เปิดไม่ได้ โปรดส่งไฟล์ที่ไม่มีการป้องกัน",
        "The file is encrypted (DRM) and cannot be opened. Send one without protection.",
    ),
    "no-decoder": (
        "เปิดวิดีโอชนิด {0} ไม่ได้ โปรดส่งออกใหม่เป็น MP4 (H.264)",
        "Video of type {0} cannot be opened. Export it again as MP4 (H.264).",
    ),
    "too-small": (
        "ภาพเล็กเกินไป ({0}×{1} พิกเซล) โปรดส่งไฟล์ต้นฉบับ",
        "The picture is too small ({0}×{1} pixels). Send the original file.",
    ),
    "too-large": (
        "ภาพใหญ่เกินไป ({0}×{1} พิกเซล) โปรดส่งขนาดไม่เกิน {2} พิกเซล",
        "The picture is too large ({0}×{1} pixels). Send at most {2} pixels a side.",
    ),
    "too-long": (
        "คลิปยาว {0} นาที เกิน {1} นาทีที่รับได้ โปรดตัดให้สั้นลง",
        "The clip is {0} minutes long; at most {1} are taken. Cut it shorter.",
    ),
    "too-fast": (
        "อัตราเฟรม {0} ภาพต่อวินาที เกิน {1} ที่รับได้ โปรดส่งออกใหม่ที่ 25–60 ภาพต่อวินาที",
        "The frame rate is {0} per second; at most {1} are taken. Export it again at 25 to 60.",
    ),
    "silence-added": (
        "คลิปไม่มีเสียง ระบบใส่เสียงเงียบให้",
        "The clip has no sound; silence was added.",
    ),
    "silent": (
        "เสียงในคลิปเบามากหรือเงียบตลอด ({0} LUFS) จึงปรับระดับไม่ได้",
        "The sound is silent or nearly so ({0} LUFS), so its level cannot be set.",
    ),
    "loudness-off": (
        "ปรับเสียงได้ {0} LUFS ค่ายอด {1} dBTP (เป้าหมาย {2} LUFS ไม่เกิน {3} dBTP) เพราะลักษณะของเสียงต้นฉบับ",
        (
            "The sound came to {0} LUFS with a peak of {1} dBTP (goal {2} LUFS, at most {3} dBTP) "
            "because of how the original is."
        ),
    ),
    "one-sided": (
        "เสียงดังเพียงข้าง{0} ระบบทำให้ดังทั้งสองข้างแล้ว",
        "The sound is on the {1} side only; it was put on both.",
    ),
    "phase-inverted": (
        "เสียงซ้ายกับขวากลับเฟสกัน จะแทบไม่ได้ยินเมื่อเปิดออกลำโพงเดียว ระบบแก้ให้แล้ว โปรดตรวจสายไมโครโฟน",
        (
            "Left and right were phase-inverted: a single loudspeaker would play almost nothing. One side was turned "
            "round. Check the microphone's cables."
        ),
    ),
    "clipped-sound": (
        "เสียงแตกเพราะบันทึกดังเกินไป แก้ภายหลังไม่ได้ หากมีต้นฉบับที่เสียงไม่แตก โปรดส่งใหม่",
        (
            "The sound was recorded too loud: its peaks are cut off and it distorts, which cannot be mended. "
            "Send a version without that if there is one."
        ),
    ),
    "silent-stretch": (
        "เสียงเงียบตั้งแต่ 2 วินาทีขึ้นไป ({0}) โปรดตรวจว่าตั้งใจให้เป็นเช่นนั้นหรือไม่",
        "The sound is silent for 2 s or more ({0}). Check that this is meant.",
    ),
    "several-audio": (
        "มีเสียง {0} แทร็ก ใช้แทร็กที่ {1} ({2})",
        "There are {0} sound tracks; number {1} is used ({2}).",
    ),
    "downmixed": (
        "เสียง {0} ช่อง ถูกรวมเป็นสเตอริโอ",
        "The sound has {0} channels and was mixed down to stereo.",
    ),
    "lengths-differ": (
        "ภาพยาว {0} วินาที แต่เสียงยาว {1} วินาที ส่วนที่สั้นกว่าจะค้างภาพหรือเงียบ",
        "The picture lasts {0} s but the sound {1} s; the shorter one is held or silent at the end.",
    ),
    "hdr": (
        "ภาพเป็น HDR ({0}) ระบบแปลงเป็นสีปกติให้ โปรดตรวจสีอีกครั้ง",
        "The picture is HDR ({0}) and was tone-mapped to normal colours. Have a look at it.",
    ),
    "interlaced": (
        "ภาพเป็นแบบสลับเส้น (interlaced) ระบบแปลงให้แล้ว",
        "The picture is interlaced and was deinterlaced.",
    ),
    "low-resolution": (
        "ภาพมีความละเอียดต่ำ ({0}×{1}) จะไม่คมชัดบนจอใหญ่ โปรดส่งต้นฉบับหากมี",
        "The resolution is low ({0}×{1}) and will look soft on a large screen. Send the original if there is one.",
    ),
    "very-short": (
        "คลิปสั้นมาก ({0} วินาที) โปรดตรวจว่าส่งมาครบ",
        "The clip is very short ({0} s). Check that all of it was sent.",
    ),
    "very-long": (
        "คลิปยาว {0} นาที เกิน 3 นาที",
        "The clip is {0} minutes long, more than 3.",
    ),
    "single-frame": (
        "คลิปมีภาพเพียงเฟรมเดียว",
        "The clip has only a single frame.",
    ),
    "low-frame-rate": (
        "อัตราเฟรมต่ำมาก ({0} ภาพต่อวินาที) ภาพจะกระตุก",
        "The frame rate is very low ({0} per second); motion will stutter.",
    ),
    "black-picture": (
        "ภาพดำตั้งแต่ 2 วินาทีขึ้นไป ({0}) โปรดตรวจว่าตั้งใจให้เป็นเช่นนั้นหรือไม่",
        "The picture is black for 2 s or more ({0}). Check that this is meant.",
    ),
    "frozen-picture": (
        "ภาพนิ่งตั้งแต่ 2 วินาทีขึ้นไป ({0}) โปรดตรวจว่าตั้งใจให้เป็นเช่นนั้นหรือไม่",
        "The picture stands still for 2 s or more ({0}). Check that this is meant.",
    ),
    "alpha-flattened": (
        "ส่วนโปร่งใสของภาพถูกแทนด้วยพื้นดำ",
        "The transparent part of the picture was put on black.",
    ),
    "damaged": (
        "ไฟล์มีส่วนเสียหาย ({0} จุด) อาจเห็นภาพแตก โปรดส่งใหม่หากมีต้นฉบับ",
        "The file is damaged ({0} places); blocks may show. Send it again if you have the original.",
    ),
    "wrong-extension": (
        "นามสกุลไฟล์ไม่ตรงกับเนื้อหา (เนื้อหาเป็น {0})",
        "The file's extension does not fit its content ({0}).",
    ),
    "embedded-captions": (
        "คำบรรยายแบบภาพที่ฝังมาในไฟล์ไม่ได้นำมาใช้ โปรดส่งเป็นไฟล์ .srt แยก",
        "The captions inside the file are pictures and are not carried over. Send them as a separate .srt file.",
    ),
    "embedded-captions-used": (
        "ไฟล์มีคำบรรยายฝังมาด้วย ระบบจะใช้เมื่อไม่มีไฟล์คำบรรยายส่งมาแยก โปรดตรวจข้อความ",
        "There are captions inside the file; they are used unless a caption file was sent with it. Check their text.",
    ),
    "audio-broken": (
        "เสียงในไฟล์ {0} แทร็กว่างเปล่าหรือถอดรหัสไม่ได้ โปรดส่งใหม่หากคลิปควรมีเสียง",
        "Sound tracks that are empty or cannot be decoded: {0}. Send the clip again if sound is missing.",
    ),
    "several-video": (
        "มีภาพวิดีโอ {0} แทร็ก ใช้แทร็กขนาด {1}×{2}",
        "There are {0} video tracks; the one of {1}×{2} is used.",
    ),
    "dolby-vision-5": (
        "ภาพเป็น Dolby Vision โพรไฟล์ {0} สีอาจเพี้ยน โปรดส่งออกใหม่เป็น HDR10, HLG หรือ SDR",
        "The picture is Dolby Vision profile {0}; its colours may be wrong. Export it again as HDR10, HLG or SDR.",
    ),
    "odd-rotation": (
        "ไฟล์ระบุการหมุนภาพที่ใช้ไม่ได้ ระบบจึงไม่หมุนภาพ โปรดตรวจว่าภาพตั้งตรง",
        "The file asks for a rotation that makes no sense, so the picture was not turned. Check that it is upright.",
    ),
    "odd-pixels": (
        "ไฟล์ระบุสัดส่วนพิกเซลที่ใช้ไม่ได้ ระบบจึงถือว่าพิกเซลเป็นสี่เหลี่ยมจัตุรัส โปรดตรวจสัดส่วนภาพ",
        "The file's pixel aspect makes no sense; pixels are taken as square. Check the picture's shape.",
    ),
    "size-changes": (
        "ขนาดภาพเปลี่ยนกลางคลิป ส่วนที่ต่างจากตอนต้น ({0}×{1}) ถูกปรับให้พอดีกรอบ",
        "The picture's size changes on the way; what differs from the beginning ({0}×{1}) is fitted into its frame.",
    ),
    "telecined": (
        "ภาพเป็นภาพยนตร์ที่แปลงเป็นโทรทัศน์ (telecine) ระบบคืนภาพเต็มเฟรมให้แล้ว",
        "The picture is film converted for television (telecine); its whole frames were restored.",
    ),
    "odd-times": (
        "บางเฟรมในไฟล์มีเวลาผิดไปมากจึงถูกข้าม ใช้คลิปยาว {0} วินาที โปรดตรวจว่าครบ",
        "Some frames carry times that are far off and are left out; {0} s are used. Check that nothing is missing.",
    ),
    "source-away": (
        "เปิดไฟล์ต้นฉบับไม่ได้ในขณะนี้ ({0}) จะลองใหม่ในรอบถัดไป",
        "The source cannot be opened just now ({0}). The next run tries again.",
    ),
    "trim-outside": (
        "จุดเริ่มหรือจุดจบในไฟล์ข้อมูลอยู่นอกคลิป (ยาว {0} วินาที) จึงใช้ทั้งคลิป",
        "The trim in the sidecar lies outside the clip ({0} s long), so all of it is used.",
    ),
    "captions-signs-left-out": (
        "คำบรรยายมีอักขระที่วาดลงบนภาพไม่ได้ จึงไม่ขึ้นบนภาพ: {0} หากจำเป็นโปรดแก้ข้อความแล้วส่งใหม่",
        "The captions hold signs that cannot be drawn; they are left out of the picture: {0}. Change the text if they matter.",
    ),
    "changed-meanwhile": (
        "ไฟล์ถูกเปลี่ยนระหว่างทำงาน จะทำใหม่ในรอบถัดไป",
        "The file changed while it was being worked on; the next run makes it again.",
    ),
}
