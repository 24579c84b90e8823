import { ConcordError, type LogDescription } from '@concord/protocol';
import type { Draft } from '../log.ts';

/** Throws `invalid_record` where the server would; of a log that is not known yet, it is the server that says so. */
export function checkDraft(schema: LogDescription | undefined, { text, attachments = [] }: Draft): void {
  const refuse = (field: string, message: string): never => {
    throw new ConcordError('invalid_record', { field, message });
  };
  if (text.trim() === '' && attachments.length === 0) refuse('text', 'text must not be empty');
  if (schema === undefined) return;
  if (text.length > schema.maxLength) refuse('text', `text must not be longer than ${schema.maxLength} characters`);
  if (attachments.length > (schema.attachments?.max ?? 0)) refuse('attachments', 'there are too many attachments');
}
