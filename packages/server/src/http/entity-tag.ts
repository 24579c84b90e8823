import { ConcordError } from '@concord/protocol';
import type { Condition } from '../records/records.ts';

/** A record's version as an entity tag (RFC 9110, 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** A tag of ours. A proxy that compresses makes it weak; as a version says all of a record, it means the same. */
const versionTag = /^(?:W\/)?"(0|[1-9][0-9]{0,14})"$/;

/**
 * What `If-Match` demands: one version, or with `*` only that the record is there, which every write
 * demands anyway. Throws `bad_request` for anything else.
 */
export function parseIfMatch(header: string | undefined): Condition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return {};
  const [, version] = versionTag.exec(text) ?? [];
  if (version === undefined)
    throw new ConcordError('bad_request', { field: 'If-Match', message: 'If-Match is one version in quotes, "17", or *.' });
  return { version: Number(version) };
}

/** Whether `If-None-Match` names this version. Tags that are not ours match nothing. */
export function matchesVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return false;
  return header.split(',').some((tag) => tag.trim() === '*' || versionTag.exec(tag.trim())?.[1] === String(version));
}
