#!/bin/bash
# A real S3 server to test against: a Ceph RADOS Gateway of one node, thrown away afterwards.
#
#   rgw.sh start DIR [BUCKET]...   starts it on loopback, all its state in DIR; prints the endpoint
#   rgw.sh stop DIR                ends it; DIR is left, to be looked at or removed
#   rgw.sh hold DIR [BUCKET]...    starts it; when standard input ends, ends it and removes DIR
#
# It needs bash, curl, python3 and Debian's radosgw, ceph-mon and ceph-osd, but not root. The ports
# are free ones, so that any number may run side by side. Objects are kept in memory. Signatures
# are verified: the key is "test", its secret "testtest"; any region will do.
#
# DIR/endpoint has the endpoint. DIR/client.rgw.log has a line with "beast:" for each request,
# unless GATEWAY_LOG=0, which saves a fifth of the gateway's time. GATEWAY_DOMAIN is the domain
# below which buckets are hosts (s3.localhost).
set -Eeuo pipefail

LOG=${GATEWAY_LOG:-1}
DOMAIN=${GATEWAY_DOMAIN:-s3.localhost}
DAEMONS="rgw osd mon"

die() {
  echo "rgw.sh: $*" >&2
  exit 1
}

usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
  exit 64
}

check() {
  local missing="" program
  for program in radosgw radosgw-admin ceph-mon ceph-osd ceph monmaptool curl python3; do
    command -v "$program" >/dev/null || missing="$missing $program"
  done
  [ -z "$missing" ] || die "missing:$missing; as root, run:" \
    "apt-get install --no-install-recommends radosgw ceph-mon ceph-osd curl python3"
}

free_port() {
  python3 -S -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# The port on which a process listens, once it does: the gateway picks its own.
listening_port() { # PID
  python3 -S - "$1" <<'PYTHON'
import os, sys, time
until = time.monotonic() + 60
while time.monotonic() < until:
    try:
        folder = f"/proc/{sys.argv[1]}/fd/"
        links = {os.readlink(folder + name) for name in os.listdir(folder)}
    except FileNotFoundError:
        if not os.path.exists(f"/proc/{sys.argv[1]}"):
            break
        continue
    for line in list(open("/proc/net/tcp"))[1:]:
        words = line.split()
        if words[3] == "0A" and f"socket:[{words[9]}]" in links:
            sys.exit(print(int(words[1].split(":")[1], 16)))
    time.sleep(0.01)
sys.exit("it never listened")
PYTHON
}

configuration() { # DIR MONITOR-PORT
  local quiet=""
  [ "$LOG" != 0 ] || quiet=$(printf '%s = 0/0\n' "debug "{rgw,ms,osd,mon,objecter})
  cat <<END
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v2:127.0.0.1:$2/0
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
run dir = $1
admin socket =
crash dir = $1/crash
log file = $([ "$LOG" = 0 ] || echo "$1/\$name.log")
log to stderr = false
err to stderr = true
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms bind ipv6 = false
ms bind port max = 30000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
$quiet
[mon]
mon data = $1/mon
mon allow pool size one = true
mon max pg per osd = 5000
mon data avail crit = 0
mon data avail warn = 1
mon cluster log to file = false
mon osd min up ratio = 0
mon rocksdb options = write_buffer_size=8388608,compression=kNoCompression
paxos propose interval = 0.01
paxos min wait = 0.01
[osd]
osd data = $1/osd
osd objectstore = memstore
memstore device bytes = $((12 << 30))
osd crush initial weight = 1
osd op num shards = 2
osd op num threads per shard = 1
osd max scrubs = 0
osd class load list = *
osd class default list = *
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:0 tcp_nodelay=1
rgw dns name = $DOMAIN
rgw data = $1/rgw
rgw enable apis = s3
rgw enable usage log = false
rgw enable quota threads = false
rgw run sync thread = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
rgw thread pool size = 64
END
}

# Starts a daemon in the background and notes its identifier.
daemon() { # NAME PROGRAM [ARGUMENT]...
  local name=$1
  shift
  "$@" -f </dev/null >"$dir/$name.out" 2>&1 &
  echo $! >"$dir/$name.pid"
  disown
}

failed() {
  trap - ERR
  stop "$dir"
  for output in "$dir"/*.out; do
    [ ! -s "$output" ] || { echo "--- ${output##*/}" && tail -n 5 "$output"; } >&2
  done
  die "the gateway did not start (line $1); its state is left in $dir"
}

