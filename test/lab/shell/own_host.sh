#!/bin/sh
# A host of its own as far as accounts go: FOLDER's etc, home and bin stand for /etc, /home and /usr/local/bin, seen
# by COMMAND alone. To be run by `unshare --mount`.
set -eu
folder=$1
shift
mount --bind "$folder/etc" /etc
mount --bind "$folder/home" /home
mount --bind "$folder/bin" /usr/local/bin
mount -t tmpfs tmpfs /run
mkdir -m 755 /run/sshd
exec "$@"
