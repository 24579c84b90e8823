import { createHmac, randomBytes } from 'node:crypto';

/** A secret of an endpoint: `whsec_` and base64, as Standard Webhooks has it. */
export interface Secret {
  readonly secret: string;
  /** Milliseconds since the epoch: one that was replaced signs until then. */
  readonly until?: number;
}

const prefix = 'whsec_';

/** For how long the secret before the last rotation signs, too. */
export const rotationMs: number = 24 * 60 * 60 * 1000;

export function makeSecret(): Secret {
  return { secret: prefix + randomBytes(32).toString('base64') };
}

/** The newest first; what has had its time goes. At most two, so that one who rotates twice a day keeps the latest. */
export function rotate(secrets: readonly Secret[], next: Secret, now: number): readonly Secret[] {
  const [current] = secrets;
  return current === undefined ? [next] : [next, { secret: current.secret, until: now + rotationMs }];
}

/**
 * The headers of one attempt (Standard Webhooks 1.0): the id is that of the message, the time that of the attempt, and
 * every secret that is good by then signs.
 */
export function sign(id: string, body: string, secrets: readonly Secret[], now: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets
    .filter(({ until }) => until === undefined || until > now)
    .map(({ secret }) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
    });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
