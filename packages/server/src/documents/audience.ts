import type { Connection, Document } from '@hocuspocus/server';
import type { ErrorCode, LogRights } from '@concord/protocol';
import type { Principal } from '../access/principal.ts';
import type { Sight } from './awareness-room.ts';
import type { LiveRecord } from './live-record.ts';
import type { Part } from './part.ts';
import type { SocketContext } from './sync-socket.ts';

/** What somebody may do with one part of a record, as that record is. */
export interface Rights {
  /** What they may see of the record; absent where they may not read the part. */
  readonly sight?: Sight | undefined;
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
    const { context } = connection;
    const rights = this.#rightsOf(connection, part);
    // From whom something was withheld cannot go on with what it has.
    if (rights.sight === undefined || context.socket.isWithheld(connection)) {
      context.socket.endDocument(connection, 'forbidden');
      return false;
    }
    context.sight = rights.sight;
    context.socket.permit(connection, rights);
    return true;
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
        if (this.#rightsOf(connection, part).sight === undefined) connection.context.socket.withhold(connection);
  }

  /** Ends every connection to a record's parts, saying why; what is still sent for them is refused. */
  close(record: LiveRecord, code: ErrorCode): void {
    for (const connection of connectionsOf(record.parts)) connection.context.socket.endDocument(connection, code);
  }

  #rightsOf({ context: { principal } }: Connection<SocketContext>, part: Part): Rights {
    return principal === undefined ? { write: false } : this.#rightsOn(principal, part);
  }
}

function connectionsOf(parts: Iterable<Part>): Connection<SocketContext>[] {
  return [...parts].flatMap(({ document }) => (document as Document).getConnections()) as Connection<SocketContext>[];
}
