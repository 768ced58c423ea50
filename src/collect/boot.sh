# shellcheck shell=sh disable=SC2086,SC2154 # statuses, and variables of collect.sh
# What the next boot will make of this machine; comes before collect.sh, which calls group_boot, and is asked for by
# preflight alone. Rules files are loaded into a network namespace of their own, which ends with the script: the machine's
# own rules stay as they are, and nothing is written. The kernel may load modules that the rules need.

BOOT_UNITS='ssh.service sshd.service ssh.socket sshd.socket dropbear.socket tinysshd.socket dropbear.service nftables.service
  netfilter-persistent.service iptables.service ip6tables.service ufw.service firewalld.service ferm.service shorewall.service
  shorewall6.service networking.service NetworkManager.service systemd-networkd.service systemd-networkd-wait-online.service
  NetworkManager-wait-online.service ifupdown-wait-online.service network.service dhcpcd.service wicked.service cloud-init-local.service
  cloud-init.service'

boot_units() {
  have systemctl && [ -d /run/systemd/system ] || return $ABSENT
  # shellcheck disable=SC2086 # a list of units
  within 5 systemctl show --no-pager -p Id,LoadState,ActiveState,UnitFileState,WantedBy,After,Conflicts,Listen,RuntimeDirectory,FragmentPath $BOOT_UNITS
}
boot_enabled() { case $(within 3 systemctl is-enabled "$1" 2>/dev/null) in enabled | enabled-runtime | alias | linked) return 0 ;; esac; return 1; }

