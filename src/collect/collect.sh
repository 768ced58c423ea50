#!/bin/sh
# Gathers what a diagnosis of ssh needs to know of a server, and prints it as a Bundle (docs/bundle.md).
# Reads only: no file is written, nothing is started, no kernel module is loaded.
# Needs a POSIX sh with awk and the usual tools; what is missing or may not be read is said in the answer.
# May be asked about a login: SSHWHY_USER, SSHWHY_FROM (address), SSHWHY_PORT; or, with SSHWHY_SCOPE=keys, for the public
# keys of all accounts (or of SSHWHY_USER) and what the log says of their use, and nothing else.

LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
# Times are those of the machine, not of whoever asks.
unset LANGUAGE SYSTEMD_COLORS SYSTEMD_PAGER TZ
user=${SSHWHY_USER:-} from=${SSHWHY_FROM:-} port=${SSHWHY_PORT:-} scope=${SSHWHY_SCOPE:-}
uid=$(id -u)
tab=$(printf '\t')

# What a section's command returns beside its output.
ABSENT=66 DENIED=77 UNSUPPORTED=78
KIB=1024

have() { command -v "$1" >/dev/null 2>&1; }
root() { [ "$uid" = 0 ]; }
if have timeout; then
  within() { timeout "$@"; }
else
  # Without timeout(1), a watchdog of our own; 124 is what timeout(1) returns.
  within() {
    within_s=$1
    shift
    "$@" &
    within_pid=$!
    (
      sleep "$within_s"
      kill -9 "$within_pid"
    ) >/dev/null 2>&1 &
    within_dog=$!
    wait "$within_pid" 2>/dev/null
    within_rc=$?
    kill "$within_dog" 2>/dev/null
    [ "$within_rc" = 137 ] && return 124
    return "$within_rc"
  }
fi

# section NAME KIB COMMAND…: the command may be a function; what it says on standard error is part of the answer.
# awk prefixes the content. The return code comes after the last line and is told from content by its place alone.
section() {
  section_name=$1 section_kib=$2
  shift 2
  {
    "$@" </dev/null 2>&1
    printf '\n%s\n' "$?"
  } | awk -v name="$section_name" -v max="$((section_kib * KIB))" '
    BEGIN { print "=== begin " name }
    NR > 2 { size += length(older) + 1; if (size <= max) print "|" older; else cut = 1 }
    { sub(/\r$/, ""); older = held; held = $0 }
    END {
      if (older != "") print "|" older
      rc = held + 0
      status = rc == 66 ? "absent" : rc == 77 ? "denied" : rc == 78 ? "unsupported" : rc == 124 ? "timed-out" : "ok"
      print "=== end " name " " status (cut ? " truncated" : "")
    }'
}

# ---- sshd itself ----------------------------------------------------------------------------------------------------

sshd=$(command -v sshd || true)
[ -n "$sshd" ] || for path in /usr/sbin/sshd /usr/local/sbin/sshd /opt/openssh/sbin/sshd; do
  [ -x "$path" ] && sshd=$path && break
done

# Process titles are the only place that tells which file a running daemon was given.
processes() {
  if [ -r /proc/self/stat ]; then
    if ps -eo pid=,ppid=,uid=,stat=,etimes=,args= >/dev/null 2>&1; then
      ps -ww -eo pid=,ppid=,uid=,stat=,etimes=,args=
    else
      ps -o pid,ppid,user,stat,time,args 2>/dev/null || ps
    fi | awk '
      $6 ~ /(^|\/)(sshd|sshd-session|sshd-auth):?$/ && $7 !~ /^-[tTGV]$/ { print; next }
      $6 ~ /sshguard|sshg-|crowdsec|endlessh|dropbear|tinysshd|systemd-logind/ || $7 ~ /fail2ban|denyhosts/'
  else
    return $UNSUPPORTED
  fi
}

listener_pid() {
  processes | awk '/sshd/ && (/\[listener\]/ || /sshd -D/ || /\/sshd( |$)/) { print $1; exit }'
}

sshd_binary() {
  [ -n "$sshd" ] || return $ABSENT
  echo "path=$sshd"
  # Before 9.x sshd has no -V, but says its version with the complaint.
  echo "version=$(within 3 "$sshd" -V 2>&1 | grep -m 1 OpenSSH_)"
  if have dpkg-query; then
    # shellcheck disable=SC2016 # dpkg-query's own placeholder
    echo "package=$(within 3 dpkg-query -W -f '${Version}' openssh-server 2>/dev/null)"
  elif have rpm; then
    echo "package=$(within 3 rpm -q --qf '%{VERSION}-%{RELEASE}' openssh-server 2>/dev/null)"
  fi
  # Since 9.8 much of sshd is in programs of its own, libwrap too.
  session=''
  for path in sshd-session:session sshd-auth:auth; do
    for folder in /usr/lib/openssh /usr/libexec /usr/libexec/openssh /usr/lib/ssh /usr/local/libexec; do
      [ -e "$folder/${path%%:*}" ] || continue
      echo "${path#*:}=$folder/${path%%:*}"
      [ -n "$session" ] || session=$folder/${path%%:*}
      break
    done
  done
  # shellcheck disable=SC2086 # one word or none
  have ldd && within 3 ldd "$sshd" $session 2>/dev/null |
    awk '/not found/ { print "missing=" $1; next } $1 ~ /^[a-z].*\.so/ { print "linked=" $1 }' | sort -u
  return 0
}

sshd_test() {
  [ -n "$sshd" ] || return $ABSENT
  root || return $DENIED
  within 5 "$sshd" -t
  echo "rc=$?"
}

sshd_effective() {
  [ -n "$sshd" ] || return $ABSENT
  root || return $DENIED
  if [ -n "$user" ]; then
    # A comma would begin another condition of -C.
    case $user$from in *,*) return $UNSUPPORTED ;; esac
    within 5 "$sshd" -T -C "user=$user,host=${from:-UNKNOWN},addr=${from:-127.0.0.1},laddr=127.0.0.1,lport=${port:-22}"
  else
    within 5 "$sshd" -T
  fi
  echo "rc=$?"
}

