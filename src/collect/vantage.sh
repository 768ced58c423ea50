#!/bin/sh
# Looks at one endpoint from another machine: resolves the name, makes one TCP connection, reads the first line.
# POSIX sh, fed on standard input; needs nothing but one of bash, nc, busybox, curl or ssh-keyscan. Writes nothing.
# Asked by SSHWHY_HOST and SSHWHY_PORT, or by SSHWHY_TARGETS, a "HOST PORT" line each; SSHWHY_FAMILY (4, 6) and SSHWHY_LIMIT (seconds)
# may bound it, and SSHWHY_DIAL=no has names resolved and nothing dialled. Answers key=value lines.

LIMIT=${SSHWHY_LIMIT:-8}
LANES=16

say() { printf '%s=%s\n' "$1" "$2"; }
has() { command -v "$1" >/dev/null 2>&1; }
millis() {
  t=$(date +%s%N 2>/dev/null)
  case $t in
    '' | *[!0-9]*) echo $(($(date +%s) * 1000)) ;;
    *) echo $((t / 1000000)) ;;
  esac
}

# Runs a command for at most LIMIT seconds, its standard input kept.
limited() {
  if has timeout && timeout 1 true 2>/dev/null; then
    timeout "$LIMIT" "$@"
    return
  fi
  "$@" <&0 &
  p=$!
  (
    sleep "$LIMIT"
    kill "$p"
  ) >/dev/null 2>&1 </dev/null &
  w=$!
  wait "$p"
  rc=$?
  kill "$w" 2>/dev/null
  return "$rc"
}

# The rest of the server's greeting is read away before the end: closing over unread data would send a reset.
# shellcheck disable=SC2016 # bash is to expand it
BASH_PROBE='exec 3<>"/dev/tcp/$1/$2" || exit 1
echo connected
printf "SSH-2.0-sshwhy\r\n" >&3
IFS= read -r -t 3 -n 255 line <&3
printf "line:%s\n" "$line"
IFS= read -r -t 1 -N 16384 rest <&3
exit 0'

# One connection; nc without -N waits until nothing has come for a while.
probe() {
  case $1 in
    bash) limited bash -c "$BASH_PROBE" bash "$2" "$3" ;;
    nc) { printf 'SSH-2.0-sshwhy\r\n'; sleep 1; } | limited nc -v -w 3 "$2" "$3" ;;
    busybox) { printf 'SSH-2.0-sshwhy\r\n'; sleep 1; } | limited busybox nc -w 5 "$2" "$3" ;;
    curl) { printf 'SSH-2.0-sshwhy\r\n'; sleep 1; } | limited curl -sS -v --connect-timeout 5 --max-time 7 "telnet://$4:$3" ;;
    ssh-keyscan) limited ssh-keyscan -T 5 -p "$3" -t ed25519 "$2" ;;
  esac
}

main() {
  host=$SSHWHY_HOST port=$SSHWHY_PORT
  say host "$host"
  say port "$port"
  address=$host
  case $host in
    *[!0-9.]*)
      case $host in
        *:*) ;;
        *)
          if has getent; then
            found=$(LIMIT=5 limited getent "ahosts${SSHWHY_FAMILY:+v$SSHWHY_FAMILY}" "$host" | awk '!seen[$1]++ { print $1 }' | head -n 8)
            for one in $found; do say address "$one"; done
            address=${found%%
*}
            if [ -z "$address" ]; then
              say outcome unresolved
              return
            fi
          else
            say resolver none
          fi
          ;;
      esac
      ;;
  esac
  [ "$SSHWHY_DIAL" = no ] && return
  has ip && say from "$(ip route get "$address" 2>/dev/null | sed -n 's/.* src \([^ ]*\).*/\1/p' | head -n 1)"
  tool=''
  for one in bash nc curl ssh-keyscan busybox; do
    if has "$one"; then
      tool=$one
      break
    fi
  done
  say tool "$tool"
  [ -n "$tool" ] || return
  case $address in *:*) bracketed="[$address]" ;; *) bracketed=$address ;; esac
  began=$(millis)
  out=$(probe "$tool" "$address" "$port" "$bracketed" 2>&1 | tr -d '\000' | LC_ALL=C tr -c '\n -~' '?' | head -c 4000)
  took=$(($(millis) - began))
  say ms "$took"
  # As shells, nc, busybox, curl and ssh-keyscan say it; who opened the connection says so, or quotes the server.
  case $out in
    *SSH-* | connected* | *'
connected'* | *succeeded* | *' open'* | *'Connected to'*) outcome=open ;;
    *refused*) outcome=refused ;;
    *'timed out'* | *'imed out'* | *'imeout'*) outcome=timed-out ;;
    *'No route to host'* | *unreachable*) outcome=unreachable ;;
    *'not known'* | *'not resolve'* | *'bad address'* | *'in name resolution'*) outcome=unresolved ;;
    # A program that ends early without a word (ssh-keyscan does when it is refused) does not tell why.
    '') if [ "$took" -ge $((LIMIT < 4 ? LIMIT * 1000 : 4000)) ]; then outcome=timed-out; else outcome=error; fi ;;
    *) outcome=error ;;
  esac
  say outcome "$outcome"
  if [ "$outcome" = open ]; then
    say banner "$(printf '%s\n' "$out" | sed -n -e 's/^line:\(.*[^?]\)?*$/\1/p' -e 's/^# .* \(SSH-.*[^?]\)?*$/\1/p' -e 's/^\(SSH-.*[^?]\)?*$/\1/p' | head -n 1)"
  else
    say said "$(printf '%s\n' "$out" | head -n 1)"
  fi
}

# Each endpoint of SSHWHY_TARGETS, some at a time; what is said of one is written at once.
many() {
  lane=0
  while [ "$lane" -lt "$LANES" ]; do
    (
      at=0
      printf '%s\n' "$SSHWHY_TARGETS" | while read -r SSHWHY_HOST SSHWHY_PORT; do
        at=$((at + 1))
        [ $((at % LANES)) -eq "$lane" ] || continue
        said=$(main </dev/null)
        printf 'target=%s\n%s\nend=%s\n' "$at" "$said" "$at"
      done
    ) &
    lane=$((lane + 1))
  done
  wait
}

if [ -n "$SSHWHY_TARGETS" ]; then many </dev/null; else main </dev/null; fi
