"""How a plan is told to people before anything is made."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "plan-source": (
        "ไฟล์: {0} {1}×{2} {3} ภาพต่อวินาที ยาว {4} · เสียง {5}",
        "File: {0} {1}×{2} at {3} frames a second, {4} long · sound {5}",
    ),
    "plan-turned": ("หมุนภาพตามเข็มนาฬิกา {0} องศา", "Turned clockwise by {0} degrees"),
    "plan-mirrored": ("กลับภาพซ้ายขวาตามที่ไฟล์บอก", "Flipped left to right, as the file says"),
    "plan-deinterlaced": ("แปลงภาพสลับเส้นเป็นภาพเต็ม", "Deinterlaced"),
    "plan-detelecined": ("คืนเฟรมเต็มของภาพยนตร์จากภาพสลับเส้นของโทรทัศน์", "Whole film frames restored from television fields"),
    "plan-tone-mapped": ("แปลงสี HDR ({0}) เป็นสีปกติ", "HDR ({0}) tone-mapped to normal colours"),
    "plan-rate": ("ปรับเป็น {0} ภาพต่อวินาทีคงที่", "Brought to a constant {0} frames a second"),
    "plan-covers": ("เต็มจอ {0}×{1}", "Fills {0}×{1}"),
    "plan-inside": ("วางในจอ {0}×{1} ขนาด {2}×{3} บนพื้นเบลอ", "Placed in {0}×{1} as {2}×{3} over a blurred ground"),
    "plan-sound": ("เสียงสเตอริโอ ปรับเป็น {0} LUFS ค่ายอดไม่เกิน {1} dBTP", "Stereo sound set to {0} LUFS, peaks at most {1} dBTP"),
    "plan-silence": ("ใส่เสียงเงียบ", "Silence in place of sound"),
    "plan-captions": ("คำบรรยาย {0} ({1} ช่วง)", "Captions {0} ({1} cues)"),
    "plan-length": ("ภาพเปิดคลิป {0} วินาที + คลิป {1} วินาที = {2} วินาที ({3} เฟรม)", "Title card {0} s + clip {1} s = {2} s ({3} frames)"),
    "plan-parts": ("คลิปยาว แบ่งทำ {0} ช่วงพร้อมกันได้", "A long clip: made in {0} parts, side by side"),
    "plan-outputs": ("จะได้: {0}", "Gives: {0}"),
}  # fmt: skip
