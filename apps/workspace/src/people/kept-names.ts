import type { User } from '../session/session.ts';
import type { KeptNames } from './directory.ts';

const keyOf = ({ account, id }: User): string => `concord.names.${account}/${id}`;

/** The names that one user has seen on this device. */
export function keptNamesOf(user: User): KeptNames {
  return {
    read() {
      try {
        const names: unknown = JSON.parse(localStorage.getItem(keyOf(user)) ?? '{}');
        return typeof names === 'object' && names !== null ? (names as { readonly [id: string]: string }) : {};
      } catch {
        return {};
      }
    },
    write(names) {
      try {
        localStorage.setItem(keyOf(user), JSON.stringify(names));
      } catch {
        // They are asked for again.
      }
    },
  };
}

export function forgetNames(user: User): void {
  localStorage.removeItem(keyOf(user));
}