boot_facts() {
  if [ -r /run/systemd/container ]; then echo "container=$(head -c 40 /run/systemd/container)"
  elif [ -e /.dockerenv ]; then echo container=docker
  elif [ -e /run/.containerenv ]; then echo container=podman; fi
  have systemctl && [ -d /run/systemd/system ] && echo "target=$(within 3 systemctl get-default 2>/dev/null)"
  for path in /run/reboot-required /var/run/reboot-required; do [ -e "$path" ] && echo "reboot-required=$path" && break; done
  [ ! -r /run/reboot-required.pkgs ] || sort -u /run/reboot-required.pkgs | head -n 20 | sed 's/^/reboot-for=/'
  # A file that keeps Debian's unit from starting.
  [ ! -e /etc/ssh/sshd_not_to_be_run ] || echo not-to-be-run=/etc/ssh/sshd_not_to_be_run
  grep -hs '^d[!+-]* */run/sshd\b' /etc/tmpfiles.d/*.conf /usr/lib/tmpfiles.d/*.conf 2>/dev/null | head -n 1 | sed 's/^/tmpfiles=/'
  [ ! -r /proc/sys/net/ipv4/ip_nonlocal_bind ] || echo "nonlocal-bind=$(cat /proc/sys/net/ipv4/ip_nonlocal_bind)"
  for path in /boot/vmlinuz-* /boot/initrd.img-* /boot/initramfs-*.img; do
    [ -e "$path" ] && printf 'boot-file=%s %s\n' "$(stat -L -c %s "$path" 2>/dev/null)" "$path"
  done
  for path in /etc/systemd/system/*.mount /etc/systemd/system/*.automount; do
    [ -e "$path" ] && sed -n 's/^Where= *//p' "$path" | sed 's/^/mount-unit=/'
  done
  # Devices of fstab(5) that are not there; mount units of generators are made from this file.
  [ ! -r /etc/fstab ] || awk '!/^[ \t]*#/ && NF >= 3 { print NR, $1 }' /etc/fstab | while read -r number spec; do
    value=$(printf '%s' "${spec#*=}" | tr -d "\"'")
    case $spec in
      UUID=*) device=/dev/disk/by-uuid/$value ;;
      LABEL=*) device=/dev/disk/by-label/$value ;;
      PARTUUID=*) device=/dev/disk/by-partuuid/$value ;;
      PARTLABEL=*) device=/dev/disk/by-partlabel/$value ;;
      /dev/*) device=$spec ;;
      *) continue ;;
    esac
    [ -e "$device" ] || echo "fstab-missing=$number"
  done
  boot_addresses
  return 0
}

# Files that name each address of this machine: where it comes from at the next boot.
boot_addresses() {
  have ip || return 0
  within 3 ip -o addr show scope global 2>/dev/null | awk '$3 ~ /^inet/ { sub(/\/.*/, "", $4); print $4, (/ dynamic/ ? "dynamic" : "static") }' | sort -u | head -n 40 |
    while read -r address kind; do
      # Only names of files: some of them hold passwords.
      where=$(grep -lsFw -e "$address" /etc/network/interfaces /etc/network/interfaces.d/* /etc/systemd/network/* /etc/netplan/* \
        /etc/NetworkManager/system-connections/* /etc/sysconfig/network-scripts/ifcfg-* /etc/dhcpcd.conf /run/systemd/network/* \
        /etc/rc.local /etc/sysconfig/network/ifcfg-* 2>/dev/null | head -n 1)
      echo "address=$address $kind $where"
    done
}

# Lines elsewhere that may change the packet filter at boot.
boot_hooks() {
  grep -nsE '(^|[^[:alnum:]_-])(nft|ip6?tables(-restore)?|ipset|shorewall6?|ferm)([[:space:]]|$)' /etc/rc.local /etc/network/interfaces \
    /etc/network/interfaces.d/* /etc/network/if-pre-up.d/* /etc/network/if-up.d/* /etc/NetworkManager/dispatcher.d/* \
    /etc/networkd-dispatcher/*/* /etc/systemd/system/*.service /etc/cron.d/* /etc/crontab /dev/null 2>/dev/null |
    grep -vE '^[^:]*:[0-9]*:[[:space:]]*#|^/etc/systemd/system/(nftables|ufw|firewalld|fail2ban|netfilter-persistent)\.service:' | cut -c 1-300 | head -n 40
  return 0
}

boot_zones() {
  firewalld_runs && boot_enabled firewalld.service || return $ABSENT
  root || return $DENIED
  within 6 firewall-cmd --permanent --list-all-zones
}

# The rules files that units load at boot, one a line: TOOL FILE, in the order in which they are loaded.
boot_sources() {
  have systemctl && [ -d /run/systemd/system ] || return 0
  if boot_enabled netfilter-persistent.service; then
    for pair in ipset:/etc/iptables/ipsets iptables:/etc/iptables/rules.v4 ip6tables:/etc/iptables/rules.v6; do
      [ -e "${pair#*:}" ] && echo "${pair%%:*} ${pair#*:}"
    done
  fi
  if boot_enabled iptables.service && [ -e /etc/sysconfig/iptables ]; then echo "iptables /etc/sysconfig/iptables"; fi
  if boot_enabled ip6tables.service && [ -e /etc/sysconfig/ip6tables ]; then echo "ip6tables /etc/sysconfig/ip6tables"; fi
  if boot_enabled nftables.service; then
    for path in /etc/nftables.conf /etc/sysconfig/nftables.conf; do [ -e "$path" ] && echo "nft $path"; done
  fi
  if boot_enabled ufw.service && grep -qsiE '^ENABLED="?yes' /etc/ufw/ufw.conf; then echo "ufw /etc/ufw/user.rules"; fi
  return 0
}

boot_rules() {
  boot_list=$(boot_sources)
  [ -n "$boot_list" ] || {
    printf '=== begin boot:load\n=== end boot:load absent\n'
    return
  }
  if ! root || ! have unshare || ! have ip || ! unshare --net true 2>/dev/null; then
    printf '=== begin boot:load\n'
    printf '%s\n' "$boot_list" | sed 's/^\([a-z0-9]*\) /|load=\1 - /'
    printf '=== end boot:load %s\n' "$(root && echo unsupported || echo denied)"
    return
  fi
  # Rules may name the interfaces, so there are some of the same names.
  BOOT_DEVICES=$(ip -o link show 2>/dev/null | awk -F '[:@ ]+' '$2 != "lo" { print $2 }' | head -n 60)
  BOOT_LIST=$boot_list BOOT_DEVICES=$BOOT_DEVICES within 40 unshare --net sh 2>/dev/null <<'INSIDE'
within() { if command -v timeout >/dev/null 2>&1; then timeout "$@"; else shift; "$@"; fi; }
# dump NAME COMMAND…: one section; without the command, or when it fails, it says so.
dump() {
  dump_name=$1
  shift
  command -v "$1" >/dev/null 2>&1 || { printf '=== begin boot:%s\n=== end boot:%s absent\n' "$dump_name" "$dump_name"; return; }
  {
    within 10 "$@" 2>&1
    printf '\n%s\n' "$?"
  } | awk -v name="$dump_name" '
    BEGIN { print "=== begin boot:" name }
    NR > 2 { size += length(older) + 1; if (size <= 33554432) print "|" older; else cut = 1 }
    { older = held; held = $0 }
    END { if (older != "") print "|" older; print "=== end boot:" name " " (held + 0 ? "unsupported" : "ok") (cut ? " truncated" : "") }'
}
# What ufw-init(8) does with its files, without modules, sysctl settings and the scripts of the administrator.
boot_ufw() {
  value() { sed -n "s/^$1=\"\{0,1\}\([A-Za-z]*\)\"\{0,1\}.*/\1/p" /etc/default/ufw | tail -n 1; }
  input=$(value DEFAULT_INPUT_POLICY) output=$(value DEFAULT_OUTPUT_POLICY) forward=$(value DEFAULT_FORWARD_POLICY)
  commands=iptables
  case $(value IPV6) in yes | YES) commands="$commands ip6tables" ;; *) printf '*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT DROP\n-A INPUT -i lo -j ACCEPT\n-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n' | ip6tables-restore ;; esac
  bad=0
  for command in $commands; do
    [ "$command" = iptables ] && v='' || v=6
    {
      echo '*filter'
      for chain in before-logging before after after-logging reject track; do
        for way in input output forward; do echo ":ufw$v-$chain-$way - [0:0]"; done
      done
      for chain in user user-logging; do
        for way in input output forward; do echo ":ufw$v-$chain-$way - [0:0]"; done
      done
      for chain in logging-deny logging-allow user-limit user-limit-accept skip-to-policy-input skip-to-policy-output skip-to-policy-forward; do
        echo ":ufw$v-$chain - [0:0]"
      done
      for pair in INPUT:input OUTPUT:output FORWARD:forward; do
        for chain in before-logging before after after-logging reject track; do echo "-A ${pair%:*} -j ufw$v-$chain-${pair#*:}"; done
      done
      for pair in "input:$input" "output:$output" "forward:$forward"; do
        case ${pair#*:} in
          REJECT) echo "-A ufw$v-reject-${pair%:*} -j REJECT" ;;
          ACCEPT) for protocol in tcp udp; do echo "-A ufw$v-track-${pair%:*} -p $protocol -m conntrack --ctstate NEW -j ACCEPT"; done ;;
        esac
        echo "-A ufw$v-skip-to-policy-${pair%:*} -j ${pair#*:}"
      done
      echo COMMIT
    } | "$command-restore" -n || bad=1
    for path in "/etc/ufw/before$v.rules" "/etc/ufw/after$v.rules" "/etc/ufw/user$v.rules"; do
      "$command-restore" -n <"$path" || bad=1
    done
    {
      echo '*filter'
      for way in input output forward; do echo "-A ufw$v-before-$way -j ufw$v-user-$way"; done
      printf ':INPUT %s [0:0]\n:OUTPUT %s [0:0]\n:FORWARD %s [0:0]\nCOMMIT\n' "$input" "$output" "$forward" | sed 's/ REJECT / DROP /'
    } | "$command-restore" -n || bad=1
  done
  return $bad
}
printf '%s\n' "$BOOT_DEVICES" | while IFS= read -r device; do
  [ -z "$device" ] || ip link add "$device" type dummy 2>/dev/null || ip link add "$device" type veth 2>/dev/null
