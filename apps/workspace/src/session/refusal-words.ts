import { SignInRefusal } from './sign-in-request.ts';

/** Why nobody is signed in, and what to do about it; `waitSeconds` are left of the wait that the server asks for. */
export function refusalWords(error: unknown, waitSeconds: number): string {
  if (!(error instanceof SignInRefusal)) return 'Something went wrong here. Try again.';
  switch (error.code) {
    case 'unauthenticated':
      return 'There is nobody of that name with that password in this account.';
    case 'rate_limited':
      return waitSeconds > 0
        ? `Too many attempts. Try again in ${waitSeconds === 1 ? 'a second' : `${waitSeconds} seconds`}.`
        : 'Too many attempts before. You may try again now.';
    case 'unreachable':
      return 'The server cannot be reached. Look at the network, and try again.';
    default:
      return error.message;
  }
}
