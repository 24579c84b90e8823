import { ConcordError, type RecordView } from '@concord/protocol';
import type { CollectionSchema } from '@concord/schema';
import { variantOf } from '../records/record-row.ts';
import type { Condition } from '../records/records.ts';

/**
 * A record as somebody sees it, as an entity tag (RFC 9110, 8.8.3): its version, and which parts of it are shown where
 * that depends on the record. A part that is seen no more takes its count along, so a version may come twice.
 */
export function entityTag(view: RecordView, collection: CollectionSchema): string {
  const variant = variantOf(collection, ({ fields }) => [...fields.keys()].some((name) => Object.hasOwn(view, name)));
  return `"${view.version}${variant === '' ? '' : `+${variant}`}"`;
}

/** A tag of ours. A proxy that compresses makes it weak; as a version says all of a record, it means the same. */
const versionTag = /^(?:W\/)?"(0|[1-9][0-9]{0,14})(?:\+([A-Za-z0-9_+-]{1,1024}))?"$/;

/**
 * What `If-Match` demands: one version, whatever of it was shown where the tag does not say, or with `*` only that the
 * record is there, which every write demands anyway. Throws `bad_request` for anything else.
 */
export function parseIfMatch(header: string | undefined): Condition | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (text === '*') return {};
  const [, version, variant] = versionTag.exec(text) ?? [];
  if (version === undefined)
    throw new ConcordError('bad_request', { field: 'If-Match', message: 'If-Match is one version in quotes, "17", or *.' });
  return { version: Number(version), ...(variant === undefined ? {} : { variant }) };
}

/** Whether `If-None-Match` names this tag. Tags that are not ours match nothing. */
export function matchesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === tag);
}
