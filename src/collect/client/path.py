"""Looks at the way to an address with what Node has no call for: TTL, don't-fragment, DSCP, and the socket's error queue.

    trace ADDRESS PORT MS silent|refused    which routers answer, to UDP and to a SYN to the port
    sizes ADDRESS MS SIZE:TOS ...           which packets of these sizes and marks are answered

Needs no privilege: ICMP errors are read from the error queue (ip(7), IP_RECVERR). Prints one line of JSON.

A SYN is sent only with a TTL at which a router has answered a datagram, so that it ends there and never reaches the
server. Two exceptions cost the server one SYN at most: a port that refused is asked once more, to see who refuses; and
where no router answers datagrams, the TTL goes up one by one and stops at the first silence.
"""

import errno
import json
import os
import select
import socket
import struct
import sys
import time

MSG_ERRQUEUE = 0x2000
TTL_MAX = 24
WAVE = 6
WAVE_S = 0.1
STEP_S = 0.3
UDP_PORT = 33434
TIME_EXCEEDED = {socket.AF_INET: 11, socket.AF_INET6: 3}
UNREACHABLE = {socket.AF_INET: 3, socket.AF_INET6: 1}
PORT_UNREACHABLE = {socket.AF_INET: 3, socket.AF_INET6: 4}
TOO_BIG = {socket.AF_INET: (3, 4), socket.AF_INET6: (2, 0)}

# Numbers of linux/in.h and linux/in6.h: level, TTL, TOS, MTU_DISCOVER, RECVERR, bytes of an IP header.
OPTIONS = {
    socket.AF_INET: (socket.IPPROTO_IP, 2, 1, 10, 11, 20),
    socket.AF_INET6: (socket.IPPROTO_IPV6, 16, 67, 23, 25, 40),
}
PROBE = 3


def target(address):
    family, _, _, _, place = socket.getaddrinfo(address, 0, 0, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0]
    return family, place


def at(place, port):
    return (place[0], port) + tuple(place[2:])


def errors(sock, family):
    """Everything in the error queue: (asked port, who said it, ICMP type, code, info)."""
    found = []
    while len(found) < 64:
        try:
            _, ancillary, _, name = sock.recvmsg(2048, 1024, MSG_ERRQUEUE)
        except OSError:
            return found
        for _, _, data in ancillary:
            if len(data) < 16:
                continue
            _, origin, kind, code, _, info, _ = struct.unpack_from("=IBBBBII", data)
            who = None
            if family == socket.AF_INET and len(data) >= 24:
                who = socket.inet_ntop(family, data[20:24])
            elif family == socket.AF_INET6 and len(data) >= 40:
                who = socket.inet_ntop(family, data[24:40])
            # 2 and 3: ICMP and ICMPv6; 1: our own kernel.
            if origin in (1, 2, 3):
                found.append((name[1] if name else 0, who if origin > 1 else None, kind, code, info))
    return found


