const LISTS = [
  'sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,diffie-hellman-group-exchange-sha256',
  'rsa-sha2-512,rsa-sha2-256,ecdsa-sha2-nistp256,ssh-ed25519',
  ...Array.from(
    { length: 2 },
    () =>
      'chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com',
  ),
  ...Array.from(
    { length: 2 },
    () =>
      'umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256',
  ),
  ...Array.from({ length: 2 }, () => 'none,zlib@openssh.com'),
  '',
  '',
];

function kexinit(): Buffer {
  const lists = LISTS.flatMap((list) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(list.length);
    return [size, Buffer.from(list)];
  });
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...lists, Buffer.alloc(5)]);
  const padding = 8 - ((payload.length + 5) % 8) + 8;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(payload.length + padding + 1);
  head[4] = padding;
  return Buffer.concat([head, payload, Buffer.alloc(padding)]);
}

/** What sshd 9.2 of Debian 12 says first: its identification string and its lists of algorithms. */
export const GREETING = Buffer.concat([Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n'), kexinit()]);
