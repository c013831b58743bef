# Two workers in network namespaces of their own; one is cut off from the server while it works.
set -eu
export PATH=$PATH:/usr/sbin:/sbin
ip link set lo up
redis-server --port 6379 --bind 0.0.0.0 --protected-mode no --save '' --dir . >redis.log 2>&1 & redis=$!
for side in a b; do
  unshare -n sleep 1000 & eval holder_$side=$!
done
trap 'kill -9 $redis $holder_a $holder_b $(cat worker_a worker_b 2>/dev/null) 2>/dev/null || :' EXIT
number=1
for side in a b; do
  eval holder=\$holder_$side
  # It is in its own namespace once it has another than ours.
  until [ "$(readlink /proc/$holder/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do :; done
  ip link add out_$side type veth peer name in_$side
  ip link set in_$side netns $holder
  ip addr add 10.77.$number.1/24 dev out_$side
  ip link set out_$side up
  nsenter -t $holder -n ip addr add 10.77.$number.2/24 dev in_$side
  nsenter -t $holder -n ip link set in_$side up
  nsenter -t $holder -n ip link set lo up
  number=$((number + 1))
done
until s4l-queue stat --url redis://127.0.0.1:6379 >/dev/null 2>&1; do :; done
start() { # side number: starts its worker
  eval holder=\$holder_$1
  SIDE=$1 nsenter -t $holder -n s4l-queue work --url redis://10.77.$2.1:6379 --queue q -c 1 --lease 2s \
    --backoff 1s --patience 1s -- sh handler >out_$1 2>log_$1 &
  echo $! >worker_$1
}
push() { s4l-queue push --url redis://127.0.0.1:6379 --queue q --type t --retention 1h --id $1 $1 >/dev/null; }
begun() { grep -q "begin $1 $2" log 2>/dev/null; }
: >log
start a 1
push long
until begun long a; do sleep 0.05; done
ip link set out_a down
start b 2
until begun long b; do sleep 0.05; done
grep -q "told long a" log || { echo "the worker that was cut off still works on the task" >&2; exit 1; }
touch finish
until [ "$(s4l-queue show --url redis://127.0.0.1:6379 long | grep -c '"state":"completed"')" = 1 ]; do sleep 0.05; done
rm finish
# Back again, it takes tasks as before: one for each.
ip link set out_a up
push one
push two
until begun one a || begun two a; do sleep 0.05; done
touch finish
until [ "$(s4l-queue ls --url redis://127.0.0.1:6379 --queue q | grep -c '"state":"completed"')" = 3 ]; do sleep 0.05; done
cat log
