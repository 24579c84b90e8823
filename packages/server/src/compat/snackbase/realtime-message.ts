import { operations, type Operation } from '@concord/protocol';

/** What a client says, as far as it is understood. */
export type SnackbaseMessage =
  | { readonly action: 'ping' }
  | { readonly action: 'other' }
  | { readonly action: 'invalid'; readonly error: string }
  | { readonly action: 'unsubscribe'; readonly collection: string }
  | { readonly action: 'subscribe'; readonly collection: string; readonly operations: readonly Operation[] };

/** Understands a message. All operations are meant where none are named; actions that are not known are left alone. */
export function parseMessage(text: string): SnackbaseMessage {
  const message = parse(text);
  if (message === undefined) return { action: 'invalid', error: 'Invalid JSON' };
  const { action, collection, operations: asked = operations } = message;
  if (action === 'ping') return { action };
  if (action !== 'subscribe' && action !== 'unsubscribe') return { action: 'other' };
  if (typeof collection !== 'string' || collection === '') return { action: 'invalid', error: 'Missing collection' };
  if (action === 'unsubscribe') return { action, collection };
  if (!Array.isArray(asked) || !asked.every((name) => (operations as readonly unknown[]).includes(name)))
    return { action: 'invalid', error: `Invalid operations: there are ${operations.join(', ')}` };
  return { action, collection, operations: asked.length === 0 ? operations : (asked as readonly Operation[]) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