# All files that sshd_config is made of, in the order of first mention, 16 levels deep as in servconf.c.
config_files() {
  config_main=/etc/ssh/sshd_config
  config_running=$(processes 2>/dev/null | awk '/sshd/ { for (i = 6; i < NF; i++) if ($i == "-f") { print $(i + 1); exit } }')
  config_todo="$config_main${config_running:+
$config_running}"
  config_seen=''
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
    config_next=''
    while IFS= read -r config_file; do
      [ -n "$config_file" ] || continue
      case "
$config_seen
" in *"
$config_file
"*) continue ;; esac
      config_seen="$config_seen${config_seen:+
}$config_file"
      printf '%s\n' "$config_file"
      [ -r "$config_file" ] || continue
      config_globs=$(awk 'tolower($1) ~ /^include(=|$)/ {
        sub(/^[ \t]*[A-Za-z]+[ \t=]+/, ""); n = split($0, word, /[ \t]+/)
        for (i = 1; i <= n; i++) { gsub(/"/, "", word[i]); if (word[i] ~ /^#/) break; if (word[i] != "") print word[i] ~ /^\// ? word[i] : "/etc/ssh/" word[i] }
      }' "$config_file")
      IFS='
'
      # Unquoted for its glob; splitting is at newlines alone.
      for config_match in $config_globs; do
        [ -e "$config_match" ] && config_next="$config_next
$config_match"
      done
      unset IFS
    done <<LIST
$config_todo
LIST
    [ -n "$config_next" ] || break
    config_todo=$config_next
  done
}

# Arguments of a keyword wherever it stands in the configuration, Match blocks included.
config_values() {
  printf '%s\n' "$configs" | while IFS= read -r values_file; do
    [ -r "$values_file" ] && awk -v want="$1" 'tolower($1) == want { for (i = 2; i <= NF && $i !~ /^#/; i++) { gsub(/"/, "", $i); print $i } }' "$values_file"
  done
}

# ---- files ----------------------------------------------------------------------------------------------------------

# Bytes of one file, and of all files together.
file_max=262144 files_max=67108864
if [ "$scope" = keys ]; then file_max=4194304 files_max=33554432; fi

# hidden PATH: whether a folder on the way keeps us from knowing if it is there: the last one that can be seen may not be entered.
hidden() {
  hidden_up=$1
  while hidden_up=${hidden_up%/*} && [ -n "$hidden_up" ]; do
    if [ -e "$hidden_up" ]; then
      [ ! -x "$hidden_up" ]
      return
    fi
  done
  return 1
}

# file_sections: one section for each path on standard input; private keys and passwords in them are blanked line by line.
file_sections() {
  while IFS= read -r path; do
    [ -n "$path" ] || continue
    # A link to nowhere is as absent as nothing at all.
    if [ ! -e "$path" ]; then
      if hidden "$path"; then echo "denied $path"; else echo "absent $path"; fi
    elif [ ! -f "$path" ]; then echo "unsupported $path"
    elif [ ! -r "$path" ]; then echo "denied $path"
    else echo "ok $path"; fi
  done | awk -v max="$file_max" -v budget="$files_max" '
    function coded(path) { gsub(/%/, "%25", path); gsub(/ /, "%20", path); gsub(/\t/, "%09", path); return path }
    # Blanks values alone: options of a key before and after them still count. A value ends with its quotes, or at white space.
    function blanked(line,   out, head, rest, quotes) {
      out = ""
      while (match(tolower(line), /(passwd|password|secret|bindpw|token)[ \t]*=[ \t]*[^ \t]|bindpw[ \t]+[^ \t=]/)) {
        head = substr(line, 1, RSTART + RLENGTH - 2)
        rest = substr(line, RSTART + RLENGTH - 1)
        out = out head
        quotes = out
        if (gsub(/"/, "", quotes) % 2) match(rest, /^[^"]*/)
        else if (rest ~ /^"/) match(rest, /^"[^"]*"?/)
        else match(rest, /^[^ \t]*/)
        out = out "[removed]"
        line = substr(rest, RLENGTH + 1)
      }
      return out line
    }
    {
      status = $1; path = substr($0, length($1) + 2); name = "file:" coded(path); size = 0; cut = ""
      if (path in done) next
      done[path] = 1
      print "=== begin " name
      if (status == "ok") {
        key = 0
        while ((getline line < path) > 0) {
          sub(/\r$/, "\\r", line)
          if (line ~ /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/ || line ~ /^PuTTY-User-Key-File/) key = 1
          ends = line ~ /-----END [A-Z0-9 ]*PRIVATE KEY-----/ || line ~ /^Private-MAC/
          if (key) line = "[private key removed]"
          if (ends) key = 0
          line = blanked(line)
          size += length(line) + 1
          budget -= length(line) + 1
          if (size > max || budget < 0) { cut = " truncated"; break }
          print "|" line
        }
        close(path)
      }
      print "=== end " name " " status cut
    }'
}

# KRLs are binary, so they come as text, each in a section of its own: krl:PATH.
is_krl() { [ -f "$1" ] && [ "$(head -c 6 "$1" 2>/dev/null)" = SSHKRL ]; }
krl_text() {
  if have base64; then
    echo '# base64'
    base64 <"$1"
  else
    echo '# hex'
    od -An -v -tx1 <"$1"
  fi
}
revocation_lists() {
  config_values revokedkeys | awk '/^\// && !seen[$0]++' | head -n 4 | while IFS= read -r path; do
    is_krl "$path" || continue
    section "krl:$(printf '%s\n' "$path" | sed -e 's/%/%25/g' -e 's/ /%20/g' -e "s/$tab/%09/g")" 2048 krl_text "$path"
  done
}

