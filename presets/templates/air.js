// Operator page: asks the server for the state, shows it, and sends changes. All text goes in as text, never as markup.
"use strict";
(() => {
  const ASK_MS = 2000, GIVE_UP_MS = 5000, STALE_MS = 7000, TICK_MS = 250;
  const $ = (id) => document.getElementById(id);
  const KINDS = { clip: ["คลิป", "Clip"], slate: ["การ์ดแทนคลิป", "Slate"], opener: ["เปิดงาน", "Opener"], countdown: ["นับถอยหลัง", "Countdown"], break: ["พักรายการ", "Break"], end: ["ปิดงาน", "End"], recap: ["ประมวลภาพ", "Recap"] };
  let state = null, ahead_ms = 0, heard_ms = performance.now(), busy = false, shown = {};

  const make = (tag, attributes = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") node.addEventListener("click", value); else node.setAttribute(name, value);
    }
    node.append(...inside);
    return node;
  };
  const say = (th, en) => {
    const both = document.createDocumentFragment();
    both.append(make("span", { class: "th", lang: "th" }, th), make("span", { class: "en", lang: "en" }, en));
    return both;
  };
  const put = (node, ...inside) => { node.replaceChildren(...inside); };
  const tell = (node, words) => { node.hidden = !words; if (words) put(node, say(words.th, words.en)); };
  const once = (name, value, draw) => {
    const text = JSON.stringify(value);
    if (shown[name] !== text) { shown[name] = text; draw(); }
  };

  const now_s = () => (Date.now() + ahead_ms) / 1000;
  const two = (number) => String(number).padStart(2, "0");
  const clock = (at_s, seconds = true) => {
    const at = new Date((at_s + state.show.zone_s) * 1000);
    const text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
    return seconds ? `${text}:${two(at.getUTCSeconds())}` : text;
  };
  const span = (s) => {
    const whole = Math.max(0, Math.ceil(s - 0.05)), h = Math.floor(whole / 3600);
    return (h ? `${h}:${two(Math.floor(whole / 60) % 60)}` : two(Math.floor(whole / 60))) + `:${two(whole % 60)}`;
  };
  const length = (s) => [
    s >= 60 ? `${Math.floor(s / 60)} นาที${Math.round(s) % 60 ? ` ${Math.round(s) % 60} วินาที` : ""}` : `${Math.round(s)} วินาที`,
    s >= 60 ? `${Math.floor(s / 60)} min${Math.round(s) % 60 ? ` ${Math.round(s) % 60} s` : ""}` : `${Math.round(s)} s`,
  ];
  const kind = (entry) => KINDS[entry.kind] ?? [entry.kind, entry.kind];

  function drift() {
    const s = state.drift_s, node = $("drift");
    if (s === null) { node.dataset.how = "none"; return say("", ""); }
    if (Math.abs(s) < 1) { node.dataset.how = "good"; return say("ตรงเวลา", "On time"); }
    node.dataset.how = "off";
    const [th, en] = length(Math.round(Math.abs(s)));
    return s > 0 ? say(`ช้ากว่ากำหนด ${th}`, `${en} late`) : say(`เร็วกว่ากำหนด ${th}`, `${en} early`);
  }

  function drawNow() {
    const now = state.now;
    const img = $("now-poster");
    if (!now) { put($("now-title"), say("ยังไม่มีอะไรออกอากาศ", "Nothing is on air")); put($("now-kind")); img.hidden = true; return; }
    put($("now-title"), document.createTextNode(now.title));
    const [th, en] = kind(now);
    const idle = now.ends_s === null ? ["รายการจบแล้ว", "The show is over"] : ["คั่นจนถึงรายการถัดไป", "until the next entry"];
    put($("now-kind"), now.is_filler ? say(`${th} · ${idle[0]}`, `${en} · ${idle[1]}`) : say(th, en));
    img.hidden = !now.poster;
    if (now.poster && img.getAttribute("src") !== now.poster) img.src = now.poster;
  }

  function drawNext() {
    put($("next"), ...state.next.map((entry) => make("li", {},
      make("span", { class: "at" }, clock(entry.starts_s)), make("span", {}, entry.title),
      make("span", { class: "kind" }, say(...kind(entry)), ` · ${span(entry.length_s)}`))));
    if (!state.next.length) put($("next"), make("li", {}, make("span", {}), make("span", {}, say("ไม่มีแล้ว", "Nothing more"))));
  }

  const button = (words, label, act, name) => make("button", { type: "button", "data-act": name, "aria-label": label, onclick: act }, words);
  const english = () => document.documentElement.lang === "en";

  // What only fills time is no part of the programme: nothing moves before it, and it has no buttons itself.
  function acts(entry, list) {
    if (state.may_not || entry.place !== "coming" || entry.only_fills) return [];
    const index = list.indexOf(entry), found = [];
    const labels = (th, en) => `${english() ? en : th}: ${entry.title}`;
    if (entry.is_held || entry.is_skipped) found.push(button(say("นำกลับมา", "Put back"), labels("นำกลับมา", "Put back"), () => send("put-back", { key: entry.key }), "put-back"));
    else if (entry.can_hold) found.push(button(say("พักไว้", "Hold"), labels("พักไว้ ออกการ์ดแทน", "Hold, show a slate"), () => send("hold", { key: entry.key }), "hold"));
    if (!entry.is_skipped) found.push(button(say("ข้าม", "Skip"), labels("ข้าม", "Skip"), () => send("skip", { key: entry.key }), "skip"));
    const above = list[index - 1], below = list[index + 1], third = list[index + 2];
    if (above && above.place === "coming") found.push(button("↑", labels("เลื่อนขึ้น", "Move up"), () => send("move", { key: entry.key, before: above.key }), "up"));
    if (below) {
      const before = third && (third.session === below.session) ? third.key : null;
      const down = () => (before ? send("move", { key: entry.key, before }) : below.session === entry.session ? send("move", { key: entry.key }) : send("move", { key: entry.key, before: below.key }));
      if (before || below.session === entry.session) found.push(button("↓", labels("เลื่อนลง", "Move down"), down, "down"));
    }
    return found;
  }

  function row(entry, list) {
    const at = entry.expected_s ?? entry.planned_s;
    const off = state.drift_s !== null && entry.planned_s !== null && entry.expected_s !== null && Math.abs(entry.expected_s - entry.planned_s) >= 30;
    const facts = make("p", { class: "facts" }, say(...kind(entry)), ` · ${span(entry.length_s)}`);
    const marks = [[entry.place === "now", "กำลังออกอากาศ", "On air"], [entry.place === "done", "ออกแล้ว", "Shown"], [entry.is_held, "พักไว้", "Held"], [entry.is_skipped, "ข้าม", "Skipped"], [entry.is_moved, "ย้ายแล้ว", "Moved"]];
    for (const [holds, th, en] of marks) if (holds) facts.append(" · ", make("span", { class: "mark" }, say(th, en)));
    const time = make("p", { class: "at" }, at === null ? "" : clock(at));
    if (off) time.append(make("span", { class: "plan" }, say(`กำหนด ${clock(entry.planned_s)}`, `plan ${clock(entry.planned_s)}`)));
    const what = make("div", {}, make("p", { class: "name" }, entry.title), facts);
    if (entry.reason) what.append(make("p", { class: "facts" }, say(entry.reason.th, entry.reason.en)));
    return make("li", { "data-key": entry.key, "data-place": entry.place, ...(entry.place === "now" ? { "aria-current": "true" } : {}) },
      time, what, make("div", { class: "acts" }, ...acts(entry, list)));
  }

  function drawOrder() {
    const focus = document.activeElement?.dataset?.act, key = document.activeElement?.closest("li")?.dataset.key;
    const rows = [];
    const list = state.entries.filter((entry) => !entry.only_fills);
    let session = null;
    state.entries.forEach((entry) => {
      if (entry.session !== session) {
        session = entry.session;
        const found = state.sessions.find((each) => each.id === session);
        if (found) rows.push(make("li", { class: "session" }, found.name, make("small", {}, [found.room, found.starts_s === null ? "" : clock(found.starts_s, false)].filter(Boolean).join(" · "))));
      }
      rows.push(row(entry, list));
    });
    put($("order"), ...rows);
    const back = (entry) => (state.may_not ? [] : [button(say("นำกลับมา", "Put back"), `${english() ? "Put back" : "นำกลับมา"}: ${entry.title}`, () => send("put-back", { key: entry.key }), "put-back")]);
    put($("skipped"), ...state.skipped.map((entry) => make("li", { "data-key": entry.key }, make("span", {}), make("span", {}, entry.title), make("div", { class: "acts" }, ...back(entry)))));
    $("skipped-part").hidden = !state.skipped.length;
    if (focus && key) document.querySelector(`[data-key="${CSS.escape(key)}"] [data-act="${focus}"]`)?.focus();
    sift();
  }

  function sift() {
    const wanted = $("filter").value.trim().toLowerCase();
    for (const node of $("order").children) {
      if (!node.classList.contains("session")) node.hidden = Boolean(wanted) && !node.textContent.toLowerCase().includes(wanted) && !node.dataset.key.includes(wanted);
      else node.hidden = Boolean(wanted);
    }
  }

  async function copy(input) {
    input.focus(); input.select();
    let done = false;
    try { await navigator.clipboard.writeText(input.value); done = true; } catch { done = document.execCommand("copy"); }
    put($("told"), done ? say("คัดลอกแล้ว", "Copied") : say("คัดลอกไม่ได้ ให้กด Ctrl+C", "Press Ctrl+C to copy"));
    return done;
  }

  function drawLists() {
    const form = (title) => ({ name, path }) => {
      const input = make("input", { readonly: "", value: location.origin + path, "aria-label": `${title} ${name}` });
      const words = () => [say(`คัดลอก ${name}`, `Copy ${name}`), make("span", { class: "unseen" }, ` ${title}`)];
      const press = make("button", { type: "button", class: "copy" }, ...words());
      press.addEventListener("click", async () => {
        if (!(await copy(input))) return;
        put(press, say("คัดลอกแล้ว", "Copied"));
        setTimeout(() => put(press, ...words()), 2000);
      });
      return make("div", { class: "form" }, press, input);
    };
    const live = { title: "ช่องสด · Live", forms: [{ name: "LIVE", path: state.live }] };
    put($("lists"), ...[live, ...state.lists].map((list) => make("li", {}, make("p", { class: "name" }, list.title), ...list.forms.map(form(list.title)))));
  }

  function draw() {
    tell($("problem"), state.order_problem ?? state.delivery_problem ?? state.problem ?? null);
    tell($("may-not"), state.may_not);
    $("token").hidden = !state.wants_token;
    if (!state.show) return;
    tell($("pending"), !state.pending ? null : state.can_deliver ? { th: "กำลังปรับรายการ…", en: "The show is being changed…" } : { th: "จดคำสั่งไว้แล้ว จะมีผลเมื่อสั่ง showcase run ครั้งถัดไป", en: "Noted; it takes effect with the next showcase run." });
    $("event").textContent = state.show.name;
    const lang = document.documentElement.lang;
    once("drift", [state.drift_s], () => { put($("drift"), drift()); });
    once("now", state.now && [state.now.key, state.now.title, state.now.is_filler, state.now.ends_s, state.now.poster], drawNow);
    once("next", state.next, drawNext);
    once("order", [state.drift_s === null, state.entries, state.sessions, state.skipped, state.may_not, lang], drawOrder);
    once("lists", [state.lists, lang], drawLists);
    once("remarks", state.remarks, () => put($("remarks"), ...state.remarks.map((each) => make("li", {}, say(each.th, each.en)))));
    $("remarks-part").hidden = !state.remarks.length;
  }

  async function ask() {
    if (busy) return;
    busy = true;
    try {
      const sent_ms = Date.now();
      const answer = await fetch("state.json", { signal: AbortSignal.timeout(GIVE_UP_MS), cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      state = await answer.json();
      ahead_ms = state.server_s * 1000 - (sent_ms + Date.now()) / 2;
      heard_ms = performance.now();
      draw();
    } catch (error) { if (!(error instanceof TypeError || error instanceof DOMException)) console.warn(error); } finally { busy = false; }
  }

  async function send(what, body) {
    try {
      const answer = await fetch(what, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...body, version: state.version }), signal: AbortSignal.timeout(GIVE_UP_MS) });
      const told = await answer.json();
      if (!answer.ok) { put($("told"), say(told.reason.th, told.reason.en)); window.alert(english() ? told.reason.en : told.reason.th); } else put($("told"), say("จดคำสั่งแล้ว", "Noted"));
    } catch { window.alert(english() ? "The server did not answer. Look whether it was done." : "เซิร์ฟเวอร์ไม่ตอบ โปรดดูว่าลำดับเปลี่ยนหรือยัง"); }
    await ask();
  }

  // Each figure in a place of its own width: the face has none of equal width, and nothing may move without need.
  const digits = (node, text) => {
    if (node.textContent !== text) put(node, ...[...text].map((one) => make("span", { class: one === ":" ? "colon" : "digit" }, one)));
  };

  let asked_s = 0;
  function tick() {
    $("stale").hidden = performance.now() - heard_ms < STALE_MS;
    if (!state?.show) return;
    const at_s = now_s();
    digits($("clock"), clock(at_s));
    const ends_s = state.now?.ends_s ?? null, starts_s = state.now?.starts_s ?? null;
    digits($("remaining"), ends_s === null ? "--:--" : span(ends_s - at_s));
    $("bar").style.width = ends_s === null || starts_s === null ? "0" : `${Math.min(100, Math.max(0, 100 * (at_s - starts_s) / (ends_s - starts_s)))}%`;
    const passed = (ends_s !== null && at_s >= ends_s) || (state.next[0] && at_s >= state.next[0].starts_s);
    if (passed && at_s - asked_s > 0.5) { asked_s = at_s; ask(); }
  }

  // The preview. Without hls.js only browsers that play HLS by themselves have one.
  const video = $("player");
  let hls = null;
  function preview() {
    const byItself = video.canPlayType("application/vnd.apple.mpegurl");
    if (window.Hls?.isSupported()) return "hls";
    if (byItself) return "native";
    tell($("no-preview"), $("preview").dataset.hls === "no"
      ? { th: "ยังไม่มี hls.js ในเครื่องที่เปิดเซิร์ฟเวอร์ จึงไม่มีภาพตัวอย่าง ส่วนอื่นใช้ได้ตามปกติ (ติดตั้งด้วย make setup)", en: "hls.js is not on the serving machine, so there is no preview. All else works. (make setup brings it.)" }
      : { th: "เบราว์เซอร์นี้เล่นภาพตัวอย่างไม่ได้", en: "This browser cannot play the preview." });
    for (const node of [video, $("play"), $("captions")]) node.hidden = true;
    return null;
  }
  function caption() {
    const on = $("captions").getAttribute("aria-pressed") === "true";
    if (hls) hls.subtitleDisplay = on; // else it hides what it finds showing
    for (const track of video.textTracks) track.mode = on ? "showing" : "disabled";
  }
  function start() {
    const how = preview();
    video.muted = true;
    if (how === "hls" && !hls) {
      hls = new window.Hls({ enableWorker: false, lowLatencyMode: false });
      hls.on(window.Hls.Events.ERROR, (_, data) => {
        if (!data.fatal) return;
        if (data.type === window.Hls.ErrorTypes.MEDIA_ERROR) { hls.recoverMediaError(); return; }
        hls.destroy(); hls = null;
        setTimeout(start, 3000);
      });
      hls.on(window.Hls.Events.SUBTITLE_TRACKS_UPDATED, () => setTimeout(caption)); // the tracks come just after
      hls.attachMedia(video);
      hls.loadSource("/live/live.m3u8");
    } else if (how === "native") video.src = "/live/live.m3u8";
    video.play().catch(() => { /* the picture waits for a press */ });
  }
  $("play").addEventListener("click", start);
  $("captions").addEventListener("click", () => {
    $("captions").setAttribute("aria-pressed", String($("captions").getAttribute("aria-pressed") !== "true"));
    caption();
  });

  $("filter").addEventListener("input", sift);
  $("token").addEventListener("submit", async (event) => {
    event.preventDefault();
    await send("token", { token: $("token-text").value });
    $("token-text").value = "";
  });
  for (const radio of document.querySelectorAll("input[name=language]")) radio.addEventListener("change", () => { if (state) draw(); });
  preview();
  ask();
  setInterval(ask, ASK_MS);
  setInterval(tick, TICK_MS);
})();
