import { randomUUID } from 'node:crypto';
import { ConcordError, isName, type Limits } from '@concord/protocol';
import type { LogSchema } from '@concord/schema';

/** What somebody wants to post, checked as far as it can be without the log. */
export interface EntryDraft {
  readonly id: string;
  readonly text: string;
  /** The id of an entry. */
  readonly replyTo: string | undefined;
  /** Ids of files. */
  readonly attachments: readonly string[];
}

/** The ids of what the server notes begin with this, and no others do. */
export const notePrefix = 'note_';

const inputNames: ReadonlySet<string> = new Set(['id', 'text', 'replyTo', 'attachments']);

/** @throws `invalid_record`, `invalid_name`, `too_large`, whose `field` is what is at fault */
export function readEntryDraft(input: unknown, schema: LogSchema, limits: Limits): EntryDraft {
  const { id = randomUUID(), text = '', replyTo, attachments = [] } = asEntry(input);
  if (!isName('record', id) || id.startsWith(notePrefix)) throw new ConcordError('invalid_name', { field: 'id' });
  if (replyTo !== undefined && !isName('record', replyTo)) throw invalid('replyTo', 'must be the id of an entry');
  const files = readAttachments(attachments, schema);
  return { id, text: readText(text, schema, limits, files.length > 0), replyTo, attachments: files };
}

/** @throws `invalid_record`, `too_large` */
export function readText(text: unknown, { maxLength }: LogSchema, { maxLogTextBytes }: Limits, mayBeEmpty: boolean): string {
  if (typeof text !== 'string') throw invalid('text', 'must be a string');
  if (text.length > maxLength) throw invalid('text', `must have at most ${maxLength} characters`);
  if (!text.isWellFormed()) throw invalid('text', 'must not hold a lone surrogate');
  if (Buffer.byteLength(text) > maxLogTextBytes)
    throw new ConcordError('too_large', {
      field: 'text',
      limit: 'maxLogTextBytes',
      message: `A text has at most ${maxLogTextBytes} bytes.`,
    });
  if (!mayBeEmpty && text.trim() === '') throw invalid('text', 'must have something in it');
  return text;
}

function readAttachments(attachments: unknown, { attachments: allowed }: LogSchema): readonly string[] {
  if (!Array.isArray(attachments)) throw invalid('attachments', 'must be a list of ids of files');
  if (attachments.length === 0) return [];
  if (allowed === null) throw invalid('attachments', 'are not allowed here');
  if (attachments.length > allowed.max) throw invalid('attachments', `must be at most ${allowed.max}`);
  const ids: readonly unknown[] = attachments;
  if (!ids.every((id) => isName('record', id)) || new Set(ids).size < ids.length)
    throw invalid('attachments', 'must be ids of files, each once');
  return ids;
}

function asEntry(input: unknown): { readonly [name: string]: unknown } {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new ConcordError('invalid_record', { message: 'An entry is a JSON object.' });
  for (const name of Object.keys(input))
    if (!inputNames.has(name)) throw invalid(name.slice(0, 80), 'is nothing that can be sent');
  return input as { [name: string]: unknown };
}

function invalid(field: string, message: string): ConcordError {
  return new ConcordError('invalid_record', { field, message });
}