# PAM files that the sshd service is made of.
pam_files() {
  pam_todo='sshd other' pam_seen=' '
  for _ in 1 2 3 4 5 6; do
    pam_next=''
    for pam_name in $pam_todo; do
      case $pam_seen in *" $pam_name "*) continue ;; esac
      pam_seen="$pam_seen$pam_name "
      pam_file=/etc/pam.d/$pam_name
      [ -e "$pam_file" ] || [ ! -e "/usr/lib/pam.d/$pam_name" ] || pam_file=/usr/lib/pam.d/$pam_name
      printf '%s\n' "$pam_file"
      [ -r "$pam_file" ] || continue
      pam_next="$pam_next $(awk '$1 == "@include" { print $2 } $2 ~ /^(include|substack)$/ { print $3 }' "$pam_file" | tr -cd 'A-Za-z0-9_.\n-')"
    done
    pam_todo=$pam_next
    [ -n "$pam_todo" ] || break
  done
}

# Files that arguments of some PAM modules name, but none that may hold secrets; and what these modules read beside them.
pam_more() {
  printf '%s\n' "$pam_list" | while IFS= read -r pam_file; do
    [ -r "$pam_file" ] && awk '/pam_(access|faillock|limits|listfile|nologin|time)\.so/ {
      for (i = 3; i <= NF; i++) if ($i ~ /^(accessfile|conffile|conf|file)=\//) { sub(/^[a-z]*=/, "", $i); print $i }
    }' "$pam_file"
  done | grep -vE 'shadow|passwd|secret|token|_key|^/(proc|sys|dev)/' | head -n 30
  for path in /etc/security/access.d/*.conf /etc/security/limits.d/*.conf; do [ ! -e "$path" ] || printf '%s\n' "$path"; done
  printf '%s\n' /etc/security/access.conf /etc/security/time.conf /etc/security/limits.conf /etc/security/faillock.conf /etc/security/pam_env.conf
}

# Release and modules of Linux-PAM, and who is logged in.
pam() {
  [ -d /etc/pam.d ] || return $ABSENT
  if have dpkg-query; then
    # shellcheck disable=SC2016 # dpkg-query's own placeholder
    within 3 dpkg-query -W -f 'packages=dpkg\nrelease=${Version}\n' libpam-modules 2>/dev/null | head -n 2
  elif have rpm; then
    within 3 rpm -q --qf 'release=%{VERSION}\n' pam 2>/dev/null | head -n 1
  fi
  for path in /lib/*/security/pam_*.so /lib/security/pam_*.so /lib64/security/pam_*.so /usr/lib/*/security/pam_*.so /usr/lib/security/pam_*.so \
    /usr/lib64/security/pam_*.so; do printf '%s\n' "$path"; done | sed -n 's|.*/\(pam_[A-Za-z0-9_-]*\)\.so$|module=\1|p' | sort -u
  # Some modules pass over a last line that does not end.
  printf '%s\n' "$pam_read" | while IFS= read -r path; do
    [ -r "$path" ] && [ -s "$path" ] && [ -n "$(tail -c 1 "$path" | tr -d '\000')" ] && printf 'unended=%s\n' "$path"
  done
  have who && who 2>/dev/null | awk '{ print "utmp=" $1 }'
  [ ! -d /run/systemd/sessions ] || for path in /run/systemd/sessions/*; do
    [ -f "$path" ] && awk -F= '$1 == "USER" { user = $2 } $1 == "CLASS" { kind = $2 } END { print "logind=" user " " kind }' "$path"
  done
  return 0
}

# ---- accounts -------------------------------------------------------------------------------------------------------

accounts() {
  if have getent; then
    if [ -n "$user" ]; then within 5 getent passwd -- "$user" || printf '# no such user: %s\n' "$user"; fi
    within 5 getent passwd
    if [ "$scope" = keys ]; then unlisted_accounts; fi
  else
    cat /etc/passwd
    [ -z "$user" ] || awk -F: -v user="$user" '$1 == user { found = 1 } END { if (!found) print "# no such user: " user }' /etc/passwd
  fi
}

# A directory service may not list its people, but their homes are here.
unlisted_accounts() {
  have stat || return 0
  unlisted_known=$(within 5 getent passwd)
  stat -c %U -- /home/* 2>/dev/null | awk -v known="$unlisted_known" '
    BEGIN { n = split(known, line, "\n"); for (i = 1; i <= n; i++) { split(line[i], field, ":"); seen[field[1]] = 1 } }
    $0 != "UNKNOWN" && !seen[$0]++' | head -n 200 | while IFS= read -r name; do within 5 getent passwd -- "$name"; done
}

groups_of() {
  if have getent; then within 5 getent group; else cat /etc/group; fi
  [ -z "$user" ] || printf '# id %s: %s\n' "$user" "$(within 5 id -Gn -- "$user" 2>/dev/null)"
}

# The class of a password and its dates (shadow(5)); never the hash.
shadow() {
  [ -e /etc/shadow ] || return $ABSENT
  [ -r /etc/shadow ] || return $DENIED
  awk -F: -v OFS='\t' '{
    p = $2
    class = p == "" ? "empty" : p == "*" ? "star" : p ~ /^!+\*?$/ ? "bang" : p ~ /^!/ ? "bang-hash" : p ~ /^(\$|[.\/0-9A-Za-z]{13}$)/ ? "hash" : length(p) == 13 ? "hash" : "other"
    print $1, class, $3, $4, $5, $6, $7, $8
  }' /etc/shadow
}

# Failures that pam_faillock holds against the user (faillock(8)).
faillock_of() {
  have faillock && [ -n "$user" ] || return $ABSENT
  root || return $DENIED
  within 3 faillock --user "$user"
}

# Accounts that are looked at in detail: the one asked about and root, else those that could log in.
# Prints name:uid:home:shell
looked_at() {
  if [ "$scope" = keys ]; then
    if [ -z "$user" ]; then accounts | head -n 2000
    elif have getent; then within 5 getent passwd -- "$user"
    else awk -F: -v u="$user" '$1 == u' /etc/passwd; fi
  elif [ -n "$user" ]; then
    if have getent; then within 5 getent passwd -- "$user" root; else awk -F: -v u="$user" '$1 == u || $1 == "root"' /etc/passwd; fi
  else
    accounts | awk -F: '$7 !~ /(nologin|false|sync|shutdown|halt)$/' | head -n 50
  fi 2>/dev/null | awk -F: -v OFS=: 'NF >= 7 { print $1, $3, $6, $7 }'
}

# Where AuthorizedKeysFile and AuthorizedPrincipalsFile lead for the accounts looked at, one path a line.
key_files() {
  key_patterns=$({ config_values authorizedkeysfile; config_values authorizedprincipalsfile; } | grep -vx none)
  key_patterns="$key_patterns
.ssh/authorized_keys
.ssh/authorized_keys2"
  printf '%s\n' "$looked" | awk -F: -v patterns="$key_patterns" '
    NF >= 4 {
      n = split(patterns, list, "\n")
      for (i = 1; i <= n; i++) {
        if (list[i] == "") continue
        path = ""; rest = list[i]
        while ((at = index(rest, "%")) > 0) {
          token = substr(rest, at + 1, 1)
          path = path substr(rest, 1, at - 1) (token == "h" ? $3 : token == "u" ? $1 : token == "U" ? $2 : token == "%" ? "%" : "%" token)
          rest = substr(rest, at + 2)
        }
        path = path rest
        if (path !~ /^\//) path = $3 "/" path
        if (!(path in seen)) { seen[path] = 1; print path }
      }
    }'
}

# Files that look as if they held public keys, in the homes of the accounts looked at and where sshd has its files; a file
# whose name is not that of public keys is not opened.
keys_elsewhere() {
  {
    printf '%s\n' "$looked" | awk -F: '
      $3 ~ /^\/./ && $3 !~ /^\/(nonexistent|dev|proc|sys|bin|sbin|usr|lib[^\/]*|boot|run)(\/|$)/ && !seen[$3]++ { print $3 "/.ssh"; print $3 }'
    printf '%s\n' /etc/ssh /etc/dropbear /etc/tinyssh /usr/local/etc/ssh
  } | while IFS= read -r folder; do
    [ -d "$folder" ] || continue
    # In a home itself only what is meant for sshd; users' folders may be large.
    case $folder in
      */.ssh | /etc/* | /usr/local/etc/*)
        within 5 find "$folder" -maxdepth 3 -type f -size -2048k \( -name '*authorized*' -o -name '*.pub' -o -name '*.keys' -o -path '*authorized*/*' \) ;;
      *) within 5 find "$folder" -maxdepth 1 -type f -size -2048k -name '*authorized_keys*' ;;
    esac
  done 2>/dev/null | grep -v '/ssh_host_[a-z0-9]*_key\.pub$' | awk '!seen[$0]++' | head -n 2000
}

