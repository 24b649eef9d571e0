"""What people are told while the show is sent to streaming servers."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "push-no-target": (
        "ยังไม่ได้บอกว่าจะส่งรายการไปที่ไหน โปรดใส่ที่อยู่ เช่น rtmps://เครื่อง/app",
        "No address was given to send the show to. Give one, such as rtmps://host/app.",
    ),
    "push-scheme": (
        "ที่อยู่ที่ {0} ส่งไปไม่ได้ ต้องขึ้นต้นด้วย rtmp:// rtmps:// หรือ srt://",
        "Address {0} cannot be sent to. It must begin with rtmp://, rtmps:// or srt://.",
    ),
    "push-address": (
        "ที่อยู่ที่ {0} พิมพ์ไม่ครบหรือผิดรูปแบบ แบบที่ถูกคือ rtmps://เครื่อง/app/{{ชื่อตัวแปร}} หรือ srt://เครื่อง:พอร์ต",
        "Address {0} is incomplete or mistyped. Write rtmps://host/app/{{VARIABLE}} or srt://host:port.",
    ),
    "push-no-key": (
        "ไม่มีรหัสสตรีมของที่อยู่ที่ {0} โปรดตั้งตัวแปร {1} ในเครื่องนี้ก่อน (อย่าพิมพ์รหัสลงในคำสั่ง)",
        "The stream key of address {0} is not set. Set the environment variable {1} first; do not type the key itself.",
    ),
    "push-typed-key": (
        "ที่อยู่ที่ {0} มีรหัสสตรีมพิมพ์อยู่ในคำสั่ง ใครที่ใช้เครื่องนี้ก็เห็นได้ รายการยังส่งต่อไปตามปกติ ครั้งหน้าให้ตั้งตัวแปร SHOWCASE_PUSH_KEY_{0} แล้วพิมพ์ที่อยู่โดยไม่มีรหัส",
        "The stream key of address {0} is typed in the command, where everybody on this machine can read it. The show is sent all the same; next time set SHOWCASE_PUSH_KEY_{0} and leave the key out of the address.",
    ),
    "push-srt-secret": (
        "ที่อยู่ที่ {0}: SRT ใช้ได้เฉพาะ latency และ mode เพราะรหัสผ่านกับ streamid จะไปโผล่ในรายชื่อโปรแกรมของเครื่อง โปรดส่งผ่าน rtmps:// แทน",
        "Address {0}: SRT takes latency and mode only; a passphrase or stream id would be seen in the list of processes. Send by rtmps:// instead.",
    ),
    "push-no-show": (
        "ยังไม่มีรายการที่พร้อมออกอากาศใน {0} โปรดสั่ง showcase run ก่อน",
        "There is no show in {0} yet. Run: showcase run",
    ),
    "push-no-picture": (
        "เปิดไฟล์ของรายการนี้ไม่ได้แม้แต่ไฟล์เดียว โปรดดูว่าโฟลเดอร์ {0} อยู่ครบ แล้วสั่ง showcase run",
        "Not one file of this list can be opened. See that the folder {0} is whole, then run: showcase run",
    ),
    "push-over": (
        "ตามกำหนด รายการนี้จบไปแล้ว ถ้าจะส่งตอนนี้ให้ใส่ --start now",
        "By its plan this list is over. To send it now, add --start now.",
    ),
    "push-missing": (
        "ไม่พบไฟล์ของ {0} จึงขึ้นภาพคั่นแทน เมื่อไฟล์กลับมาจะฉายต่อเอง",
        "The file of {0} is missing; a slate is shown instead. When the file is back, it goes on by itself.",
    ),
    "push-damaged": (
        "ไฟล์ของ {0} เสีย จึงขึ้นภาพคั่นจนจบช่วง รายการถัดไปตรงเวลาเหมือนเดิม โปรดสั่ง showcase run เพื่อทำไฟล์ใหม่",
        "The file of {0} is damaged; a slate is shown for the rest of its time, and what follows is on time. Run showcase run to make the file again.",
    ),
}
