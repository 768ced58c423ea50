export const ABOUT = `# What is proven, and how

This page is made by \`npm run proof\` (as root on Debian), which runs everything that it tells of. Seeds are fixed: another run of the
same commit differs in times and ratios alone.`;

/** Honestly. */
export const NOT_DONE = `* Hosts are Debian's: bullseye (OpenSSH 8.4), bookworm (9.2), trixie (10.0), Dropbear and TinySSH beside them. Other systems are read by their files
  and tools as documented, and were not booted.
* Clouds are judged by what their command lines print; no cloud was called.
* Causes whose row above says "no host was broken so" rest on unit tests over documented output.
* The guard of a fix does not outlive a reboot of the machine in the middle of it: what it changed stays, and \`sshwhy undo\` takes it back.
* fail2ban-regex, sshguard, ssh-audit and lynis are those of Debian; newer ones may be faster or find more.`;