# Programs that are asked for keys and principals.
naming_commands() {
  for path in authorizedkeyscommand authorizedprincipalscommand; do
    config_values "$path" | grep '^/'
  done
}

# Each path and every folder above it.
with_parents() {
  awk '{ path = $0; while (path != "") { print path; sub(/\/[^\/]*$/, "", path) } print "/" }' | awk '!seen[$0]++'
}

# type mode uid gid user group size mtime path, tab-separated; a link is followed by a line for its target.
path_lines() {
  have stat || return $UNSUPPORTED
  while IFS= read -r path; do
    [ -n "$path" ] || continue
    if [ -e "$path" ] || [ -h "$path" ]; then
      printf '%s\n' "$path"
      if [ -h "$path" ]; then readlink -f -- "$path" 2>/dev/null; fi
    else
      parent=$path
      while [ -n "$parent" ] && [ ! -e "$parent" ]; do parent=${parent%/*}; done
      if [ -n "$parent" ] && [ -d "$parent" ] && [ ! -x "$parent" ]; then
        printf 'denied\t-\t-\t-\t-\t-\t-\t-\t%s\n' "$path" >&3
      else
        printf 'missing\t-\t-\t-\t-\t-\t-\t-\t%s\n' "$path" >&3
      fi
    fi
  done | awk '!seen[$0]++' | tr '\n' '\0' | xargs -0 stat -c "%F$tab%a$tab%u$tab%g$tab%U$tab%G$tab%s$tab%Y$tab%n" -- 2>/dev/null | awk -F '\t' -v OFS='\t' '{
    $1 = $1 ~ /^regular/ ? "file" : $1 == "directory" ? "dir" : $1 == "symbolic link" ? "link" : $1 == "socket" ? "socket" : "other"
    $2 = "0" $2
    print
  }'
}

host_keys() {
  host_key_files | while IFS= read -r key; do
    # What keeps ssh from reading the private half is said, the half itself is not; who asks for keys alone opens none.
    trouble=''
    [ "$scope" != keys ] && [ -r "$key" ] && have ssh-keygen && trouble=$(within 3 ssh-keygen -y -P '' -f "$key" 2>&1 >/dev/null </dev/null | tr '\t' ' ' | tail -n 1)
    printf '%s\t%s\t%s\n' "$key" "$(within 3 ssh-keygen -l -f "$key.pub" 2>/dev/null || echo -)" "$trouble"
  done
}

host_key_files() {
  keys=$(config_values hostkey)
  [ -n "$keys" ] || keys='/etc/ssh/ssh_host_rsa_key
/etc/ssh/ssh_host_ecdsa_key
/etc/ssh/ssh_host_ed25519_key'
  printf '%s\n' "$keys"
}

# Sizes of the groups that diffie-hellman-group-exchange may take (moduli(5)), and how many there are of each.
moduli() {
  moduli_file=$(config_values modulifile | head -n 1)
  moduli_file=${moduli_file:-/etc/ssh/moduli}
  [ -e "$moduli_file" ] || return $ABSENT
  [ -r "$moduli_file" ] || return $DENIED
  printf 'path=%s\n' "$moduli_file"
  awk '$1 !~ /^#/ && NF >= 7 { n[$5 + 0]++ } END { for (size in n) print "size=" size " " n[size] }' "$moduli_file" | sort
}

paths() {
  {
    printf '%s\n' "$configs" | with_parents
    for path in /etc/ssh/sshd_config.d/*; do [ ! -e "$path" ] || printf '%s\n' "$path"; done
    printf '%s\n' /run/sshd /run /var/run/sshd /etc/ssh/sshd_config.d /usr/lib/openssh/sftp-server /usr/libexec/openssh/sftp-server \
      /usr/lib/openssh/sshd-session /usr/lib/openssh/sshd-auth /usr/libexec/openssh/sshd-session "$sshd" \
      /etc/nologin /run/nologin /var/run/nologin /etc/hosts.allow /etc/hosts.deny /etc/shells
    printf '%s\n' "$pam_read"
    host_key_files | while IFS= read -r key; do printf '%s\n%s.pub\n' "$key" "$key"; done
    { config_values trustedusercakeys; config_values revokedkeys; config_values banner; config_values subsystem; } | grep '^/'
    naming_commands | with_parents
    printf '%s\n' "$looked" | awk -F: 'NF >= 4 { print $4 }'
    # Of a public key of somebody's own, whether its private half lies beside it.
    printf '%s\n' "$elsewhere" | awk '{ print } /\.pub$/ && !/-cert\.pub$/ { sub(/\.pub$/, ""); print }'
    { printf '%s\n' "$key_paths"; printf '%s\n' "$looked" | awk -F: 'NF >= 4 { print $3 }'; } | with_parents
  } | awk '$0 != "" && $0 != "none" && !seen[$0]++' | path_lines 3>&1
}

# ---- services, sockets ----------------------------------------------------------------------------------------------

UNITS='ssh.service sshd.service ssh.socket sshd.socket tinysshd.socket dropbear.socket fail2ban.service sshguard.service crowdsec.service nftables.service ufw.service firewalld.service systemd-logind.service system.slice user.slice'
UNIT_FIELDS=Id,LoadState,ActiveState,SubState,UnitFileState,Result,ExecMainStatus,ExecMainCode,MainPID,NRestarts,StateChangeTimestamp,ActiveEnterTimestampMonotonic,NeedDaemonReload,FragmentPath,DropInPaths,TriggeredBy,Triggers,Listen,Accept,IPAddressDeny,IPAddressAllow,RestrictAddressFamilies,TasksCurrent,TasksMax,ConditionResult,RuntimeDirectory

units() {
  have systemctl && [ -d /run/systemd/system ] || return $ABSENT
  # shellcheck disable=SC2086 # a list of units
  within 5 systemctl show --no-pager -p "$UNIT_FIELDS" $UNITS
}

system_state() {
  have systemctl && [ -d /run/systemd/system ] || return $ABSENT
  within 3 systemctl is-system-running
  echo '--- jobs'
  within 3 systemctl list-jobs --no-legend --no-pager
  echo '--- failed'
  within 3 systemctl --failed --no-legend --plain --no-pager
  return 0
}

unit_files() {
  have systemctl && [ -d /run/systemd/system ] || return 0
  within 3 systemctl show --no-pager -p FragmentPath,DropInPaths ssh.service ssh.socket sshd.service 2>/dev/null |
    awk -F= '$2 != "" { n = split($2, path, " "); for (i = 1; i <= n; i++) print path[i] }'
}

listeners() {
  if have ss; then
    echo '# ss'
    within 5 ss -Htlnpe
  elif have netstat; then
    echo '# netstat'
    within 5 netstat -tlnp 2>/dev/null
  elif [ -r /proc/net/tcp ]; then
    echo '# proc'
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
  else
    return $UNSUPPORTED
  fi
}

connections() {
  have ss || return $ABSENT
  within 5 ss -Htn state established state syn-recv "( sport = :${port:-22} )" | head -n 300
}

sshd_exe() {
  processes | awk '/sshd/ { print $1 }' | while IFS= read -r pid; do
    printf '%s\t%s\n' "$pid" "$(readlink "/proc/$pid/exe" 2>/dev/null || echo -)"
  done
}

# ---- bans and firewalls ---------------------------------------------------------------------------------------------

fail2ban() {
  have fail2ban-client || return $ABSENT
  [ -S /run/fail2ban/fail2ban.sock ] || [ -S /var/run/fail2ban/fail2ban.sock ] || return $ABSENT
  root || return $DENIED
  # One client for all questions: it takes a quarter of a second to start.
  # shellcheck disable=SC2016 # jail names are sanitised by tr
  jails=$(sed -n 's/^\[\(.*\)\].*/\1/p' /etc/fail2ban/jail.conf /etc/fail2ban/jail.local /etc/fail2ban/jail.d/*.conf /etc/fail2ban/jail.d/*.local 2>/dev/null |
    grep -i -e ssh -e recidive -e dropbear | tr -cd 'A-Za-z0-9_.\n-' | sort -u)
  questions=$(
    echo status
    echo banned
    for jail in $jails; do
      for question in 'banip --with-time' bantime findtime maxretry ignoreip logpath actions; do echo "get $jail $question"; done
    done
  )
  # Each answer stands under its question.
  printf '%s\n' "$questions" | within 8 fail2ban-client -i 2>&1 | awk -v questions="$questions" '
    BEGIN { split(questions, question, "\n") }
    { while (sub(/^fail2ban> /, "")) print "--- " question[++n]; print }'
}

