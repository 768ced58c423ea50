# Takes a fix back when nobody confirms it in time. Lies in the folder of that fix (see restore.sh) and runs on the machine
# that was changed, so that it needs nobody else. `deadline`, in seconds since boot, may be put off while it runs.
# Where whoever makes the changes is killed meanwhile, it does not wait for that.
dir=$(cd "$(dirname "$0")" && pwd -P) || exit 1
now() { cut -d. -f1 /proc/uptime 2>/dev/null || date +%s; }
: >"$dir/guarded" || exit 1
died() { [ ! -e "$dir/applied" ] && read -r engine <"$dir/engine.pid" && ! kill -0 "$engine" 2>/dev/null; }
while [ -e "$dir/armed" ]; do
  died && exec sh "$dir/restore.sh" 'it was interrupted while it was made'
  read -r deadline <"$dir/deadline" && [ "$(now)" -ge "$deadline" ] && exec sh "$dir/restore.sh" "$(cat "$dir/unless")"
  sleep 1
done
