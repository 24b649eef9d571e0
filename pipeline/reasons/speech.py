"""What people are told about draft captions from speech."""

from __future__ import annotations

REMARKS = frozenset({"draft-ready", "draft-no-speech", "draft-too-slow", "draft-failed"})
"""A draft is an offer: whether there is one says nothing against the clip."""
WORDS: dict[str, tuple[str, str]] = {
    "speech-extra-missing": (
        "ตั้ง SHOWCASE_SPEECH_MODEL ไว้ แต่เครื่องนี้ยังไม่ได้ติดตั้ง faster-whisper จึงไม่ร่างคำบรรยายจากเสียงพูด ติดตั้งด้วย uv sync --inexact --extra speech",
        "SHOWCASE_SPEECH_MODEL is set, but faster-whisper is not installed, so no captions are drafted from speech. Install it with: uv sync --inexact --extra speech",
    ),
    "speech-model-missing": (
        "ไม่พบโฟลเดอร์แบบจำลองเสียงพูด {0} จึงไม่ร่างคำบรรยายจากเสียงพูด โปรดแก้ SHOWCASE_SPEECH_MODEL",
        "The folder of the speech model is not there ({0}), so no captions are drafted from speech. Set SHOWCASE_SPEECH_MODEL right.",
    ),
    "speech-model-incomplete": (
        "โฟลเดอร์แบบจำลองเสียงพูด {0} ขาดหรืออ่านไม่ได้: {1} จึงไม่ร่างคำบรรยายจากเสียงพูด โปรดวางแบบจำลอง Whisper ของ CTranslate2 ให้ครบ",
        "The folder of the speech model {0} lacks, or cannot be read for: {1}; so no captions are drafted from speech. Put a whole CTranslate2 Whisper model there.",
    ),
    "speech-model-english": (
        'แบบจำลองเสียงพูดใน {0} รู้เฉพาะภาษาอังกฤษ จึงร่างคำบรรยายเฉพาะคลิปที่ไฟล์ .toml บอกว่า language = "en" โปรดใช้แบบจำลองหลายภาษา',
        'The speech model in {0} knows English only, so captions are drafted only for clips whose .toml says language = "en". Use a multilingual model.',
    ),
    "speech-missing": (
        "เครื่องนี้ไม่มีแบบจำลองเสียงพูดชุดที่ใช้ร่างคำบรรยายของ {0} เครื่องอื่นอาจทำแทนได้",
        "This machine lacks the speech model that the captions of {0} are drafted with; another machine may do it.",
    ),
    "captions-draft": (
        "คำบรรยายนี้เป็นร่างจากเครื่องฟังเสียง ยังไม่นำไปใช้ โปรดอ่านทวนและแก้ แล้วเปลี่ยนชื่อเป็น {0} หรือใส่ approve_draft = true ในไฟล์ .toml ข้างคลิป",
        "These captions are a draft from speech recognition and are not used yet. Read them through, then rename the file to {0}, or write approve_draft = true into the .toml beside the clip.",
    ),
    "draft-ready": (
        "มีร่างคำบรรยายจากเสียงพูดแล้ว: {0} ({1} ข้อความ) เครื่องอาจฟังผิด จึงยังไม่นำไปใช้ โปรดคัดลอกไปไว้ข้างคลิป อ่านทวนและแก้ แล้วตั้งชื่อเป็น {2}",
        "Draft captions are ready: {0} ({1} cues). The machine may have misheard, so they are not used yet. Copy the file beside the clip, read it through, and name it {2}.",
    ),
    "draft-no-speech": (
        "ไม่ได้ร่างคำบรรยาย เพราะไม่ได้ยินเสียงพูดที่จดเป็นข้อความได้ในคลิปนี้",
        "No captions were drafted: no speech that could be written down was heard in this clip.",
    ),
    "draft-too-slow": (
        "ร่างคำบรรยายไม่เสร็จภายใน {0} วินาที จึงหยุด คลิปไม่ได้รับผลกระทบ หากยังต้องการ โปรดใช้แบบจำลองเสียงพูดที่เล็กกว่า",
        "Drafting captions did not finish within {0} s and was stopped. The clip is not affected. Use a smaller speech model if you still want them.",
    ),
    "draft-failed": (
        "ร่างคำบรรยายไม่สำเร็จ ({0}) คลิปไม่ได้รับผลกระทบ โปรดตรวจแบบจำลองเสียงพูด",
        "Captions could not be drafted ({0}). The clip is not affected. Check the speech model.",
    ),
}