nft_text() { have nft || return $ABSENT; root || return $DENIED; within 10 nft -a list ruleset; }
# nft before 1.0.7 may print broken JSON, or none, when a table is dormant; then one table after the other is asked for.
nft_json() {
  have nft || return $ABSENT
  root || return $DENIED
  within 10 nft -j -a list ruleset | whole_json && return 0
  within 10 nft list tables | while read -r _ family table; do
    within 10 nft -j -a list table "$family" "$table" | whole_json
  done
  return 0
}
whole_json() { awk '{ line = $0 } END { if (line !~ /\]}$/) exit 1; print line }'; }
saved_tables() { have "$1" || return $ABSENT; root || return $DENIED; within 10 "$1" -c; }
# The legacy tool loads its module when it is asked, so it is asked only where the kernel has tables already.
saved_legacy() {
  # Files of /proc have no size.
  grep -q . "$2" 2>/dev/null || return $ABSENT
  saved_tables "$1"
}
# Asking loads the module where it is one; where the kernel has it built in, rules that ask for a set tell.
ip_sets() {
  have ipset || return $ABSENT
  root || return $DENIED
  [ -d /sys/module/ip_set ] || grep -qs '^ip_set ' /proc/modules ||
    { saved_tables iptables-save && saved_tables ip6tables-save; } 2>/dev/null | grep -q -e '--match-set' || return $ABSENT
  within 10 ipset save
}
# Not every release of it leaves a file with its process id.
firewalld_runs() {
  have firewall-cmd || return 1
  [ -e /run/firewalld.pid ] || [ -e /var/run/firewalld.pid ] || { have systemctl && within 3 systemctl -q is-active firewalld.service 2>/dev/null; }
}
firewalld() {
  firewalld_runs || return $ABSENT
  root || return $DENIED
  within 6 firewall-cmd --list-all-zones
}