done
echo '=== begin boot:load'
printf '%s\n' "$BOOT_LIST" | while read -r tool path; do
  case $tool in
    nft) said=$(within 10 nft -f "$path" 2>&1) ;;
    iptables | ip6tables) said=$(within 10 "$tool-restore" <"$path" 2>&1) ;;
    ipset) said=$(within 10 ipset restore <"$path" 2>&1) ;;
    *) said=$(boot_ufw 2>&1) ;;
  esac
  printf '|load=%s %s %s\n' "$tool" "$?" "$path"
  printf '%s\n' "$said" | tr -d '\r' | grep . | head -n 5 | cut -c 1-300 | sed "s/^/|said=$tool /"
done
echo '=== end boot:load ok'
dump nft nft -a list ruleset
dump nft-json nft -j -a list ruleset
dump iptables iptables-save -c
dump ip6tables ip6tables-save -c
dump ipset ipset save
INSIDE
}

group_boot() {
  section boot 64 boot_facts
  section boot-units 64 boot_units
  section boot-hooks 64 boot_hooks
  section boot:firewalld 256 boot_zones
  boot_rules
  for path in /etc/nftables.conf /etc/ufw/before.rules /etc/ufw/before6.rules /etc/ufw/after.rules /etc/ufw/after6.rules /etc/iptables/rules.v4 \
    /etc/iptables/rules.v6; do printf '%s\n' "$path"; done | file_sections
}
