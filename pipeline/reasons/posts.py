"""What is said of post packages: rules of platforms that they break, and what was done about them."""

WORDS: dict[str, tuple[str, str]] = {
    "post-text-long": (
        "{0}: ข้อความยาว {1} ตัวอักษร รับได้ {2} โปรดย่อข้อความในแฟ้มงาน หัวข้อ [posts]",
        "{0}: the text has {1} characters, and {2} are taken. Shorten it in the event file under [posts].",
    ),
    "post-text-bytes": (
        "{0}: ข้อความยาว {1} ไบต์ รับได้ {2} (อักษรไทยหนึ่งตัวใช้ 3 ไบต์) โปรดย่อข้อความในแฟ้มงาน หัวข้อ [posts]",
        "{0}: the text has {1} bytes, and {2} are taken (a Thai letter takes 3). Shorten it in the event file under [posts].",
    ),
    "post-text-shortened": (
        "{0}: ข้อความเต็มยาวเกินไป จึงย่อให้แล้ว แฮชแท็กและลิงก์ยังอยู่ครบ",
        "{0}: the whole text is too long, so it was shortened; hashtags and the address are all there.",
    ),
    "post-hashtags": (
        "{0}: มีแฮชแท็ก {1} รายการ รับได้ {2} โปรดลดแฮชแท็กในแฟ้มงาน",
        "{0}: there are {1} hashtags, and {2} are taken. Leave some out in the event file.",
    ),
    "post-signs": (
        "{0}: ใช้เครื่องหมาย {1} ไม่ได้ โปรดแก้ชื่อหรือข้อความ",
        "{0}: the signs {1} cannot be used. Change the name or the text.",
    ),
    "post-title-long": (
        "{0}: ชื่อเรื่องยาว {1} ตัวอักษร รับได้ {2} โปรดตั้งชื่อให้สั้นลง",
        "{0}: the title has {1} characters, and {2} are taken. Give it a shorter one.",
    ),
    "post-video-length": (
        "{0}: วิดีโอ {3} ยาว {1} วินาที รับได้ {2} วินาที โปรดใช้ช่องทางอื่น หรือส่งคลิปที่ยาวพอดี",
        "{0}: the video {3} is {1} s long, and {2} s are taken. Post it elsewhere, or send a clip of that length.",
    ),
    "post-file-large": (
        "{0}: ไฟล์ {3} มีขนาด {1} ไบต์ รับได้ {2} ไบต์ โปรดใช้ช่องทางอื่น",
        "{0}: the file {3} has {1} bytes, and {2} are taken. Post it elsewhere.",
    ),
    "post-video-size": (
        "{0}: ภาพของวิดีโอ {3} มีด้านยาว {1} พิกเซล รับได้ {2} พิกเซล โปรดแก้ขนาดใน presets/outputs",
        "{0}: a side of the video {3} has {1} px, and {2} px are taken. Change its size in presets/outputs.",
    ),
    "post-shape": (
        "{0}: ภาพ {3} มีสัดส่วนกว้างต่อสูง {1} รับได้ {2}",
        "{0}: the picture {3} is {1} times as wide as high, and {2} is taken.",
    ),
    "post-video-rate": (
        "{0}: วิดีโอ {3} มี {1} ภาพต่อวินาที รับได้ {2} โปรดแก้ใน presets/outputs/house.toml",
        "{0}: the video {3} has {1} frames a second, and {2} are taken. Change it in presets/outputs/house.toml.",
    ),
    "post-captions-large": (
        "{0}: ไฟล์คำบรรยาย {3} มีขนาด {1} ไบต์ รับได้ {2} ไบต์ จึงให้ใช้วิดีโอที่มีคำบรรยายในภาพแทน",
        "{0}: the captions file {3} has {1} bytes, and {2} are taken. Use the video with captions in the picture instead.",
    ),
    "post-captions-name": (
        "{0}: ชื่อไฟล์คำบรรยาย {1} ไม่ตรงแบบที่รับได้ ต้องลงท้ายอย่าง .th_TH.srt",
        "{0}: the captions file's name {1} is not of the kind that is taken; it must end like .th_TH.srt.",
    ),
    "post-photo-kind": (
        "{0}: ภาพ {1} ไม่ใช่ชนิดที่รับได้ ต้องเป็น JPEG",
        "{0}: the photo {1} is not of the kind that is taken; it must be a JPEG.",
    ),
    "post-photo-size": (
        "{0}: ภาพ {3} กว้าง {1} พิกเซล รับได้ {2} พิกเซล โปรดส่งภาพที่ใหญ่กว่านี้",
        "{0}: the photo {3} is {1} px wide, and {2} px are taken. Send a larger one.",
    ),
    "post-photo-count": (
        "{0}: มีภาพ {1} ภาพ รับได้ {2} ภาพ",
        "{0}: there are {1} photos, and {2} are taken.",
    ),
    "post-no-video": (
        "{0}: ยังไม่มีวิดีโอแบบที่ใช้ได้ รอบถัดไปจะมีเมื่อทำเสร็จ",
        "{0}: no video that suits it is there yet; it will be when it is made.",
    ),
    "post-video-cut": (
        "{0}: คลิปยาวเกินที่รับได้ จึงตัดให้จบประโยคที่ {1}",
        "{0}: the clip is longer than is taken, so it was cut at the end of a phrase, at {1}.",
    ),
}
