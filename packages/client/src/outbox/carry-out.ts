import { ConcordError, type ErrorCode, type RecordView } from '@concord/protocol';
import { jsonEqual } from '@concord/schema';
import type { Http } from '../http.ts';
import type { KeptCommand } from './kept-commands.ts';

/**
 * Has the server carry out a command, and answers what it says. Where it may have done so before, a refusal that says as much is none. Throws what the
 * server refuses it with.
 *
 * @param me the user's id
 */
export async function carryOut(
  command: KeptCommand,
  http: Pick<Http, 'json'>,
  me: string | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await send(command, http, signal);
  } catch (error) {
    if (!command.mayBeSent || !(error instanceof ConcordError)) throw error;
    if (!(await isDone(command, error.code, http, me, signal))) throw error;
    return undefined;
  }
}

function send(
  { operation, collection, record, values, log = '', entry = '', body }: KeptCommand,
  http: Pick<Http, 'json'>,
  signal: AbortSignal,
): Promise<unknown> {
  const path = `/records/${collection}`;
  const logPath = `${path}/${record}/${log}`;
  switch (operation) {
    case 'create':
      return http.json('POST', path, { ...values, id: record }, signal);
    case 'update':
      return http.json('PATCH', `${path}/${record}`, values, signal);
    case 'delete':
      return http.json('DELETE', `${path}/${record}`, undefined, signal);
    case 'restore':
      return http.json('POST', `${path}/${record}/restore`, undefined, signal);
    case 'post':
      return http.json('POST', logPath, body, signal);
    case 'edit':
      return http.json('PATCH', `${logPath}/${entry}`, body, signal);
    case 'remove':
      return http.json('DELETE', `${logPath}/${entry}`, undefined, signal);
    case 'read':
      return http.json('PUT', `${logPath}/read`, body, signal);
  }
}

/** Whether a repeated command is refused with `code` because it was carried out. */
async function isDone(
  { operation, collection, record, values, isOwnId }: KeptCommand,
  code: ErrorCode,
  http: Pick<Http, 'json'>,
  me: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (operation === 'delete') return code === 'record_deleted' || code === 'not_found';
  if (operation === 'restore') return code === 'not_deleted';
  if (operation === 'remove') return code === 'entry_deleted' || code === 'not_found';
  if (operation !== 'create') return false;
  if (isOwnId) return code === 'record_exists' || code === 'record_deleted';
  if (code !== 'record_exists') return false;
  try {
    const there = await http.json<RecordView>('GET', `/records/${collection}/${record}`, undefined, signal);
    return there.createdBy === me && Object.entries(values ?? {}).every(([field, value]) => jsonEqual(there[field], value));
  } catch (error) {
    // Whose it is cannot be seen. Anything but a refusal says nothing, and is tried again.
    if (error instanceof ConcordError && error.entry.retry === 'never') return false;
    throw error;
  }
}
