#!/bin/sh
# Makes sure that the system packages are there: installs them where that needs no password, else asks for them by name.
# Usage: system-packages.sh run|test
set -eu
missing=""
want() { # want <probe command> <Debian name> <Homebrew name>
    if ! eval "$1" >/dev/null 2>&1; then missing="$missing $2:$3"; fi
}
want ".venv/bin/python -c 'from PIL import features; raise SystemExit(not features.check(\"raqm\"))'" libfribidi0 fribidi
if [ "$1" = test ]; then
    want "command -v ffprobe" ffmpeg ffmpeg
    want "command -v mpv" mpv mpv
    want "command -v liquidsoap || ! command -v apt-get" liquidsoap liquidsoap
    want "command -v cvlc || command -v vlc || ls /Applications/VLC.app" vlc-bin,vlc-plugin-base vlc
    want "command -v chromium || command -v google-chrome || ls '/Applications/Chromium.app'" chromium chromium
    want "ls /usr/lib/nginx/modules/ngx_rtmp_module.so || ! command -v apt-get" nginx-light,libnginx-mod-rtmp nginx
fi
[ -n "$missing" ] || exit 0
debian=$(for pair in $missing; do printf '%s ' "${pair%%:*}" | tr ',' ' '; done)
brew=$(for pair in $missing; do printf '%s ' "${pair##*:}"; done)
if command -v apt-get >/dev/null 2>&1; then
    sudo=""
    if [ "$(id -u)" != 0 ]; then
        sudo="sudo"
        if ! sudo -n true 2>/dev/null; then
            echo "โปรดติดตั้งแพ็กเกจเหล่านี้ก่อน · Install these packages first:" >&2
            echo "    sudo apt-get install $debian" >&2
            [ "$1" = test ] && [ -z "${CI:-}" ] && exit 0 # tests that need them are skipped
            exit 2
        fi
    fi
    $sudo apt-get update -qq
    # shellcheck disable=SC2086 # the list is meant to be split
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $debian >/dev/null
elif command -v brew >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # the list is meant to be split
    brew install --quiet $brew
else
    echo "โปรดติดตั้งแพ็กเกจเหล่านี้ก่อน · Install these packages first: $debian" >&2
    exit 2
fi
