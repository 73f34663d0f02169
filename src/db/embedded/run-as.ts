import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user PostgreSQL runs as, which refuses to run as root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/** `nobody` when this process is root; undefined means: as the user we are. */
export function unprivilegedUser(): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const [, , uid, gid] = passwdLine('nobody')?.split(':') ?? [];
  // macOS writes -2, which the kernel counts from the top.
  return { uid: Number(uid ?? 65534) >>> 0, gid: Number(gid ?? 65534) >>> 0 };
}

/** Whether an unprivileged user may walk down to `path`, which exists; a 0700 home forbids it. */
export function isReachable(path: string, user: RunAs | undefined): boolean {
  if (user === undefined) return true;
  for (let dir = realpathSync(path); ; dir = dirname(dir)) {
    const stat = statSync(dir);
    const mode = stat.uid === user.uid ? stat.mode >> 6 : stat.gid === user.gid ? stat.mode >> 3 : stat.mode;
    // A directory is passed through, a program is read and run: both take the execute bit.
    if ((mode & 0o1) === 0) return false;
    if (dir === dirname(dir)) return true;
  }
}

function passwdLine(name: string): string | undefined {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith(`${name}:`));
  } catch {
    return undefined;
  }
}