# Programs that see a packet before any ruleset does.
bpf_hooks() {
  have tc && within 3 tc qdisc show 2>/dev/null | grep -e clsact -e ingress
  have ip && within 3 ip -o link show 2>/dev/null | grep xdp
  return 0
}

# ---- the machine ----------------------------------------------------------------------------------------------------

meta() {
  printf 'collector=1\nuid=%s\n' "$uid"
  echo "hostname=$(uname -n)"
  echo "kernel=$(uname -srm)"
  date '+now=%s%ntz=%z'
  awk '$1 == "btime" { print "boot=" $2 }' /proc/stat 2>/dev/null
  echo "init=$(cat /proc/1/comm 2>/dev/null)"
  echo "nproc=$(grep -c '^processor' /proc/cpuinfo 2>/dev/null)"
  printf 'user=%s\nfrom=%s\nport=%s\n' "$user" "$from" "$port"
}

routes() { have ip || return $ABSENT; within 3 ip route show table all; within 3 ip -6 route show table all; }
rules() { have ip || return $ABSENT; within 3 ip rule; within 3 ip -6 rule; }
addresses() { have ip || return $ABSENT; within 3 ip -o addr; }
route_to_client() { have ip || return $ABSENT; [ -n "$from" ] || return $UNSUPPORTED; within 3 ip route get "$from"; }

# The client's name as sshd looks for it, and back, only where it does: canohost.c, remote_hostname().
reverse_names() {
  config_values usedns | grep -qix yes || return $ABSENT
  [ -n "$from" ] && have getent && [ -r /proc/uptime ] || return $UNSUPPORTED
  reverse_start=$(centiseconds)
  reverse_said=$(within 3 getent hosts -- "$from")
  printf 'ptr-rc=%s\nptr-ms=%s\n' "$?" "$((($(centiseconds) - reverse_start) * 10))"
  reverse_name=$(printf '%s\n' "$reverse_said" | awk 'NR == 1 { print $2 }')
  [ -n "$reverse_name" ] || return 0
  reverse_start=$(centiseconds)
  reverse_said=$(within 3 getent ahosts -- "$reverse_name")
  printf 'forward-rc=%s\nforward-ms=%s\n' "$?" "$((($(centiseconds) - reverse_start) * 10))"
  printf 'ptr=%s\n' "$reverse_name"
  printf '%s\n' "$reverse_said" | awk '$1 != "" && !seen[$1]++ { print "forward=" $1 }' | head -n 16
}
centiseconds() { awk '{ print int($1 * 100) }' /proc/uptime; }

# Not by the shell: dash reads byte by byte, and the kernel gives these files only to who reads from the beginning.
sysctls() {
  grep -Hs '' /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max \
    /proc/sys/kernel/pid_max /proc/sys/kernel/threads-max /proc/sys/fs/file-nr /proc/sys/fs/nr_open /proc/sys/net/core/somaxconn \
    /proc/sys/net/ipv4/tcp_max_syn_backlog /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/pty/nr /proc/sys/kernel/pty/max |
    awk '{ at = index($0, ":"); key = substr($0, 11, at - 11); gsub(/\//, ".", key); print key "=" substr($0, at + 1) }'
}

security() {
  if [ -r /sys/fs/selinux/enforce ]; then
    [ "$(cat /sys/fs/selinux/enforce)" = 1 ] && echo selinux=enforcing || echo selinux=permissive
  elif [ -d /sys/fs/selinux ]; then echo selinux=disabled
  else echo selinux=none; fi
  if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; then
    echo apparmor=enabled
    awk '/sshd/ { print "# profile " $0 }' /sys/kernel/security/apparmor/profiles 2>/dev/null
  else echo apparmor=none; fi
}

