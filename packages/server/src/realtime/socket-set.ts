import type { ErrorCode } from '@concord/protocol';
import type { WebSocket } from 'ws';

interface Member {
  end(code: ErrorCode): void;
  terminate(): void;
}

/** The open sockets of one kind. */
export interface SocketSet {
  readonly size: number;
  /** Keeps it until it is closed. Where all have been ended, it is ended, too: then false. */
  add(webSocket: WebSocket, member: Member): boolean;
  /** Ends all, and every later one. Those that do not answer are left to {@link SocketSet.terminate}. */
  close(code: ErrorCode): void;
  terminate(): void;
}

export function createSocketSet(): SocketSet {
  const members = new Set<Member>();
  let closed: ErrorCode | undefined;
  return {
    get size() {
      return members.size;
    },
    add(webSocket, member) {
      members.add(member);
      webSocket.on('close', () => members.delete(member));
      if (closed !== undefined) member.end(closed);
      return closed === undefined;
    },
    close(code) {
      closed = code;
      for (const member of members) member.end(code);
    },
    terminate() {
      for (const member of members) member.terminate();
    },
  };
}
