#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a command in a session of its own: private home and runtime folders, no display, and
#   unlocked          a bus with gnome-keyring, its login keyring unlocked
#   no-collection     a bus that can start gnome-keyring, which has no keyring yet
#   no-service        a bus that knows no service
#   no-bus            no bus
# Usage: keyring_session.sh SCENARIO COMMAND [ARGUMENT...]
set -eu
scenario=$1
shift

for tool in dbus-run-session gnome-keyring-daemon; do
    command -v "$tool" >/dev/null || {
        echo "$tool is missing; install it: apt-get install gnome-keyring dbus" >&2
        exit 1
    }
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -m 700 "$scratch/home" "$scratch/run"
export HOME="$scratch/home" XDG_RUNTIME_DIR="$scratch/run"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS XDG_CURRENT_DESKTOP KDE_SESSION_VERSION \
    XDG_DATA_HOME XDG_CONFIG_HOME XDG_CACHE_HOME GNOME_KEYRING_CONTROL SSH_AUTH_SOCK

case $scenario in
unlocked)
    # Before anything else starts the daemon through the bus: one that runs already is not unlocked any more.
    dbus-run-session -- sh -c '
        printf testpw | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1
        exec "$@"' sh "$@"
    ;;
no-collection)
    dbus-run-session -- "$@"
    ;;
no-service)
    cat >"$scratch/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=$scratch/run</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
CONF
    dbus-run-session --config-file="$scratch/bus.conf" -- "$@"
    ;;
no-bus)
    "$@"
    ;;
*)
    echo "unknown scenario $scenario" >&2
    exit 2
    ;;
esac
