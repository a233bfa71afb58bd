# Functions that fill the root folder of an image with programs of this machine.

# A shell with the small tools that entry points and health checks use, users, and folders that programs expect.
fill_base() {
  local root=$1
  mkdir -p "$root"/{bin,etc,tmp,root,usr/bin,usr/local/bin,var/lib}
  chmod 1777 "$root/tmp"
  cat >"$root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
redis:x:999:999:redis:/data:/bin/sh
postgres:x:998:998:postgres:/var/lib/postgresql:/bin/sh
appuser:x:1000:1000:appuser:/home/appuser:/bin/sh
PASSWD
  cat >"$root/etc/group" <<'GROUP'
root:x:0:
redis:x:999:
postgres:x:998:
appuser:x:1000:
GROUP
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  programs "$root" /bin/sh /bin/bash /bin/cat /bin/chmod /bin/chown /bin/cp /bin/date /bin/ls /bin/mkdir /bin/rm /bin/sleep \
    /usr/bin/basename /usr/bin/dirname /usr/bin/env /usr/bin/find /bin/grep /usr/bin/head /usr/bin/id /usr/bin/setpriv /usr/bin/timeout
}

# Programs at the paths they have here, with the libraries they load.
programs() {
  local root=$1 program
  shift
  for program in "$@"; do copy "$root" "$program" "$program"; done
  libraries "$root" "$@"
}

# A program at another path.
program_as() {
  copy "$1" "$2" "$3"
  libraries "$1" "$2"
}

# What the dynamic linker would load for these files; a static program needs nothing.
libraries() {
  local root=$1 library
  shift
  { ldd "$@" 2>/dev/null | grep -oE '/[^ :]+\.so[^ :]*' | sort -u || true; } | while read -r library; do
    [ -e "$root$library" ] || copy "$root" "$library" "$library"
  done
}

copy() {
  mkdir -p "$1$(dirname "$3")"
  cp -L "$2" "$1$3"
}

# A whole folder, links followed.
folder_as() {
  mkdir -p "$1$3"
  cp -rL "$2/." "$1$3"
}

# A script of the image's own folder, ready to run.
script_as() {
  copy "$1" "$2" "$3"
  chmod 755 "$1$3"
}
