import { createHash } from 'node:crypto';
import type { Settings } from './setting.ts';

const VERSIONS = 1_000_000_000;

/** What tells one state of the settings from another, for who changes them only as they were seen: nine digits. */
export function settingsVersion(settings: Settings): number {
  return createHash('sha256').update(JSON.stringify(settings)).digest().readUInt32BE() % VERSIONS;
}
