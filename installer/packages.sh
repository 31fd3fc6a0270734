# SPDX-License-Identifier: GPL-3.0-or-later
# The packages that building, testing and measuring need, by package manager. Sourced by installer/run, tests/run and
# tests/bench/run; nothing else lists packages.

apt_build="build-essential cmake ninja-build ccache pkg-config git
    qt6-base-dev qt6-base-dev-tools qt6-httpserver-dev qt6-websockets-dev qt6-svg-dev libgl1-mesa-dev
    qtkeychain-qt6-dev libsecret-1-0 libqcustomplot-dev libqscintilla2-qt6-dev libfyaml-dev libsimdjson-dev
    libzstd-dev libsqlite3-dev libcurl4-openssl-dev libssl-dev libjemalloc-dev libexpected-dev libcli11-dev libre2-dev libhiredis-dev
    libvalijson-dev nlohmann-json3-dev
    fontconfig fonts-dejavu-core fonts-inter curl ca-certificates"
apt_test="xauth xvfb openbox xdotool x11-utils imagemagick gnome-keyring dbus dbus-x11 libsecret-tools libglib2.0-bin
    python3 python3-dbus python3-gi gir1.2-atspi-2.0 at-spi2-core openssl redis-server nodejs npm
    clang-14 libclang-rt-14-dev lld desktop-file-utils appstream"
apt_bench="nginx-light wrk xvfb"

dnf_build="gcc-c++ cmake ninja-build ccache pkgconf git qt6-qtbase-devel qt6-qthttpserver-devel qt6-qtwebsockets-devel
    qt6-qtsvg-devel qtkeychain-qt6-devel libsecret qcustomplot-qt6-devel qscintilla-qt6-devel libfyaml-devel
    simdjson-devel libzstd-devel sqlite-devel libcurl-devel openssl-devel jemalloc-devel expected-devel cli11-devel re2-devel hiredis-devel valijson-devel json-devel curl"
pacman_build="base-devel cmake ninja ccache git qt6-base qt6-httpserver qt6-websockets qt6-svg qtkeychain-qt6 libsecret
    qcustomplot qscintilla-qt6 libfyaml simdjson zstd sqlite curl openssl jemalloc tl-expected cli11 re2 hiredis nlohmann-json valijson"
brew_build="cmake ninja ccache pkg-config qt qtkeychain libfyaml simdjson zstd sqlite curl openssl@3 jemalloc cli11 re2 hiredis valijson nlohmann-json qscintilla2"

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else
        echo "this needs root and there is no sudo; as root, run: $*" >&2
        return 1
    fi
}

# apt_missing PACKAGES...: those that are not installed, one a line.
apt_missing() {
    for package in "$@"; do
        dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
    done
}

# install_packages ALLOWED GROUPS...: installs what is missing of the groups build, test and bench. With ALLOWED=no it says
# what is missing and fails.
install_packages() {
    allowed=$1
    shift
    if command -v apt-get >/dev/null 2>&1; then
        wanted=""
        for group in "$@"; do eval "wanted=\"\$wanted \$apt_$group\""; done
        # A Node.js that is already there (from elsewhere than apt) will do.
        if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
            wanted=$(printf '%s\n' $wanted | grep -vx -e nodejs -e npm)
        fi
        missing=$(apt_missing $wanted | tr '\n' ' ')
        [ -z "${missing# }" ] && return 0
        if [ "$allowed" = no ]; then
            echo "missing packages: $missing" >&2
            echo "install them with: apt-get install --no-install-recommends $missing" >&2
            return 1
        fi
        echo "installing: apt-get install --no-install-recommends $missing"
        as_root apt-get update -qq || { echo "apt-get update failed; is the network there?" >&2; return 1; }
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing ||
            { echo "apt-get could not install the packages above" >&2; return 1; }
        return 0
    fi
    if command -v dnf >/dev/null 2>&1; then set -- dnf install -y $dnf_build; root=as_root
    elif command -v pacman >/dev/null 2>&1; then set -- pacman -S --needed --noconfirm $pacman_build; root=as_root
    elif command -v brew >/dev/null 2>&1; then set -- brew install $brew_build; root=
    else
        echo "no apt-get, dnf, pacman or brew here: install Qt 6.4 with HttpServer, QtKeychain, QCustomPlot, QScintilla," >&2
        echo "libfyaml, simdjson, zstd, SQLite, libcurl, tl-expected, CLI11, RE2 and hiredis by hand, then use --no-install" >&2
        return 1
    fi
    if [ "$allowed" = no ]; then
        echo "not checked on this system; what would be run: $*" >&2
        return 0
    fi
    echo "running: $*"
    $root "$@"
}