start() { # DIR [BUCKET]...
  check
  local bucket monitor port
  mkdir -p "$1" || die "$1: cannot be made"
  [ ! -e "$1/ceph.conf" ] || die "$1: has been used; stop it, and remove the folder"
  dir=$(cd "$1" && pwd)
  trap 'failed $LINENO' ERR
  mkdir -p "$dir"/{mon,osd,rgw,crash}
  monitor=$(free_port)
  configuration "$dir" "$monitor" >"$dir/ceph.conf"
  unset CEPH_ARGS
  export CEPH_CONF="$dir/ceph.conf"

  monmaptool --create --fsid "$(awk '/^fsid/ { print $3 }' "$CEPH_CONF")" \
    --addv a "[v2:127.0.0.1:$monitor]" "$dir/monmap" >"$dir/monmap.out" 2>&1
  ceph-mon --mkfs -i a --monmap "$dir/monmap" </dev/null >"$dir/mon-mkfs.out" 2>&1
  daemon mon ceph-mon -i a
  ceph-osd -i 0 --mkfs --osd-uuid "$(cat /proc/sys/kernel/random/uuid)" \
    </dev/null >"$dir/osd-mkfs.out" 2>&1
  timeout 60 ceph osd new "$(cat "$dir/osd/fsid")" </dev/null >"$dir/osd-new.out" 2>&1
  daemon osd ceph-osd -i 0
  timeout 120 radosgw-admin -n client.rgw user create --uid test --display-name test \
    --access-key test --secret testtest </dev/null >"$dir/user.json" 2>"$dir/user.out"
  daemon rgw radosgw -n client.rgw
  port=$(listening_port "$(cat "$dir/rgw.pid")" 2>"$dir/port.out")
  # Whoever connects is answered, if only after the last of its threads has come up.
  curl -s --max-time 60 -o "$dir/first.out" "http://127.0.0.1:$port/"
  rm -f "$dir/first.out"
  shift
  for bucket; do
    # The header is not curl's own to add before its version 8.
    curl -sS --fail --max-time 60 -o "$dir/bucket.out" -X PUT --user test:testtest \
      --aws-sigv4 aws:amz:us-east-1:s3 -H x-amz-content-sha256:UNSIGNED-PAYLOAD \
      "http://127.0.0.1:$port/$bucket"
  done
  echo "http://127.0.0.1:$port" >"$dir/endpoint"
  trap - ERR
  is_up=yes
  cat "$dir/endpoint"
}

# Ends what was started in this folder and nothing else, should the identifier have been reused.
# It need not be asked: there is nothing worth saving.
stop() { # DIR
  local name process
  for name in $DAEMONS; do
    [ -e "$1/$name.pid" ] || continue
    process=$(cat "$1/$name.pid")
    if ours "$process" "$1"; then
      kill -9 "$process" 2>/dev/null || true
      while ours "$process" "$1"; do sleep 0.02; done
    fi
    rm -f "$1/$name.pid"
  done
}

# Whether a process lives and has the configuration of this folder; a zombie has none.
ours() { # PID DIR
  grep -qszxF "CEPH_CONF=$2/ceph.conf" "/proc/$1/environ"
}

finish() {
  [ -z "$dir" ] || stop "$dir"
  [ -z "$is_up" ] || rm -rf "$dir"
}

dir=""
is_up=""
[ $# -ge 2 ] || usage
case $1 in
  start) start "${@:2}" ;;
  stop)
    [ -e "$2/ceph.conf" ] || die "$2: no gateway was started here"
    stop "$(cd "$2" && pwd)"
    ;;
  hold)
    # However the one at the other end of the pipe comes to its end, it lasts no longer.
    trap finish EXIT
    trap 'exit 143' TERM HUP
    trap : INT
    start "${@:2}"
    # Unlike a program that would be waited for first, this can be interrupted by a signal.
    while read -r; do :; done
    ;;
  *) usage ;;
esac
