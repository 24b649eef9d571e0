// The player and the lightbox: native dialogs, no library. Without this file every tile is still a plain link.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const player = byId("player");
  const lightbox = byId("lightbox");
  const photos = [...document.querySelectorAll("a.photo")];
  const clips = [...document.querySelectorAll(".clips a.play")];
  let opener = null;
  let at = -1;

  const hashed = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } };
  const address = (id, way) => {
    const url = id ? `#${encodeURIComponent(id)}` : location.pathname + location.search;
    try { history[way](id ? { opened: true } : null, "", url); } catch { if (id) location.hash = id; }
  };

  const showClip = (link) => {
    opener = link;
    const video = link.parentElement.querySelector("template").content.firstElementChild.cloneNode(true);
    byId("player-name").replaceChildren(...link.querySelector(".name").cloneNode(true).childNodes);
    player.querySelector(".stage").replaceChildren(video);
    if (!player.open) player.showModal();
  };

  const enlarge = (picture) => {
    for (const each of picture.querySelectorAll("source, img")) each.sizes = "100vw";
    const image = picture.querySelector("img");
    image.loading = "eager";
    return picture;
  };

  const showPhoto = (index) => {
    at = (index + photos.length) % photos.length;
    opener = photos[at];
    const item = opener.parentElement;
    const picture = enlarge(opener.querySelector("picture").cloneNode(true));
    lightbox.querySelector(".stage").replaceChildren(picture);
    lightbox.querySelector("figcaption").replaceChildren(item.querySelector("template").content.cloneNode(true));
    lightbox.querySelector(".place").textContent = `${at + 1} / ${photos.length}`;
    if (!lightbox.open) lightbox.showModal();
    for (const step of [1, -1]) { // the neighbours are ready before the finger asks for them
      const near = photos[(at + step + photos.length) % photos.length].querySelector("picture");
      enlarge(near.cloneNode(true));
    }
  };

  const step = (by) => { showPhoto(at + by); address(photos[at].id, "replaceState"); };

  const sync = () => {
    const link = byId(hashed());
    const clip = clips.indexOf(link);
    const photo = photos.indexOf(link);
    if (player.open && clip < 0) player.close();
    if (lightbox.open && photo < 0) lightbox.close();
    if (clip >= 0 && !(player.open && opener === link)) showClip(link);
    if (photo >= 0 && !(lightbox.open && at === photo)) showPhoto(photo);
  };

  const plain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
  for (const link of clips) link.addEventListener("click", (event) => {
    if (!plain(event)) return;
    event.preventDefault();
    showClip(link);
    address(link.id, "pushState");
  });
  photos.forEach((link, index) => link.addEventListener("click", (event) => {
    if (!plain(event)) return;
    event.preventDefault();
    showPhoto(index);
    address(link.id, "pushState");
  }));

  for (const dialog of [player, lightbox]) {
    dialog.addEventListener("click", (event) => {
      const name = event.target.closest("[data-do]")?.dataset.do;
      if (name === "before") step(-1);
      else if (name === "after") step(1);
      else if (name === "close" || event.target === dialog || event.target.matches(".lightbox .stage")) dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.querySelector(".stage").replaceChildren(); // stops the sound and frees the decoder
      if (hashed() && (clips.includes(byId(hashed())) || photos.includes(byId(hashed())))) {
        if (history.state?.opened) history.back(); else address("", "replaceState");
      }
      opener?.focus();
    });
  }

  lightbox.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: photos.length - 1 };
    if (!(event.key in moves) || !plain(event)) return;
    event.preventDefault();
    step(moves[event.key] - at);
  });

  let from = null;
  const stage = lightbox.querySelector(".stage");
  stage.addEventListener("pointerdown", (event) => { from = event.isPrimary ? event : null; });
  stage.addEventListener("pointerup", (event) => {
    const by = from ? event.clientX - from.clientX : 0;
    if (event.pointerType !== "mouse" && Math.abs(by) > 48) step(by < 0 ? 1 : -1);
    from = null;
  });

  addEventListener("popstate", sync);
  addEventListener("hashchange", sync);
  sync();
})();