disk() { within 4 df -Pk 2>/dev/null; }
inodes() { within 4 df -Pi 2>/dev/null; }
pressure() {
  [ -d /proc/pressure ] || return $ABSENT
  for what in cpu io memory; do
    echo "--- $what"
    cat "/proc/pressure/$what" 2>/dev/null
  done
}
limits() {
  pid=$(listener_pid)
  [ -n "$pid" ] || return $ABSENT
  [ -r "/proc/$pid/limits" ] || return $DENIED
  cat "/proc/$pid/limits"
  # The control group's own bound on processes, wherever its hierarchy is mounted.
  group=$(awk -F: '$2 == "pids" { print "pids" $3 } $2 == "" { print $3; print "unified" $3 }' "/proc/$pid/cgroup" 2>/dev/null)
  for group in $group; do
    for file in pids.current pids.max; do
      [ -r "/sys/fs/cgroup/$group/$file" ] && echo "$file=$(cat "/sys/fs/cgroup/$group/$file")"
    done
  done
  return 0
}
clock() {
  date '+now=%s'
  if [ -e /run/systemd/timesync/synchronized ]; then echo synchronized=yes; else echo synchronized=unknown; fi
}
show() { [ -e "$1" ] || return $ABSENT; cat "$1"; }

# ---- logs -----------------------------------------------------------------------------------------------------------

journal_readable() {
  have journalctl && { [ -d /run/log/journal ] || [ -d /var/log/journal ]; } || return 1
  root || id -Gn | grep -qwE 'systemd-journal|adm|wheel'
}
journal() { within 6 journalctl -q --no-pager -o short-unix "$@" 2>&1; }

# The newest lines of the first log file there is that the expression likes.
log_file() {
  pattern=$1
  shift
  for path in "$@"; do
    [ -e "$path" ] || continue
    [ -r "$path" ] || return $DENIED
    echo "# $path"
    tail -c 1048576 "$path" | tr -d '\000' | grep -aE "$pattern" | tail -n 1000
    return 0
  done
  return $ABSENT
}

log_sshd() {
  if journal_readable; then
    echo '# journal'
    journal -n 1000 SYSLOG_IDENTIFIER=sshd + SYSLOG_IDENTIFIER=sshd-session + SYSLOG_IDENTIFIER=sshd-auth + SYSLOG_IDENTIFIER=dropbear + \
      'SYSLOG_IDENTIFIER=sshd(pam_google_authenticator)'
  else
    log_file 'sshd|dropbear' /var/log/auth.log /var/log/secure /var/log/messages /var/log/syslog
  fi
}
log_units() {
  journal_readable || return $DENIED
  echo '# journal'
  journal -n 200 UNIT=ssh.service + UNIT=sshd.service + UNIT=ssh.socket + UNIT=sshd.socket
}
log_kernel() {
  pattern='Out of memory|oom-kill|Killed process|nf_conntrack|EXT4-fs|XFS|BTRFS|I/O error|[Rr]emounting|apparmor=|avc: |type=1326|IN=.*DPT='
  pattern="$pattern|blocked for more than|lockup|Kernel panic|Oops|BUG:|segfault|random: |table full"
  if journal_readable; then
    echo '# journal'
    journal -n 3000 -k | grep -aE "$pattern" | tail -n 300
    return 0
  fi
  log_file "$pattern" /var/log/kern.log /var/log/messages
}
# What the security modules refused: the audit transport of the journal, else the file of auditd.
log_audit() {
  pattern='avc: +denied|apparmor="DENIED"'
  if journal_readable && audit=$(journal -n 3000 _TRANSPORT=audit | grep -aE "$pattern" | tail -n 200) && [ -n "$audit" ]; then
    printf '# journal\n%s\n' "$audit"
    return 0
  fi
  log_file "$pattern" /var/log/audit/audit.log
}
log_bans() {
  journal_readable || return $ABSENT
  echo '# journal'
  journal -n 300 SYSLOG_IDENTIFIER=sshguard + SYSLOG_IDENTIFIER=crowdsec + SYSLOG_IDENTIFIER=denyhosts
}
log_fail2ban() { log_file . /var/log/fail2ban.log; }

# Logins with a key, of the whole log: the newest of each account with each key, behind how often it was seen. Lines
# "# since" hold how far back that is; a log that takes too long is read from its newest end as far as time goes.
key_logins() {
  key_logins_any=''
  if journal_readable; then
    key_logins_any=1
    echo '# journal'
    key_logins_first=$(within 3 journalctl -q --system --no-pager -o short-unix 2>/dev/null | head -n 1)
    {
      within 20 journalctl -q --no-pager -o short-unix -r SYSLOG_IDENTIFIER=sshd + SYSLOG_IDENTIFIER=sshd-session 2>/dev/null
      printf '\nrc=%s\n' "$?"
    } | newest_logins newest-first "$key_logins_first"
  fi
  for path in /var/log/auth.log /var/log/secure /var/log/messages; do
    [ -r "$path" ] || continue
    key_logins_any=1
    echo "# $path"
    key_logins_files "$path" | newest_logins oldest-first
    break
  done
  [ -n "$key_logins_any" ] && return 0
  [ -e /var/log/auth.log ] || [ -e /var/log/secure ] || have journalctl || return $ABSENT
  return $DENIED
}
# The log and what it was before it was rotated, newest file first, each after a line of its own.
key_logins_files() {
  key_logins_end=$(($(centiseconds) + 2000))
  # shellcheck disable=SC2012 # names of logs
  ls -t "$1" "$1"[.-]* 2>/dev/null | head -n 60 | while IFS= read -r path; do
    [ "$(centiseconds)" -lt "$key_logins_end" ] || break
    echo '=file'
    case $path in
      *.gz) within 8 gzip -dc -- "$path" ;;
      *.xz) within 8 xz -dc -- "$path" ;;
      *.zst) within 8 zstd -dcq -- "$path" ;;
      *.bz2) within 8 bzip2 -dc -- "$path" ;;
      # What stands before the end of a very large one is not read, nor anything older.
      *) tail -c 134217728 -- "$path" ;;
    esac 2>/dev/null
    [ "$(wc -c <"$path")" -lt 134217728 ] || break
  done
}
newest_logins() {
  awk -v order="$1" -v first="${2:-}" -v OFS='\t' '
    /^=file$/ { for (key in here) if (!(key in line)) line[key] = here[key]; split("", here); fresh = 1; next }
    /^rc=[0-9]+$/ { cut = $0 == "rc=124"; next }
    NF > 3 { if (order == "newest-first" || fresh) since = $0; fresh = 0 }
    /^([0-9.]+|[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]+|[0-9-]+T[^ ]+) [^ ]+ sshd[a-z-]*\[[0-9]+\]: (Accepted|Partial) publickey for / {
      at = match($0, /: (Accepted|Partial) publickey for /)
      key = substr($0, at)
      sub(/ from [^ ]+ port [0-9]+ ssh2/, "", key)
      if (!(key in count) && keys++ >= 20000) next
      count[key]++
      if (order == "newest-first") { if (!(key in line)) line[key] = $0 } else here[key] = $0
    }
    END {
      for (key in here) if (!(key in line)) line[key] = here[key]
      if (!cut && first != "") since = first
      if (since != "") print "# since", since
      for (key in line) print count[key], line[key]
    }'
}

