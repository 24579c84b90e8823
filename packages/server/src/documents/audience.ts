import type { Connection, Document } from '@hocuspocus/server';
import type { ErrorCode, LogRights } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { LiveRecord } from './live-record.ts';
import type { Part } from './part.ts';
import type { SocketContext } from './sync-socket.ts';

/** What somebody may do with one part of a record, as that record is. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  /** Of a segment: what they may do with its log, by command. */
  readonly log?: LogRights;
}

export type RightsOn = (principal: Principal, part: Part) => Rights;

/** Who has the documents of a record open, and what they may do with them as it changes (R6). */
export class Audience {
  readonly #rightsOn: RightsOn;

  constructor(rightsOn: RightsOn) {
    this.#rightsOn = rightsOn;
  }

  /** Has a connection keep to what its user may do now. Answers whether it may read; if not, its document is closed. */
  judge(connection: Connection<SocketContext>, part: Part): boolean {
    const { socket } = connection.context;
    const rights = this.#rightsOf(connection, part);
    // From whom something was withheld cannot go on with what it has.
    const mayRead = rights.read && !socket.isWithheld(connection);
    if (mayRead) socket.permit(connection, rights);
    else socket.endDocument(connection, 'forbidden');
    return mayRead;
  }

  /** Something that decides on who may do what with the record has changed: whoever has it open is judged again. */
  reconsider(record: LiveRecord): void {
    for (const part of record.parts) for (const connection of connectionsOf([part])) this.judge(connection, part);
  }

  /**
   * Within the build of a commit that changes what decides on access: who may not read any more is shown nothing of what
   * is not on disk yet. Else the very edit that sends somebody away would be shown to them.
   */
  withhold(record: LiveRecord): void {
    for (const part of record.parts)
      for (const connection of connectionsOf([part]))
        if (!this.#rightsOf(connection, part).read) connection.context.socket.withhold(connection);
  }

  /** Ends every connection to a record's parts, saying why; what is still sent for them is refused. */
  close(record: LiveRecord, code: ErrorCode): void {
    for (const connection of connectionsOf(record.parts)) connection.context.socket.endDocument(connection, code);
  }

  #rightsOf({ context: { principal } }: Connection<SocketContext>, part: Part): Rights {
    return principal === undefined ? { read: false, write: false } : this.#rightsOn(principal, part);
  }
}

function connectionsOf(parts: Iterable<Part>): Connection<SocketContext>[] {
  return [...parts].flatMap(({ document }) => (document as Document).getConnections()) as Connection<SocketContext>[];
}
