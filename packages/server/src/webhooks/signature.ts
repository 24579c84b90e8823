import { createHmac, createSecretKey, randomBytes } from 'node:crypto';

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

/** So many sign at a time, however often somebody rotates within a day. */
const maxSecrets = 5;

/** The newest first. Each that was replaced is good for a day from then on; what has had its time goes. */
export function rotate(secrets: readonly Secret[], next: Secret, now: number): readonly Secret[] {
  const kept = secrets.map(({ secret, until = now + rotationMs }) => ({ secret, until })).filter(({ until }) => until > now);
  return [next, ...kept].slice(0, maxSecrets);
}

/** Signs what one endpoint is sent. */
export interface Signer {
  /**
   * The headers of one attempt (Standard Webhooks 1.0): the id is that of the message, the time that of the attempt, and
   * every secret that is good by then signs.
   */
  sign(id: string, body: string, now: number): Readonly<Record<SignedHeader, string>>;
}

type SignedHeader = 'webhook-id' | 'webhook-timestamp' | 'webhook-signature';

export function createSigner(secrets: readonly Secret[]): Signer {
  const keys = secrets.map(({ secret, until = Infinity }) => ({
    key: createSecretKey(Buffer.from(secret.slice(prefix.length), 'base64')),
    until,
  }));
  return {
    sign(id, body, now) {
      const timestamp = String(Math.floor(now / 1000));
      const signed = `${id}.${timestamp}.${body}`;
      const signatures: string[] = [];
      for (const { key, until } of keys)
        if (until > now) signatures.push(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
    },
  };
}