# Authorities that this machine trusts for the names of other hosts; of its other lines nothing is told.
known_authorities() {
  [ -e /etc/ssh/ssh_known_hosts ] || return $ABSENT
  grep -n '^@cert-authority' /etc/ssh/ssh_known_hosts || return 0
}

# ---- the answer -----------------------------------------------------------------------------------------------------

group_sshd() {
  section sshd-binary 64 sshd_binary
  section sshd-test 64 sshd_test
  section sshd-effective 128 sshd_effective
  section hostkeys 64 host_keys
  section moduli 16 moduli
}

group_units() {
  section units 256 units
  section system-state 64 system_state
  section fail2ban 512 fail2ban
}

group_logs() {
  section log-units 256 log_units
  section log-kernel 512 log_kernel
  section log-audit 128 log_audit
  section log-bans 128 log_bans
  section log-fail2ban 512 log_fail2ban
  section log-sshd 2048 log_sshd
}

group_net() {
  section listeners 256 listeners
  section connections 64 connections
  section nft 65536 nft_text
  section nft-json 65536 nft_json
  section iptables 32768 saved_tables iptables-save
  section ip6tables 32768 saved_tables ip6tables-save
  section iptables-legacy 32768 saved_legacy iptables-legacy-save /proc/net/ip_tables_names
  section ip6tables-legacy 32768 saved_legacy ip6tables-legacy-save /proc/net/ip6_tables_names
  section ipset 65536 ip_sets
  section firewalld 256 firewalld
  section bpf 16 bpf_hooks
  section addresses 128 addresses
  section routes 256 routes
  section rules 64 rules
  section route-to-client 16 route_to_client
  section reverse 16 reverse_names
}

group_machine() {
  pam_list=$(pam_files)
  pam_read=$(pam_more)
  section meta 16 meta
  section os 16 show /etc/os-release
  section processes 256 processes
  section sshd-exe 64 sshd_exe
  section accounts 512 accounts
  section groups 512 groups_of
  section shadow 512 shadow
  section faillock 64 faillock_of
  section pam 64 pam
  section paths 256 paths
  section sysctl 64 sysctls
  section nstat 64 cat /proc/net/netstat /proc/net/snmp
  section security 16 security
  section disk 64 disk
  section inodes 64 inodes
  section mounts 128 show /proc/mounts
  section memory 16 show /proc/meminfo
  section pressure 16 pressure
  section load 16 show /proc/loadavg
  section limits 16 limits
  section clock 16 clock
  revocation_lists
  {
    printf '%s\n' "$configs"
    printf '%s\n' /etc/hosts.allow /etc/hosts.deny /etc/nologin /run/nologin /var/run/nologin /etc/shells /etc/hosts /etc/resolv.conf \
      /etc/nsswitch.conf /etc/fstab \
      /etc/ufw/ufw.conf /etc/ufw/user.rules /etc/ufw/user6.rules /etc/default/ssh /etc/default/ufw \
      /etc/crypto-policies/config /etc/crypto-policies/state/current /etc/sysconfig/sshd
    printf '%s\n' "$pam_list" "$pam_read"
    unit_files
    config_values trustedusercakeys | grep '^/'
    # A revocation list is text with keys, or a KRL.
    config_values revokedkeys | grep '^/' | while IFS= read -r path; do
      is_krl "$path" || printf '%s\n' "$path"
    done
    printf '%s\n' "$key_paths"
  } | file_sections
}

group_keys() {
  section meta 16 meta
  section os 16 show /etc/os-release
  section sshd-binary 64 sshd_binary
  section hostkeys 64 host_keys
  section units 256 units
  section accounts 2048 accounts
  section groups 2048 groups_of
  section shadow 2048 shadow
  section paths 8192 paths
  section keys-elsewhere 1024 printf '%s\n' "$elsewhere"
  section known-authorities 256 known_authorities
  revocation_lists
  {
    printf '%s\n' "$configs"
    { config_values trustedusercakeys; config_values hostcertificate; } | grep '^/'
    config_values revokedkeys | grep '^/' | while IFS= read -r path; do
      is_krl "$path" || printf '%s\n' "$path"
    done
    printf '%s\n' "$key_paths" "$elsewhere"
  } | file_sections
}

date -u '+=== sshwhy bundle 1 %Y-%m-%dT%H:%M:%SZ'
configs=$(config_files)
looked=$(looked_at)
key_paths=$(key_files)
elsewhere=''
if [ "$scope" = keys ]; then
  elsewhere=$(keys_elsewhere)
  group_keys | {
    section log-keys 8192 key_logins
    cat
  }
  echo '=== end bundle'
  exit 0
fi
# Each group runs beside the others and waits in its pipe until the ones inside it have printed: no temporary file.
group_sshd | {
  group_units | {
    group_logs | {
      group_net | {
        group_machine
        # Another script, of the same words, that is put before this one where the next boot is asked about.
        [ -z "${SSHWHY_BOOT:-}" ] || group_boot
        cat
      }
      cat
    }
    cat
  }
  cat
}
echo '=== end bundle'
