import { toldTest } from '../../cause-test.ts';

toldTest(
  'host/kernel-incident',
  {
    'log-kernel':
      '9999999999.000000 web1 kernel: EXT4-fs error (device vda1): ext4_find_entry:1463: inode #2: comm sshd: reading directory lblock 0',
  },
  /an error of a file system/,
);
