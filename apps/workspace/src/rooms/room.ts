import type { InboxItem } from '@concord/protocol';
import type { Members } from '@concord/schema';
import type { RowRecord } from '../collection/pending-rows.ts';
import { titleOf } from '../collection/title-field.ts';
import { badgeOf } from '../inbox/item-badge.ts';
import type { RoomShape } from './room-shape.ts';

/** In which part of the sidebar a room stands. */
export type RoomSection = 'rooms' | 'direct' | 'support';

/** A room as lists of rooms show it. */
export interface Room {
  readonly id: string;
  readonly section: RoomSection;
  /** A direct one is called by whom it is with. */
  readonly title: string;
  readonly topic: string;
  /** As its `kind` says; empty where rooms have no kinds. */
  readonly kind: string;
  readonly isArchived: boolean;
  readonly members: Members;
  /** One is a member of it. */
  readonly isMine: boolean;
  /** Of a direct one: the other person. */
  readonly peer?: string;
  /** What is new in it; undefined where one does not follow it. */
  readonly item?: InboxItem;
}

/** The other one in a room between two; undefined of other rooms. */
export function peerIn(shape: RoomShape, row: RowRecord, me: string): string | undefined {
  if (shape.kind === null || row[shape.kind] !== 'direct') return undefined;
  return Object.keys((row[shape.members.name] ?? {}) as Members).find((user) => user !== me);
}

/**
 * @param me the id of who looks
 * @param nameOf what somebody is called
 */
export function roomOf(
  shape: RoomShape,
  row: RowRecord,
  { me, nameOf, item }: { readonly me: string; readonly nameOf: (user: string) => string; readonly item?: InboxItem | undefined },
): Room {
  const text = (field: string | null): string => {
    const value = field === null ? undefined : row[field];
    return typeof value === 'string' ? value : '';
  };
  const members = (row[shape.members.name] ?? {}) as Members;
  const kind = text(shape.kind);
  const section = kind === 'direct' || kind === 'support' ? kind : 'rooms';
  const peer = peerIn(shape, row, me);
  return {
    id: row.id,
    section,
    title: peer === undefined ? titleOf(shape.collection, row) : nameOf(peer),
    topic: text(shape.topic),
    kind,
    isArchived: shape.archived !== null && row[shape.archived] === true,
    members,
    isMine: Object.hasOwn(members, me),
    ...(peer === undefined ? {} : { peer }),
    ...(item === undefined ? {} : { item }),
  };
}

/** Whether it stands in the sidebar: what one belongs to, who waits for an answer, and what has something new for one. */
export function isListed({ isArchived, isMine, section, item }: Room): boolean {
  return (!isArchived && (isMine || section === 'support')) || badgeOf(item).count > 0;
}

/** The room that is next in the order of the sidebar, with something new in it; undefined where there is none but this one. */
export function nextUnread(rooms: readonly Room[], current: string | null, step: 1 | -1): Room | undefined {
  const at = rooms.findIndex(({ id }) => id === current);
  const from = at < 0 ? (step === 1 ? -1 : rooms.length) : at;
  for (let offset = 1; offset <= rooms.length; offset++) {
    const room = rooms[(((from + step * offset) % rooms.length) + rooms.length) % rooms.length];
    if (room !== undefined && room.id !== current && badgeOf(room.item).count > 0) return room;
  }
  return undefined;
}