def trace(address, port, budget, refused):
    family, place = target(address)
    level, TTL, _, _, RECVERR, _ = OPTIONS[family]
    started = time.monotonic()
    end = started + budget
    hops = {}
    answer = None
    distance = None
    syns = {}
    poller = select.poll()

    def ms():
        return round((time.monotonic() - started) * 1000)

    def syn(ttl):
        sock = socket.socket(family, socket.SOCK_STREAM)
        sock.setblocking(False)
        sock.setsockopt(level, RECVERR, 1)
        if ttl:
            sock.setsockopt(level, TTL, ttl)
        code = sock.connect_ex(at(place, port))
        if code not in (0, errno.EINPROGRESS):
            sock.close()
            return {"what": errno.errorcode.get(code, "error"), "ms": ms()}
        syns[sock.fileno()] = (sock, ttl, time.monotonic())
        poller.register(sock, select.POLLOUT | select.POLLERR)
        return None

    def met(ttl, how, who, kind, code):
        hop = hops.setdefault(ttl, {"ttl": ttl})
        hop.setdefault(how, {"from": who, "type": kind, "code": code, "ms": ms()})

    udp = socket.socket(family, socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.setsockopt(level, RECVERR, 1)
    poller.register(udp, select.POLLERR)
    if refused:
        answer = syn(0)
    safe = 0
    asked = 0
    sent = 0
    step = None
    quiet = False
    while time.monotonic() < end:
        now = time.monotonic()
        if distance is None and sent < TTL_MAX and now >= started + WAVE_S * (sent // WAVE):
            for ttl in range(sent + 1, sent + WAVE + 1):
                udp.setsockopt(level, TTL, ttl)
                # An error that came meanwhile is told by the next call instead of what it was called for.
                for _ in range(3):
                    try:
                        udp.sendto(b"sshwhy", at(place, UDP_PORT + ttl))
                        break
                    except OSError:
                        pass
            sent += WAVE
        while not refused and asked < safe:
            asked += 1
            syn(asked)
        if not refused and safe == 0 and distance is None and now >= started + 2 * STEP_S:
            # No router answers datagrams: one SYN at a time, a hop further each.
            waiting = step is not None and "tcp" not in hops.get(step, {})
            if not waiting and asked < TTL_MAX:
                asked += 1
                step = asked
                syn(asked)
            elif waiting and now >= syns_sent(syns, step) + STEP_S:
                quiet = True
        for fd, _ in poller.poll(20):
            if fd == udp.fileno():
                for to, who, kind, code, _ in errors(udp, family):
                    ttl = to - UDP_PORT
                    if who is None or not 0 < ttl <= TTL_MAX:
                        continue
                    met(ttl, "udp", who, kind, code)
                    if kind == TIME_EXCEEDED[family]:
                        safe = max(safe, ttl if distance is None else min(ttl, distance - 1))
                    elif kind == UNREACHABLE[family] and code == PORT_UNREACHABLE[family]:
                        distance = ttl if distance is None else min(distance, ttl)
                udp.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                continue
            sock, ttl, _ = syns[fd]
            said = [each for each in errors(sock, family) if each[1] is not None]
            number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            poller.unregister(fd)
            sock.close()
            for _, who, kind, code, _ in said:
                if ttl:
                    met(ttl, "tcp", who, kind, code)
                if kind != TIME_EXCEEDED[family]:
                    answer = {"from": who, "type": kind, "code": code, "ms": ms()}
            if not said:
                if number == errno.ECONNREFUSED:
                    answer = {"what": "reset", "ms": ms()}
                elif number == 0:
                    answer = {"what": "open", "ms": ms()}
        known = distance if distance is not None else safe + 1
        every = all("udp" in hops.get(ttl, {}) for ttl in range(1, known))
        if refused and answer:
            stranger = answer.get("from") not in (None, place[0])
            if not stranger or (distance is not None and every) or ms() > 300:
                break
        if not refused and distance is not None and every and asked >= safe:
            if all("tcp" in hops.get(ttl, {}) for ttl in range(1, asked + 1)):
                break
        if quiet:
            break
    for hop in hops.values():
        if distance is not None and hop["ttl"] > distance:
            hop["beyond"] = True
    return {
        "address": address,
        "port": port,
        "hops": [hops[ttl] for ttl in sorted(hops) if "beyond" not in hops[ttl]],
        "asked": asked,
        **({} if distance is None else {"distance": distance}),
        **({} if answer is None else {"answer": answer}),
        "ms": ms(),
    }


def syns_sent(syns, ttl):
    return max((sent for _, other, sent in syns.values() if other == ttl), default=0)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ping_socket(family):
    """(socket, whether it is raw), or None where neither kind is allowed (ping_group_range, CAP_NET_RAW)."""
    protocol = socket.IPPROTO_ICMP if family == socket.AF_INET else socket.IPPROTO_ICMPV6
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(family, kind, protocol), kind == socket.SOCK_RAW
        except OSError:
            pass
    return None


def echo(family, number, identity, size):
    payload = b"\0" * ((size - 8) // 2 * 2)
    kind = 8 if family == socket.AF_INET else 128
    head = struct.pack("!BBHHH", kind, 0, 0, identity, number)
    if family == socket.AF_INET:
        head = struct.pack("!BBHHH", kind, 0, checksum(head + payload), identity, number)
    return head + payload


def sizes(address, budget, wanted):
    family, place = target(address)
    level, _, TOS, MTU_DISCOVER, RECVERR, header = OPTIONS[family]
    end = time.monotonic() + budget
    identity = os.getpid() & 0xFFFF
    probes = [{"size": size, "tos": tos, "sent": 0, "answered": 0} for size, tos in wanted]
    poller = select.poll()
    sockets = {}
    for probe in probes:
        udp = (socket.socket(family, socket.SOCK_DGRAM), False)
        for how, pair in (("udp", udp), ("ping", ping_socket(family))):
            if pair is None:
                continue
            sock, raw = pair
            sock.setblocking(False)
            sock.setsockopt(level, RECVERR, 1)
            sock.setsockopt(level, MTU_DISCOVER, PROBE)
            sock.setsockopt(level, TOS, probe["tos"])
            if how == "udp":
                sock.connect(at(place, UDP_PORT))
            sockets[sock.fileno()] = (sock, raw, how, probe)
            poller.register(sock, select.POLLIN | select.POLLERR)
    again = time.monotonic()
    rounds = 0
    while time.monotonic() < end and any(probe["answered"] == 0 for probe in probes):
        if rounds < 3 and time.monotonic() >= again:
            rounds += 1
            again += 0.3
            for sock, _, how, probe in sockets.values():
                if probe["answered"] or "mtu" in probe:
                    continue
                number = probes.index(probe) * 8 + rounds
                try:
                    if how == "udp":
                        sock.send(b"\0" * (probe["size"] - header - 8))
                    else:
                        sock.sendto(echo(family, number, identity, probe["size"] - header), at(place, 0))
                    probe["sent"] += 1
                except OSError as error:
                    if error.errno == errno.EMSGSIZE:
                        probe["local"] = True
        for fd, _ in poller.poll(20):
            sock, raw, how, probe = sockets[fd]
            for _, who, kind, code, info in errors(sock, family):
                if (kind, code) == TOO_BIG[family] and who is not None:
                    probe["mtu"], probe["from"] = info, who
                elif how == "udp" and kind == UNREACHABLE[family] and code == PORT_UNREACHABLE[family]:
                    probe["answered"] += 1
            try:
                data = sock.recv(65535)
            except OSError:
                continue
            if how == "ping":
                inner = data[(data[0] & 15) * 4 :] if raw and family == socket.AF_INET else data
                if len(inner) >= 8:
                    kind, _, _, name, number = struct.unpack_from("!BBHHH", inner)
                    mine = not raw or name == identity
                    if kind in (0, 129) and mine and number // 8 == probes.index(probe):
                        probe["answered"] += 1
    return {"address": address, "probes": probes}


def main(argv):
    budget = float(argv[3] if argv[1] == "sizes" else argv[4]) / 1000
    if argv[1] == "trace":
        print(json.dumps(trace(argv[2], int(argv[3]), budget, argv[5] == "refused")))
    else:
        wanted = [tuple(int(part) for part in word.split(":")) for word in argv[4:]]
        print(json.dumps(sizes(argv[2], budget, wanted)))


main(sys.argv)
