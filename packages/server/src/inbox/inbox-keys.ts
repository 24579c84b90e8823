import type { RecordAddress } from '@concord/protocol';
import type { LogAddress } from '../logs/log-address.ts';
import { keyStep, logPrefix, recordLogsPrefix, seqKey } from '../logs/log-keys.ts';

/**
 * Where it lies in the store who follows a log, and what unread is counted by. All of it is among the keys of the log, so
 * that a purge finds it, but for one pointer for each follower, by which the user's logs are found.
 */
export function followersPrefix(address: LogAddress): string {
  return `${logPrefix(address)}r/`;
}

export function followerKey(address: LogAddress, user: string): string {
  return `${followersPrefix(address)}${keyStep(user)}`;
}

/** How far a user has read, in the log (root 0) and in threads of it. */
export function cursorsPrefix(address: LogAddress, user: string): string {
  return `${logPrefix(address)}c/${keyStep(user)}/`;
}

export function cursorKey(address: LogAddress, user: string, root: number): string {
  return `${cursorsPrefix(address, user)}${seqKey(root)}`;
}

/** The authors of what counts as unread: live entries that are no replies. */
export function countedPrefix(address: LogAddress): string {
  return `${logPrefix(address)}l/`;
}

export function countedKey(address: LogAddress, seq: number): string {
  return `${countedPrefix(address)}${seqKey(seq)}`;
}

/** How many of them are in each segment. */
export function countsPrefix(address: LogAddress): string {
  return `${logPrefix(address)}n/`;
}

export function countKey(address: LogAddress, segment: number): string {
  return `${countsPrefix(address)}${seqKey(segment)}`;
}

/** The live entries that mention a user and are no replies. */
export function mentionsPrefix(address: LogAddress, user: string): string {
  return `${logPrefix(address)}m/${keyStep(user)}/`;
}

export function mentionKey(address: LogAddress, user: string, seq: number): string {
  return `${mentionsPrefix(address, user)}${seqKey(seq)}`;
}

/** The live replies of a thread. */
export function repliesPrefix(address: LogAddress, root: number): string {
  return `${logPrefix(address)}t/${seqKey(root)}/`;
}

export function replyKey(address: LogAddress, root: number, seq: number): string {
  return `${repliesPrefix(address, root)}${seqKey(seq)}`;
}

/** Of each log that a user follows. */
export function pointersPrefix(account: string, user: string): string {
  return `inbox/${account}/${keyStep(user)}/`;
}

export function pointerKey({ account, collection, record, log }: LogAddress, user: string): string {
  return `${pointersPrefix(account, user)}${collection}/${record}/${log}`;
}

/** The pointers of all who follow a log of the record, of which `keys` are those of its logs: a purge deletes them, too. */
export function pointersAmong(address: RecordAddress, keys: Iterable<string>): readonly string[] {
  const prefix = recordLogsPrefix(address);
  const pointers: string[] = [];
  for (const key of keys) {
    const [log = '', kind, user = ''] = key.slice(prefix.length).split('/');
    if (kind === 'r') pointers.push(pointerKey({ ...address, log }, decodeURIComponent(user)));
  }
  return pointers;
}

/** The log that a pointer leads to. */
export function logOfPointer(account: string, key: string): LogAddress {
  const [, , , collection = '', record = '', log = ''] = key.split('/');
  return { account, collection, record, log };
}

/** The last number or name in a key. */
export function lastStep(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
