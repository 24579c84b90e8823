import { errorTable, type ErrorCode } from '@concord/protocol';

/** What to do about a refusal: end here, sign in again, or connect anew. */
export type Recourse = 'end' | 'sign-in' | 'reconnect';

/** Any reason as a code of the table, or `null` where it is none of ours (`Reset Connection`, a proxy's words). */
export function codeOf(reason: string): ErrorCode | null {
  return Object.hasOwn(errorTable, reason) ? (reason as ErrorCode) : null;
}

/** The code behind a socket's close: named in its reason, else the first of the table with that close code. */
export function codeOfClose(event: { readonly code: number; readonly reason: string }): ErrorCode | null {
  const entries = Object.entries(errorTable) as [ErrorCode, (typeof errorTable)[ErrorCode]][];
  return codeOf(event.reason) ?? entries.find(([, entry]) => entry.close === event.code)?.[0] ?? null;
}

/** Unknown reasons are worth another try: a server that restarts has many ways to hang up. */
export function recourseOf(code: ErrorCode | null): Recourse {
  if (code === null) return 'reconnect';
  switch (errorTable[code].retry) {
    case 'never':
      return 'end';
    case 'reauth':
      return 'sign-in';
    case 'backoff':
    case 'resync':
      return 'reconnect';
  }
}
